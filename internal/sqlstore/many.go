package sqlstore

import (
	"context"
	"math/bits"
	"strconv"
	"strings"
)

// maxChunk is the most rows in one statement.
const maxChunk = 64

// chunk is how many of n rows the next statement takes. On PostgreSQL a round
// trip costs more than another prepared text, so any number up to maxChunk; on
// SQLite a text costs more than a statement, so powers of two.
func (d dialect) chunk(n int) int {
	if n >= maxChunk {
		return maxChunk
	}
	if d == postgres {
		return n
	}
	return 1 << (bits.Len(uint(n)) - 1)
}

// insertMany runs "INSERT … VALUES (…),(…)" over args, cols values a row, and
// returns how many rows it inserted.
func insertMany(ctx context.Context, tx *Tx, head string, cols int, tail string, args []any) (int64, error) {
	var total int64
	for len(args) > 0 && tx.c != nil {
		n := tx.c.dialect.chunk(len(args) / cols)
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
	head string
	rows int
}

func (c *conn) manyText(head string, cols, rows int, tail string) string {
	k := textKey{head, rows}
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

// inChunks calls fn with "$first,$first+1,…" and the keys for it, padded with
// repeats of the last key to one of a few lengths.
func inChunks(keys []string, first int, fn func(marks string, keys []any) error) error {
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
		if err := fn(marks(first, size), args); err != nil {
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
