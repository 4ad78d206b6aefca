package chart

import (
	"fmt"
	"strings"
)

// Point is a value over an ordered label, such as a day, with its interval.
type Point struct {
	Label          string
	Value, Low, Hi float64
	N              int
}

// Line draws a line with the band of its interval.
func Line(title, unit string, pts []Point) Figure {
	lo, hi := 0.0, 1e-9
	for _, p := range pts {
		lo, hi = min(lo, finite(p.Low), finite(p.Value)), max(hi, finite(p.Hi), finite(p.Value))
	}
	c := newCanvas(600, 220)
	x := scale(0, float64(max(len(pts)-1, 1)), 50, 580)
	y := scale(lo, hi, 180, 16)
	c.path("M50 180H580", "axis", 1)
	c.text(44, 184, "", "end", dec(lo, 2))
	c.text(44, 20, "", "end", dec(hi, 2))
	var line, up, down strings.Builder
	var rows [][]string
	for i, p := range pts {
		px := x(float64(i))
		fmt.Fprintf(&line, "%s%s %s", cmd(i), f(px), f(y(p.Value)))
		fmt.Fprintf(&up, "%s%s %s", cmd(i), f(px), f(y(p.Hi)))
		back := pts[len(pts)-1-i]
		fmt.Fprintf(&down, "L%s %s", f(x(float64(len(pts)-1-i))), f(y(back.Low)))
		rows = append(rows, []string{p.Label, group(p.N), dec(p.Value, 3), dec(p.Low, 3) + " to " + dec(p.Hi, 3)})
	}
	if len(pts) > 0 {
		c.path(up.String()+down.String()+"Z", "bandfill", 0)
		c.path(line.String(), "trend", 2.5)
		c.text(50, 204, "", "", pts[0].Label)
		c.text(580, 204, "", "end", pts[len(pts)-1].Label)
	}
	return Figure{Title: title, SVG: c.svg(title, "plot"), Table: table([]string{"When", "#n", "#" + unit, "#95 % interval"}, rows)}
}

func cmd(i int) string {
	if i == 0 {
		return "M"
	}
	return "L"
}

// Reliability draws predicted against observed frequency; on the diagonal a
// score of 0.3 means that 3 of 10 said yes.
func Reliability(title string, pts []Point, predicted []float64) Figure {
	c := newCanvas(340, 330)
	x, y := scale(0, 1, 40, 320), scale(0, 1, 290, 10)
	c.path("M40 290H320", "axis", 1)
	c.path("M40 290V10", "axis", 1)
	c.path("M40 290L320 10", "ref", 1)
	c.text(180, 320, "", "middle", "Predicted")
	c.text(40, 308, "", "middle", "0")
	c.text(320, 308, "", "middle", "1")
	var rows [][]string
	for i, p := range pts {
		if i >= len(predicted) {
			break
		}
		px := x(predicted[i])
		class := "ok"
		if predicted[i] < p.Low || predicted[i] > p.Hi {
			class = "bad"
		}
		c.path(fmt.Sprintf("M%s %sV%s", f(px), f(y(p.Low)), f(y(p.Hi))), "line "+class, 2)
		point(c, px, y(p.Value), class)
		rows = append(rows, []string{dec(predicted[i], 3), group(p.N), dec(p.Value, 3), dec(p.Low, 3) + " to " + dec(p.Hi, 3)})
	}
	return Figure{Title: title, SVG: c.svg(title, "plot square"), Table: table([]string{"#Predicted", "#n", "#Observed", "#95 % interval"}, rows)}
}
