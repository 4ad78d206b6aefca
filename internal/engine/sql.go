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
}

// compile writes the plan in a dialect. numeric says of a column whether the
// database holds numbers in it.
func (p *Plan) compile(d dialect, numeric func(column string) bool) (query, error) {
	b := &sqlBuilder{p: p, d: d, numeric: numeric}
	from, err := b.from()
	if err != nil {
		return query{}, err
	}
	q := query{pred: p.pred >= 0, label: p.label >= 0, score: p.score >= 0, weighted: p.weight >= 0}
	for i := range p.attrs {
		b.group(b.attribute(&p.attrs[i]))
	}
	if q.pred {
		b.group(d.text(b.column(p.texts[p.pred])))
	}
	if q.label {
		b.group(d.text(b.column(p.texts[p.label])))
	}
	sums := []string{"count(*)"}
	if q.score {
		bin, s := b.score()
		b.group(bin)
		sums = append(sums, s...)
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

type sqlBuilder struct {
	p       *Plan
	d       dialect
	numeric func(string) bool
	groups  []string
}

func (b *sqlBuilder) group(expr string) { b.groups = append(b.groups, expr) }

// column names a column of the joined table by that table.
func (b *sqlBuilder) column(name string) string {
	if b.p.joined[name] {
		return "j." + b.d.quote(name)
	}
	return "t." + b.d.quote(name)
}

func (b *sqlBuilder) from() (string, error) {
	t, err := b.d.table(b.p.spec.Data.Table)
	if err != nil || b.p.spec.Data.Join == nil {
		return t + " AS t", err
	}
	j, err := b.d.table(b.p.spec.Data.Join.Table)
	on := b.d.quote(b.p.spec.Data.Join.On)
	return fmt.Sprintf("%s AS t LEFT JOIN %s AS j ON %s = %s", t, j, b.d.text("t."+on), b.d.text("j."+on)), err
}

func (b *sqlBuilder) attribute(s *source) string {
	if s.bands == nil {
		return b.d.text(b.column(b.p.texts[s.column]))
	}
	name := b.p.numbers[s.column]
	v := b.d.number(b.column(name), b.numeric(name))
	var w strings.Builder
	fmt.Fprintf(&w, "CASE %s WHEN %d THEN 0 WHEN %d THEN 1 WHEN %d THEN 2 WHEN %d THEN -1 ELSE CASE", v.state, isNull, isNaN, isEmpty, isText)
	for i, cut := range s.bands {
		fmt.Fprintf(&w, " WHEN %s < %s THEN %d", v.num, b.d.double(FormatFloat(cut)), 3+i)
	}
	fmt.Fprintf(&w, " ELSE %d END END", 3+len(s.bands))
	return w.String()
}

// score is the bin, and the two sums in billionths.
func (b *sqlBuilder) score() (bin string, sums []string) {
	name, s := b.p.numbers[b.p.score], &b.p.spec.Score
	v := b.d.number(b.column(name), b.numeric(name))
	low, high := b.d.double(FormatFloat(s.Low)), b.d.double(FormatFloat(s.High))
	unit := fmt.Sprintf("((%s - %s) / (%s - %s))", v.num, low, high, low)
	in := fmt.Sprintf("(%s >= %s AND %s <= %s)", v.num, low, v.num, high)
	bin = fmt.Sprintf("CASE WHEN %s THEN least(255, %s) WHEN %s IS NOT NULL THEN -%d ELSE -(%s) END",
		in, b.d.bigint("floor("+unit+" * "+b.d.double("256")+")"), v.num, outside, v.state)
	whole := func(x string) string {
		return fmt.Sprintf("coalesce(%s, 0)", b.d.bigint(fmt.Sprintf("sum(CASE WHEN %s THEN %s ELSE 0 END)", in, b.d.bigint("floor("+x+")"))))
	}
	billion := b.d.double("1000000000")
	return bin, []string{whole(unit + " * " + billion), whole(unit + " * " + unit + " * " + billion)}
}

// weight is the two sums in millionths, and how many weights are none.
func (b *sqlBuilder) weight() []string {
	name := b.p.numbers[b.p.weight]
	v := b.d.number(b.column(name), b.numeric(name))
	in := fmt.Sprintf("(%s >= %s AND %s <= %s)", v.num, b.d.double("0"), v.num, b.d.double(fmt.Sprint(maxWeight)))
	sum := func(x string) string {
		whole := b.d.bigint(fmt.Sprintf("floor(%s * %s + %s)", x, b.d.double("1000000"), b.d.double("0.5")))
		return fmt.Sprintf("coalesce(%s, 0)", b.d.bigint(fmt.Sprintf("sum(CASE WHEN %s THEN %s ELSE 0 END)", in, whole)))
	}
	return []string{sum(v.num), sum(v.num + " * " + v.num), fmt.Sprintf("sum(CASE WHEN %s THEN 0 ELSE 1 END)", in)}
}

func (b *sqlBuilder) statement(from string, sums []string) string {
	var w strings.Builder
	w.WriteString("SELECT ")
	places := make([]string, len(b.groups))
	for i, g := range b.groups {
		fmt.Fprintf(&w, "%s AS g%d, ", g, i)
		places[i] = fmt.Sprint(i + 1)
	}
	for i, s := range sums {
		if i > 0 {
			w.WriteString(", ")
		}
		fmt.Fprintf(&w, "%s AS n%d", s, i)
	}
	fmt.Fprintf(&w, "\nFROM %s", from)
	if b.p.where != nil {
		w.WriteString("\nWHERE " + b.condition(b.p.where))
	}
	w.WriteString("\nGROUP BY " + strings.Join(places, ", "))
	return w.String()
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
	return fmt.Sprintf("%s %s %s", b.d.text(b.column(n.column)), sign, b.d.literal(v.text))
}
