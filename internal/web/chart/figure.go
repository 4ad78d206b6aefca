package chart

import (
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
)

// Figure is a drawing, the sentence that says what it shows, and its table.
type Figure struct {
	Title string
	SVG   template.HTML
	Table Table
	Open  bool // the table is open from the start: wide drawings give way to it on a phone
}

// Table is the same data in rows.
type Table struct {
	Caption string
	Head    []Cell
	Rows    [][]Cell
}

// Cell is one cell; Head repeats the column's name for narrow screens.
type Cell struct {
	Text, Head string
	Num        bool
}

// table builds a Table; a column name that begins with "#" holds numbers.
func table(head []string, rows [][]string) Table {
	var t Table
	for _, h := range head {
		t.Head = append(t.Head, Cell{Text: strings.TrimPrefix(h, "#"), Num: strings.HasPrefix(h, "#")})
	}
	for _, r := range rows {
		cells := make([]Cell, len(r))
		for i, text := range r {
			cells[i] = Cell{Text: text, Head: t.Head[i].Text, Num: t.Head[i].Num}
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// canvas collects SVG elements.
type canvas struct {
	b             strings.Builder
	width, height float64
}

func newCanvas(width, height float64) *canvas { return &canvas{width: width, height: height} }

func esc(s string) string { return template.HTMLEscapeString(s) }

// f writes a coordinate with at most one decimal.
func f(v float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(finite(v), 'f', 1, 64), ".0")
}

// finite is v, or 0 for what can't be drawn.
func finite(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

func (c *canvas) text(x, y float64, class, anchor, s string) {
	fmt.Fprintf(&c.b, `<text x="%s" y="%s"`, f(x), f(y))
	if class != "" {
		fmt.Fprintf(&c.b, ` class="%s"`, esc(class))
	}
	if anchor != "" {
		fmt.Fprintf(&c.b, ` text-anchor="%s"`, esc(anchor))
	}
	fmt.Fprintf(&c.b, `>%s</text>`, esc(s))
}

func (c *canvas) rect(x, y, w, h float64, class string) {
	fmt.Fprintf(&c.b, `<rect x="%s" y="%s" width="%s" height="%s" class="%s"/>`, f(x), f(y), f(max(w, 0)), f(max(h, 0)), esc(class))
}

func (c *canvas) circle(x, y, r float64, class string) {
	fmt.Fprintf(&c.b, `<circle cx="%s" cy="%s" r="%s" class="%s"/>`, f(x), f(y), f(r), esc(class))
}

// path draws d, which this package builds from numbers alone.
func (c *canvas) path(d, class string, width float64) {
	fmt.Fprintf(&c.b, `<path d="%s" class="%s" stroke-width="%s"/>`, esc(d), esc(class), f(width))
}

// svg closes the drawing. class is "plot", or "plot wide" for one that gives
// way to its table on a phone.
func (c *canvas) svg(title, class string) template.HTML {
	return template.HTML(fmt.Sprintf(`<svg class="%s" viewBox="0 0 %s %s" role="img" aria-label="%s">%s</svg>`,
		esc(class), f(c.width), f(c.height), esc(title), c.b.String()))
}
