package engine

import (
	"fmt"
	"strings"

	"fairtouch/touch"
)

// dialect is what differs between databases.
type dialect struct {
	name    string
	text    func(expr string) string // as a text that compares byte by byte
	matches func(text, pattern string) string
	double  func(expr string) string
	parse   func(text string) string // a text that matches numeral, as a double
	bigint  func(expr string) string
	literal func(s string) string
	quote   func(name string) string
	nan     func(double string) string
	finite  func(double string) string
}

func doubled(s, q string) string { return q + strings.ReplaceAll(s, q, q+q) + q }

func postgresDialect() dialect {
	return dialect{
		name:    "postgres",
		text:    func(e string) string { return "(" + e + ")::text COLLATE \"C\"" },
		matches: func(t, p string) string { return t + " ~ '" + p + "'" },
		double:  func(e string) string { return "(" + e + ")::float8" },
		parse:   func(t string) string { return "trim(" + t + ")::float8" },
		bigint:  func(e string) string { return "(" + e + ")::bigint" },
		literal: func(s string) string { return doubled(s, "'") },
		quote:   func(n string) string { return doubled(n, `"`) },
		nan:     func(d string) string { return d + " = 'NaN'::float8" },
		finite:  func(d string) string { return d + " NOT IN ('NaN'::float8, 'Infinity'::float8, '-Infinity'::float8)" },
	}
}

func trinoDialect() dialect {
	return dialect{
		name:    "trino",
		text:    func(e string) string { return "CAST(" + e + " AS varchar)" },
		matches: func(t, p string) string { return "regexp_like(" + t + ", '" + p + "')" },
		double:  func(e string) string { return "CAST(" + e + " AS double)" },
		parse:   func(t string) string { return "TRY_CAST(trim(" + t + ") AS double)" },
		bigint:  func(e string) string { return "CAST(" + e + " AS bigint)" },
		literal: func(s string) string { return doubled(s, "'") },
		quote:   func(n string) string { return doubled(n, `"`) },
		nan:     func(d string) string { return "is_nan(" + d + ")" },
		finite:  func(d string) string { return "is_finite(" + d + ")" },
	}
}

func clickhouseDialect() dialect {
	escape := strings.NewReplacer(`\`, `\\`, `'`, `\'`)
	return dialect{
		name:    "clickhouse",
		text:    func(e string) string { return "toString(" + e + ")" },
		matches: func(t, p string) string { return "match(" + t + ", '" + escape.Replace(p) + "')" },
		double:  func(e string) string { return "toFloat64(" + e + ")" },
		parse:   func(t string) string { return "toFloat64OrNull(trim(" + t + "))" },
		bigint:  func(e string) string { return "toInt64(" + e + ")" },
		literal: func(s string) string { return "'" + escape.Replace(s) + "'" },
		quote:   func(n string) string { return "`" + strings.NewReplacer(`\`, `\\`, "`", "\\`").Replace(n) + "`" },
		nan:     func(d string) string { return "isNaN(" + d + ")" },
		finite:  func(d string) string { return "isFinite(" + d + ")" },
	}
}

// table quotes a name or schema.name.
func (d *dialect) table(name string) (string, error) {
	parts := strings.Split(name, ".")
	if len(parts) > 3 {
		return "", touch.Fielderr("data.table", "is a name, or schema.name")
	}
	for i, p := range parts {
		if p == "" || strings.ContainsRune(p, 0) {
			return "", touch.Fielderr("data.table", "is a name, or schema.name")
		}
		parts[i] = d.quote(p)
	}
	return strings.Join(parts, "."), nil
}

// numeral matches what number reads, as far as a cast reads it too.
const numeral = `^[ \t]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?[ \t]*$`

// value is a number column: its state as in a batch, and the number where the
// state is isNumber, else NULL.
type value struct{ state, num string }

// number reads a column as a number: directly where it is one, else from text.
func (d *dialect) number(col string, numeric bool) value {
	if numeric {
		x := d.double(col)
		return value{
			fmt.Sprintf("CASE WHEN %s IS NULL THEN %d WHEN %s THEN %d WHEN %s THEN %d ELSE %d END", col, isNull, d.nan(x), isNaN, d.finite(x), isNumber, isText),
			fmt.Sprintf("CASE WHEN %s THEN %s END", d.finite(x), x),
		}
	}
	t := d.text(col)
	is := d.matches(t, numeral)
	return value{
		fmt.Sprintf("CASE WHEN %s IS NULL THEN %d WHEN %s = '' THEN %d WHEN lower(%s) = 'nan' THEN %d WHEN %s THEN %d ELSE %d END",
			col, isNull, t, isEmpty, t, isNaN, is, isNumber, isText),
		fmt.Sprintf("CASE WHEN %s THEN %s END", is, d.parse(t)),
	}
}

// duckdbDialect is standard SQL's; how doubles read as text differs, see
// duckdb.go.
func duckdbDialect() dialect {
	d := trinoDialect()
	d.name = "duckdb"
	d.matches = func(t, p string) string { return "regexp_matches(" + t + ", '" + p + "')" }
	d.parse = func(t string) string { return "TRY_CAST(trim(" + t + ") AS DOUBLE)" }
	d.nan = func(x string) string { return "isnan(" + x + ")" }
	d.finite = func(x string) string { return "isfinite(" + x + ")" }
	return d
}
