package sqlstore

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"fairtouch/touch"
)

// arrayRows is the most rows in one statement of PostgreSQL.
const arrayRows = 4096

// insertArrays inserts rows from one array a column: one text for any number of
// rows, so that PostgreSQL parses and plans it once for each connection. A text
// for each number of rows, with hundreds of parameters, took it longer to read
// than to run.
func insertArrays(ctx context.Context, tx *Tx, head string, cols int, tail string, args []any) (int64, error) {
	var total int64
	for len(args) > 0 {
		n := min(arrayRows, len(args)/cols)
		if err := tx.check(args[:n*cols]); err != nil {
			return total, err
		}
		arrays, types, err := columns(args[:n*cols], cols)
		if err != nil {
			return total, err
		}
		k, err := tx.Exec(ctx, tx.c.arrayText(head, types, tail), arrays...)
		if err != nil {
			return total, err
		}
		total += k
		args = args[n*cols:]
	}
	return total, nil
}

// columns turns values that lie row by row into an array for each column, and
// names the arrays' types: none for a column of NULLs, which needs no array.
func columns(args []any, cols int) (arrays []any, types string, err error) {
	names := make([]string, cols)
	for c := range cols {
		var a any
		switch kind(args, c, cols).(type) {
		case string:
			a, err = column[string](args, c, cols)
			names[c] = "text"
		case int64:
			a, err = column[int64](args, c, cols)
			names[c] = "bigint"
		case float64:
			a, err = column[float64](args, c, cols)
			names[c] = "double precision"
		case []byte:
			a, err = bytesColumn(args, c, cols)
			names[c] = "bytea"
		case nil: // NULL throughout
			continue
		default:
			err = touch.Errorf(touch.Internal, "a column of many rows has a type that arrays don't take")
		}
		if err != nil {
			return nil, "", err
		}
		arrays = append(arrays, a)
	}
	return arrays, strings.Join(names, ","), nil
}

// kind is the first value of a column that isn't NULL; nil if all are.
func kind(args []any, c, cols int) any {
	for i := c; i < len(args); i += cols {
		if args[i] != nil {
			return args[i]
		}
	}
	return nil
}

func column[T any](args []any, c, cols int) ([]sql.Null[T], error) {
	out := make([]sql.Null[T], 0, len(args)/cols)
	for i := c; i < len(args); i += cols {
		v, ok := args[i].(T)
		if !ok && args[i] != nil {
			return nil, touch.Errorf(touch.Internal, "a column of many rows holds values of two types")
		}
		out = append(out, sql.Null[T]{V: v, Valid: ok})
	}
	return out, nil
}

func bytesColumn(args []any, c, cols int) ([][]byte, error) {
	out := make([][]byte, 0, len(args)/cols)
	for i := c; i < len(args); i += cols {
		v, ok := args[i].([]byte)
		if !ok && args[i] != nil {
			return nil, touch.Errorf(touch.Internal, "a column of many rows holds values of two types")
		}
		out = append(out, v)
	}
	return out, nil
}

// arrayText is "INSERT INTO t (…) SELECT c1,NULL,c3 FROM unnest($1::text[],…) AS a(c1,c3)".
func (c *conn) arrayText(head, types, tail string) string {
	k := textKey{head: head, types: types}
	if c.texts == nil {
		c.texts = map[textKey]string{}
	}
	if c.texts[k] == "" {
		var values, arrays, names []string
		for i, t := range strings.Split(types, ",") {
			if t == "" {
				values = append(values, "NULL")
				continue
			}
			name := "c" + strconv.Itoa(i)
			values, names = append(values, name), append(names, name)
			arrays = append(arrays, "$"+strconv.Itoa(len(names))+"::"+t+"[]")
		}
		c.texts[k] = strings.TrimSuffix(head, "VALUES ") + "SELECT " + strings.Join(values, ",") +
			" FROM unnest(" + strings.Join(arrays, ",") + ") AS a(" + strings.Join(names, ",") + ")" + tail
	}
	return c.texts[k]
}
