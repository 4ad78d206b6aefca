package chart

import (
	"fmt"
	"math"
	"strconv"
)

// Bar is an estimate with its interval and how many cases it stands on.
type Bar struct {
	Label          string
	Value, Low, Hi float64
	N              int
	Class          string // ok, bad, unsure
}

// Intervals draws estimates with their intervals against a reference line. unit
// names the value in the table.
func Intervals(title, unit string, ref float64, refWord string, bars []Bar) Figure {
	lo, hi := ref, ref
	for _, b := range bars {
		lo, hi = min(lo, finite(b.Low), finite(b.Value)), max(hi, finite(b.Hi), finite(b.Value))
	}
	pad := (hi - lo) * .08
	if pad == 0 {
		pad = 1
	}
	x := scale(lo-pad, hi+pad, 170, 520)
	bottom := float64(len(bars))*40 + 20
	c := newCanvas(600, bottom+34)
	c.path(fmt.Sprintf("M170 %sH520", f(bottom)), "axis", 1)
	c.path(fmt.Sprintf("M%s 8V%s", f(x(ref)), f(bottom)), "ref", 1)
	c.text(x(ref), bottom+20, "", "middle", refWord)
	var rows [][]string
	for i, b := range bars {
		y := float64(i)*40 + 28
		c.text(0, y+4, "", "", b.Label)
		c.path(fmt.Sprintf("M%s %sH%s", f(x(b.Low)), f(y), f(x(b.Hi))), "line "+b.Class, 3)
		point(c, x(b.Value), y, b.Class)
		c.text(590, y+4, "v", "end", dec(b.Value, 2))
		rows = append(rows, []string{b.Label, group(b.N), dec(b.Value, 3), dec(b.Low, 3) + " to " + dec(b.Hi, 3)})
	}
	return Figure{Title: title, SVG: c.svg(title, "plot"), Table: table([]string{"Group", "#n", "#" + unit, "#95 % interval"}, rows)}
}

// point draws a circle for what is right, a square for what is not and a
// triangle for what is unsure: never colour alone.
func point(c *canvas, x, y float64, class string) {
	switch class {
	case "bad":
		c.rect(x-6, y-6, 12, 12, class)
	case "unsure":
		c.path(fmt.Sprintf("M%s %sl7 13h-14z", f(x), f(y-7)), class, 1)
	default:
		c.circle(x, y, 6, class)
	}
}

// Part is one concept's contribution to a score, in the model's own unit.
type Part struct {
	Label string
	Value float64
	Given string // what the model was given, in words
}

// Attribution draws what counted for and against. The parts add up to the
// margin, from base; what is left is the residual.
func Attribution(title string, base, margin, residual float64, parts []Part) Figure {
	most := 1e-9
	for _, p := range parts {
		most = max(most, math.Abs(finite(p.Value)))
	}
	mid, reach := 370.0, 130.0
	c := newCanvas(600, float64(len(parts))*32+30)
	c.text(mid-8, 14, "", "end", "against")
	c.text(mid+8, 14, "", "", "for")
	c.path(fmt.Sprintf("M%s 20V%s", f(mid), f(float64(len(parts))*32+26)), "axis", 1)
	var rows [][]string
	for i, p := range parts {
		y, w := float64(i)*32+24, math.Abs(p.Value)/most*reach
		c.text(0, y+17, "", "", clip(p.Label, 30))
		if p.Value >= 0 {
			c.rect(mid, y+3, max(w, 1), 20, "for")
			c.text(mid+w+8, y+17, "v", "", sign(p.Value))
		} else {
			c.rect(mid-w, y+3, max(w, 1), 20, "against")
			c.text(mid-w-8, y+17, "v", "end", sign(p.Value))
		}
		rows = append(rows, []string{p.Label, p.Given, sign(p.Value)})
	}
	t := table([]string{"What", "What the model was given", "#Contribution"}, rows)
	t.Caption = fmt.Sprintf("Starting from %s, these add up to %s in the model's unit (log odds); residual %s",
		sign(base), sign(margin), strconv.FormatFloat(residual, 'g', 2, 64))
	return Figure{Title: title, SVG: c.svg(title, "plot"), Table: t}
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// dec writes a number; what isn't one is a dash.
func dec(v float64, digits int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	return strconv.FormatFloat(v, 'f', digits, 64)
}

func sign(v float64) string {
	if v < 0 {
		return "−" + dec(-v, 3)
	}
	return "+" + dec(v, 3)
}

// scale maps [lo,hi] to [a,b].
func scale(lo, hi, a, b float64) func(float64) float64 {
	return func(v float64) float64 {
		if hi == lo || math.IsNaN(v) {
			return (a + b) / 2
		}
		return a + (min(max(v, lo), hi)-lo)/(hi-lo)*(b-a)
	}
}
