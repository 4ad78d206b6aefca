package sqlstore

import (
	"context"
	"math/bits"
	"strconv"
	"strings"
)

// maxChunk is the most rows in one statement of SQLite.
const maxChunk = 64

// chunk is how many of n rows SQLite's next statement takes: a text costs more
// than a statement there, so a power of two.
func chunk(n int) int {
	if n >= maxChunk {
		return maxChunk
	}
	return 1 << (bits.Len(uint(n)) - 1)
}

// insertMany runs "INSERT … VALUES (…),(…)" over args, cols values a row, and
// returns how many rows it inserted. All rows have the same types.
func insertMany(ctx context.Context, tx *Tx, head string, cols int, tail string, args []any) (int64, error) {
	if len(args) == 0 || tx.c == nil {
		return 0, tx.check(nil)
	}
	if tx.c.dialect == postgres {
		return insertArrays(ctx, tx, head, cols, tail, args)
	}
	var total int64
	for len(args) > 0 {
		n := chunk(len(args) / cols)
		k, err := tx.Exec(ctx, tx.c.manyText(head, cols, n, tail), args[:n*cols]...)
		if err != nil {
			return total, err
		}
		total += k
		args = args[n*cols:]
	}
	return total, nil
}

// textKey names a text that manyText made before.
type textKey struct {
	head  string
	rows  int
	types string // of arrays
}

func (c *conn) manyText(head string, cols, rows int, tail string) string {
	k := textKey{head: head, rows: rows}
	if c.texts == nil {
		c.texts = map[textKey]string{}
	}
	if c.texts[k] == "" {
		c.texts[k] = manyText(head, cols, rows, tail)
	}
	return c.texts[k]
}

func manyText(head string, cols, rows int, tail string) string {
	var b strings.Builder
	b.Grow(len(head) + len(tail) + rows*cols*6)
	b.WriteString(head)
	for r := range rows {
		if r > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('(')
		for c := range cols {
			if c > 0 {
				b.WriteByte(',')
			}
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(r*cols + c + 1))
		}
		b.WriteByte(')')
	}
	b.WriteString(tail)
	return b.String()
}

// among calls fn with a condition that a column is one of the keys, in as many
// calls as needed: "IN ($first,$first+1,…)" on SQLite, padded with repeats of
// the last key to one of a few lengths; "= ANY($first)" on PostgreSQL, one text
// for any number, whose plan uses the index whatever the tables' statistics say.
func (t *Tx) among(keys []string, first int, fn func(in string, args []any) error) error {
	if t.c != nil && t.c.dialect == postgres {
		if len(keys) == 0 {
			return nil
		}
		return fn("= ANY($"+strconv.Itoa(first)+")", []any{keys})
	}
	sizes := [...]int{256, 32, 8, 1}
	for len(keys) > 0 {
		size := 1
		for _, s := range sizes {
			if len(keys) > s/4 || s == 1 {
				size = s
				break
			}
		}
		n := min(size, len(keys))
		args := make([]any, size)
		for i := range args {
			args[i] = keys[min(i, n-1)]
		}
		keys = keys[n:]
		if err := fn("IN ("+marks(first, size)+")", args); err != nil {
			return err
		}
	}
	return nil
}

func marks(first, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(first + i))
	}
	return b.String()
}
