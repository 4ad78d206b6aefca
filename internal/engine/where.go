package engine

import (
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"fairtouch/touch"
)

// Where picks rows: comparisons of a column with a constant, joined by and, or
// and not, as SQL means them: what compares with NULL is unknown, and a row of
// which the whole is unknown is left out. A comparison with a number compares
// numbers and is unknown where the column holds none; one with a text compares
// bytes.
//
//	channel = 'email' and (age >= 18 or age is null) and country in ('DE', 'AT')
type Where struct {
	Text string
	root *node
}

// op is what a node does.
type op int

const (
	opAnd op = iota
	opOr
	opNot
	opCompare
	opIn
	opNull
)

type node struct {
	op     op
	kids   []*node
	column string
	sign   string // = != < <= > >=
	values []literal
	negate bool // not in, is not null
}

type literal struct {
	text   string
	num    float64
	number bool
}

// UnmarshalYAML reads a condition, or a mapping of columns to the value or the
// list of values that they must have.
func (w *Where) UnmarshalYAML(b []byte) error {
	var v any
	if err := yaml.Unmarshal(b, &v); err != nil {
		return err
	}
	switch x := v.(type) {
	case string:
		parsed, err := ParseWhere(x)
		*w = parsed
		return err
	case map[string]any:
		return w.equalities(x)
	}
	return touch.Fielderr("where", "is a condition, or columns with the values they must have")
}

func (w *Where) equalities(m map[string]any) error {
	root := &node{op: opAnd}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if m[k] == nil {
			root.kids = append(root.kids, &node{op: opNull, column: k})
			continue
		}
		vs, err := texts(m[k])
		if err != nil {
			return touch.Fielderr("where", "%s must have a value or a list of values", k)
		}
		n := &node{op: opIn, column: k}
		for _, v := range vs {
			n.values = append(n.values, constant(v))
		}
		root.kids = append(root.kids, n)
	}
	w.root, w.Text = root, "columns "+strings.Join(slices.Sorted(maps.Keys(m)), ", ")+" have the values given"
	return nil
}

func constant(v string) literal {
	x, ok := number(v)
	return literal{v, x, ok}
}

// ParseWhere reads a condition of at most 4,000 bytes.
func ParseWhere(s string) (Where, error) {
	p := &whereParser{}
	if len(s) > 4000 {
		return Where{}, touch.Fielderr("where", "is longer than 4000 bytes")
	}
	if err := p.lex(s); err != nil {
		return Where{}, err
	}
	n, err := p.or(0)
	if err == nil && p.at < len(p.toks) {
		err = p.fail()
	}
	return Where{s, n}, err
}

type token struct {
	kind byte // w word, q quoted name, s text, n number, o operator
	text string
}

type whereParser struct {
	toks []token
	at   int
}

func (p *whereParser) lex(s string) error {
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '\'' || c == '"':
			text, next, ok := quoted(s, i)
			if !ok {
				return touch.Fielderr("where", "a quote isn't closed")
			}
			p.toks = append(p.toks, token{map[byte]byte{'\'': 's', '"': 'q'}[c], text})
			i = next
		case strings.IndexByte("=!<>(),", c) >= 0:
			j := i + 1
			if j < len(s) && (s[j] == '=' && c != '(' && c != ')' && c != ',' || c == '<' && s[j] == '>') {
				j++
			}
			p.toks = append(p.toks, token{'o', s[i:j]})
			i = j
		default:
			j := i
			for j < len(s) && strings.IndexByte(" \t\r\n'\"=!<>(),", s[j]) < 0 {
				j++
			}
			kind := byte('w')
			if _, ok := number(s[i:j]); ok {
				kind = 'n'
			}
			p.toks = append(p.toks, token{kind, s[i:j]})
			i = j
		}
	}
	return nil
}

// quoted reads from an opening quote; a doubled one stands for itself.
func quoted(s string, at int) (text string, next int, ok bool) {
	q := s[at]
	var b strings.Builder
	for i := at + 1; i < len(s); i++ {
		if s[i] != q {
			b.WriteByte(s[i])
			continue
		}
		if i+1 < len(s) && s[i+1] == q {
			b.WriteByte(q)
			i++
			continue
		}
		return b.String(), i + 1, true
	}
	return "", 0, false
}

func (p *whereParser) fail() error {
	if p.at >= len(p.toks) {
		return touch.Fielderr("where", "ends too early")
	}
	return touch.Fielderr("where", "isn't understood from its word %d on; write: column = 'value' and (other > 3 or third is null)", p.at+1)
}

func (p *whereParser) is(word string) bool {
	if p.at < len(p.toks) && (p.toks[p.at].kind == 'w' || p.toks[p.at].kind == 'o') && strings.EqualFold(p.toks[p.at].text, word) {
		p.at++
		return true
	}
	return false
}

func (p *whereParser) or(depth int) (*node, error) {
	return p.chain(opOr, "or", func() (*node, error) {
		return p.chain(opAnd, "and", func() (*node, error) { return p.not(depth + 1) })
	})
}

func (p *whereParser) chain(o op, word string, part func() (*node, error)) (*node, error) {
	first, err := part()
	if err != nil {
		return nil, err
	}
	n := &node{op: o, kids: []*node{first}}
	for p.is(word) {
		k, err := part()
		if err != nil {
			return nil, err
		}
		n.kids = append(n.kids, k)
	}
	if len(n.kids) == 1 {
		return first, nil
	}
	return n, nil
}

func (p *whereParser) not(depth int) (*node, error) {
	if depth > 50 {
		return nil, touch.Fielderr("where", "nests too deep")
	}
	if p.is("not") {
		k, err := p.not(depth + 1)
		return &node{op: opNot, kids: []*node{k}}, err
	}
	if p.is("(") {
		n, err := p.or(depth + 1)
		if err == nil && !p.is(")") {
			err = p.fail()
		}
		return n, err
	}
	return p.test()
}

func (p *whereParser) test() (*node, error) {
	if p.at >= len(p.toks) || p.toks[p.at].kind != 'w' && p.toks[p.at].kind != 'q' {
		return nil, p.fail()
	}
	n := &node{column: p.toks[p.at].text}
	p.at++
	if p.is("is") {
		n.op, n.negate = opNull, p.is("not")
		if !p.is("null") {
			return nil, p.fail()
		}
		return n, nil
	}
	n.negate = p.is("not")
	if p.is("in") {
		n.op = opIn
		return n, p.list(n)
	}
	for _, s := range []string{"==", "=", "!=", "<>", "<=", ">=", "<", ">"} {
		if !n.negate && p.is(s) {
			n.op, n.sign = opCompare, map[string]string{"==": "=", "<>": "!="}[s]
			if n.sign == "" {
				n.sign = s
			}
			return n, p.value(n)
		}
	}
	return nil, p.fail()
}

func (p *whereParser) list(n *node) error {
	if !p.is("(") {
		return p.fail()
	}
	for {
		if err := p.value(n); err != nil {
			return err
		}
		if p.is(")") {
			return nil
		}
		if !p.is(",") {
			return p.fail()
		}
	}
}

func (p *whereParser) value(n *node) error {
	if p.at >= len(p.toks) {
		return p.fail()
	}
	t := p.toks[p.at]
	switch {
	case t.kind == 's':
		n.values = append(n.values, literal{text: t.text})
	case t.kind == 'n':
		n.values = append(n.values, constant(t.text))
	case t.kind == 'w' && (strings.EqualFold(t.text, "true") || strings.EqualFold(t.text, "false")):
		n.values = append(n.values, literal{text: strings.ToLower(t.text)})
	default:
		return p.fail()
	}
	p.at++
	return nil
}

// columns adds the columns that a condition reads.
func (n *node) columns(add func(string)) {
	if n == nil {
		return
	}
	if n.column != "" {
		add(n.column)
	}
	for _, k := range n.kids {
		k.columns(add)
	}
}

// truth is SQL's: 1 true, 0 false, -1 unknown.
type truth int8

// test answers a leaf for one value.
func (n *node) test(text string, null bool) truth {
	if n.op == opNull {
		return as(null != n.negate)
	}
	if null {
		return -1
	}
	if n.op == opCompare {
		return n.values[0].compare(text, n.sign)
	}
	out := truth(0)
	for _, v := range n.values {
		switch v.compare(text, "=") {
		case 1:
			return as(!n.negate)
		case -1:
			out = -1
		}
	}
	if out == 0 && n.negate {
		return 1
	}
	return out
}

func as(b bool) truth {
	if b {
		return 1
	}
	return 0
}

func (l literal) compare(text, sign string) truth {
	c := strings.Compare(text, l.text)
	if l.number {
		x, ok := number(text)
		switch {
		case !ok:
			return -1
		case x < l.num:
			c = -1
		case x > l.num:
			c = 1
		default:
			c = 0
		}
	}
	switch sign {
	case "=":
		return as(c == 0)
	case "!=":
		return as(c != 0)
	case "<":
		return as(c < 0)
	case "<=":
		return as(c <= 0)
	case ">":
		return as(c > 0)
	}
	return as(c >= 0)
}
