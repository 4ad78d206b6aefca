package engine

import (
	"fmt"
	"strings"
)

// outside is the state of a score or weight that lies outside its range.
const outside = 5

// query is a plan as one SQL statement, and how to read its columns: one a
// group, decision and label if there are any, the score's bin (negative: minus
// the state of a score that is none), the count, the score's two sums, the
// weight's two sums and the number of bad weights.
type query struct {
	text     string
	checks   string // counts the people who have more than one row in the joined table; "" without one
	pred     bool
	label    bool
	score    bool
	weighted bool
	packed   bool // all bins of a group in one text, "bin:count,…", where rows are dear to fetch
}

// compile writes the plan in a dialect. numeric says of a column whether the
// database holds numbers in it.
func (p *Plan) compile(d dialect, numeric func(column string) bool) (query, error) {
	return p.build(&sqlBuilder{p: p, d: d, numeric: numeric})
}

func (p *Plan) build(b *sqlBuilder) (query, error) {
	d, numeric := b.d, b.numeric
	from, err := b.from()
	if err != nil {
		return query{}, err
	}
	q := query{pred: p.pred >= 0, label: p.label >= 0, score: p.score >= 0, weighted: p.weight >= 0, packed: b.native}
	for i, name := range p.numbers {
		v := d.number(b.column(name), numeric(name))
		b.inner = append(b.inner, fmt.Sprintf("%s AS s%d", v.state, i), fmt.Sprintf("%s AS x%d", v.num, i))
	}
	for i := range p.attrs {
		b.attribute(i, &p.attrs[i])
	}
	if q.pred {
		b.text("decision", p.texts[p.pred])
	}
	if q.label {
		b.text("label", p.texts[p.label])
	}
	sums := []string{"count(*) AS n"}
	if q.score {
		sums = append(sums, b.score()...)
	}
	if q.weighted {
		sums = append(sums, b.weight()...)
	}
	q.text = b.statement(from, sums)
	if j := p.spec.Data.Join; j != nil {
		t, _ := d.table(j.Table)
		on := d.text(d.quote(j.On))
		q.checks = fmt.Sprintf("SELECT count(*) FROM (SELECT %s AS k FROM %s WHERE %s IS NOT NULL GROUP BY 1 HAVING count(*) > 1) AS twice", on, t, d.quote(j.On))
	}
	return q, nil
}

// sqlBuilder collects what the inner query reads and the outer one groups by.
// The inner one turns columns into texts, and into numbers with their states;
// the outer one bins and counts.
type sqlBuilder struct {
	p       *Plan
	d       dialect
	numeric func(string) bool
	double  func(string) bool // of columns whose text needs writing; nil: none
	source  string            // in place of a table; "" is the table
	inner   []string
	groups  []string
	// native groups by the columns as they are, and turns the few groups that
	// there are into texts afterwards: where a cast of each row is dear.
	native bool
	outer  []string
	raw    []string // what the outer query groups by: everything but the bin
}

// text groups by a column's text.
func (b *sqlBuilder) text(as, column string) {
	if b.native {
		b.inner = append(b.inner, b.column(column)+" AS "+as)
		b.outer, b.raw = append(b.outer, b.textOf("g."+as, column)+" AS "+as), append(b.raw, "g."+as)
	} else {
		b.inner = append(b.inner, b.asText(column)+" AS "+as)
	}
	b.groups = append(b.groups, as)
}

// asText is a column's text, written as PostgreSQL writes it.
func (b *sqlBuilder) asText(column string) string { return b.textOf(b.column(column), column) }

func (b *sqlBuilder) textOf(c, column string) string {
	if b.double == nil || !b.double(column) {
		return b.d.text(c)
	}
	x := b.d.double(c)
	return fmt.Sprintf("CASE WHEN %s THEN 'NaN' WHEN %s AND %s = floor(%s) AND abs(%s) < %s THEN %s ELSE %s END",
		b.d.nan(x), b.d.finite(x), x, x, x, b.d.double("1000000000000000"), b.d.text(b.d.bigint(x)), b.d.text(c))
}

// column names a column of the joined table by that table.
func (b *sqlBuilder) column(name string) string {
	if b.p.joined[name] {
		return "j." + b.d.quote(name)
	}
	return "t." + b.d.quote(name)
}

func (b *sqlBuilder) from() (string, error) {
	if b.source != "" {
		return b.source + " AS t", nil
	}
	t, err := b.d.table(b.p.spec.Data.Table)
	if err != nil || b.p.spec.Data.Join == nil {
		return t + " AS t", err
	}
	j, err := b.d.table(b.p.spec.Data.Join.Table)
	on := b.d.quote(b.p.spec.Data.Join.On)
	return fmt.Sprintf("%s AS t LEFT JOIN %s AS j ON %s = %s", t, j, b.d.text("t."+on), b.d.text("j."+on)), err
}

func (b *sqlBuilder) attribute(i int, s *source) {
	if s.bands == nil {
		b.text(fmt.Sprintf("a%d", i), b.p.texts[s.column])
		return
	}
	var w strings.Builder
	fmt.Fprintf(&w, "CASE s%d WHEN %d THEN 0 WHEN %d THEN 1 WHEN %d THEN 2 WHEN %d THEN -1 ELSE CASE", s.column, isNull, isNaN, isEmpty, isText)
	for k, cut := range s.bands {
		fmt.Fprintf(&w, " WHEN x%d < %s THEN %d", s.column, b.d.double(FormatFloat(cut)), 3+k)
	}
	fmt.Fprintf(&w, " ELSE %d END END AS a%d", 3+len(s.bands), i)
	b.groups = append(b.groups, w.String())
	b.outer, b.raw = append(b.outer, fmt.Sprintf("g.a%d", i)), append(b.raw, fmt.Sprintf("g.a%d", i))
}

// score groups by the bin, and sums scores and their squares in billionths.
func (b *sqlBuilder) score() []string {
	s, i := &b.p.spec.Score, b.p.score
	x := fmt.Sprintf("x%d", i)
	low, high := b.d.double(FormatFloat(s.Low)), b.d.double(FormatFloat(s.High))
	unit := fmt.Sprintf("((%s - %s) / (%s - %s))", x, low, high, low)
	if s.Low == 0 && s.High == 1 { // the same number, with less to compute
		unit = x
	}
	in := fmt.Sprintf("%s >= %s AND %s <= %s", x, low, x, high)
	b.groups = append(b.groups, fmt.Sprintf("CASE WHEN %s THEN least(255, %s) WHEN %s IS NOT NULL THEN -%d ELSE -s%d END AS bin",
		in, b.d.bigint("floor("+unit+" * "+b.d.double("256")+")"), x, outside, i))
	b.outer = append(b.outer, "string_agg("+b.d.text("bin")+" || ':' || "+b.d.text("n")+", ',') AS bins")
	billion := b.d.double("1000000000")
	return []string{b.sum(in, "floor("+unit+" * "+billion+")") + " AS scores", b.sum(in, "floor("+unit+" * "+unit+" * "+billion+")") + " AS squares"}
}

// sum adds up a whole number where a condition holds.
func (b *sqlBuilder) sum(in, whole string) string {
	return fmt.Sprintf("coalesce(%s, 0)", b.d.bigint(fmt.Sprintf("sum(CASE WHEN %s THEN %s ELSE 0 END)", in, b.d.bigint(whole))))
}

// weight sums weights and their squares in millionths, and counts bad ones.
func (b *sqlBuilder) weight() []string {
	x := fmt.Sprintf("x%d", b.p.weight)
	in := fmt.Sprintf("%s >= %s AND %s <= %s", x, b.d.double("0"), x, b.d.double(fmt.Sprint(maxWeight)))
	whole := func(x string) string {
		return fmt.Sprintf("floor(%s * %s + %s)", x, b.d.double("1000000"), b.d.double("0.5"))
	}
	return []string{b.sum(in, whole(x)) + " AS weights", b.sum(in, whole(x+" * "+x)) + " AS weight_squares",
		fmt.Sprintf("sum(CASE WHEN %s THEN 0 ELSE 1 END) AS bad_weights", in)}
}

func (b *sqlBuilder) statement(from string, sums []string) string {
	var w strings.Builder
	places := make([]string, len(b.groups))
	for i := range places {
		places[i] = fmt.Sprint(i + 1)
	}
	if b.native {
		fmt.Fprintf(&w, "SELECT %s\nFROM (\n", strings.Join(b.repack(sums), ",\n  "))
	}
	fmt.Fprintf(&w, "SELECT %s\nFROM (\n  SELECT %s\n  FROM %s", strings.Join(append(b.groups, sums...), ",\n  "), strings.Join(b.inner, ",\n    "), from)
	if b.p.where != nil {
		w.WriteString("\n  WHERE " + b.condition(b.p.where))
	}
	w.WriteString("\n) AS r\nGROUP BY " + strings.Join(places, ", "))
	if b.native {
		w.WriteString("\n) AS g")
		if b.p.score >= 0 {
			w.WriteString("\nGROUP BY " + strings.Join(b.raw, ", "))
		}
	}
	return w.String()
}

// repack is what the outer query selects: texts, and the sums over the bins.
func (b *sqlBuilder) repack(sums []string) []string {
	out := append([]string(nil), b.outer...)
	for _, s := range sums {
		name := s[strings.LastIndex(s, " ")+1:]
		if b.p.score >= 0 {
			name = b.d.bigint("sum("+name+")") + " AS " + name
		}
		out = append(out, name)
	}
	return out
}

func (b *sqlBuilder) condition(n *node) string {
	switch n.op {
	case opAnd, opOr:
		parts := make([]string, len(n.kids))
		for i, k := range n.kids {
			parts[i] = b.condition(k)
		}
		word := " AND "
		if n.op == opOr {
			word = " OR "
		}
		return "(" + strings.Join(parts, word) + ")"
	case opNot:
		return "(NOT " + b.condition(n.kids[0]) + ")"
	case opNull:
		return b.column(n.column) + map[bool]string{false: " IS NULL", true: " IS NOT NULL"}[n.negate]
	case opCompare:
		return b.compare(n, n.values[0], n.sign)
	}
	parts := make([]string, len(n.values))
	for i, v := range n.values {
		parts[i] = b.compare(n, v, "=")
	}
	out := "(" + strings.Join(parts, " OR ") + ")"
	if n.negate {
		out = "(NOT " + out + ")"
	}
	return out
}

func (b *sqlBuilder) compare(n *node, v literal, sign string) string {
	if sign == "!=" {
		sign = "<>"
	}
	if v.number {
		return fmt.Sprintf("(%s) %s %s", b.d.number(b.column(n.column), b.numeric(n.column)).num, sign, b.d.double(FormatFloat(v.num)))
	}
	return fmt.Sprintf("%s %s %s", b.asText(n.column), sign, b.d.literal(v.text))
}
