package engine

import "fairtouch/touch"

// SQL writes the plan as the statement that an engine would run, for people
// who run it themselves. Columns are taken to hold text, since no database was
// asked. The statements of trino and clickhouse have not run in our tests;
// untested says so.
func SQL(p *Plan, name string) (text string, untested bool, err error) {
	var d dialect
	switch name {
	case "postgres":
		d = postgresDialect()
	case "trino":
		d, untested = trinoDialect(), true
	case "clickhouse":
		d, untested = clickhouseDialect(), true
	default:
		return "", false, touch.Fielderr("engine", "SQL is written for postgres, trino or clickhouse")
	}
	if p.spec.Data.Table == "" {
		return "", false, touch.Fielderr("data.table", "name the table, such as schema.table")
	}
	if j := p.spec.Data.Join; j != nil {
		p.joined = map[string]bool{}
		for _, a := range p.attrs {
			if a.bands == nil {
				p.joined[p.texts[a.column]] = true
			}
		}
	}
	q, err := p.compile(d, func(string) bool { return false })
	return q.text, untested, err
}
