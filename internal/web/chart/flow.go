package chart

import (
	"fmt"
	"math"
	"strconv"
)

// Stop is what stopped at one station of the path.
type Stop struct {
	Station string
	Reached int    // uses that came to the station
	Stopped int    // of them, how many went no further
	Verdict string // allow, deny, gap, human: colour and shape of the branch
	Word    string // what the branch says after its number; "" for nothing
	Reason  string // the most common reason
}

// band is the height of the stream where nothing has stopped yet.
const band = 44.0

// Flow draws the path as one stream that gets thinner where uses stopped. The
// branches' widths are in proportion, but never thinner than two units, so that
// one person among ten thousand is still seen.
func Flow(title string, asked, through int, stops []Stop) Figure {
	c := newCanvas(960, 152)
	left, right := 20.0, 940.0
	step := (right - left) / float64(len(stops)+1)
	c.rect(left, 70-band/2, right-left, band, "rest")
	x, rows := left, make([][]string, 0, len(stops))
	live := float64(asked)
	for i, s := range stops {
		next := left + step*float64(i+1)
		c.rect(x, 70-width(live, asked)/2, next-x, width(live, asked), "stream")
		live -= float64(s.Stopped)
		c.text(next, 36, "", "middle", s.Station)
		branch(c, next, s, asked)
		x = next
		rows = append(rows, []string{s.Station, group(s.Reached), group(s.Stopped), dash(s.Reason)})
	}
	c.rect(x, 70-width(live, asked)/2, right-x, width(live, asked), "stream")
	c.text(left, 18, "v", "", group(asked))
	c.text(left, 36, "", "", "Asked")
	c.text(right, 18, "v", "end", group(through))
	c.text(right, 36, "", "end", "Went through")
	return Figure{Title: title, SVG: c.svg(title, "plot wide"), Open: true,
		Table: table([]string{"Step", "#Reached", "#Stopped", "Most common reason"}, rows)}
}

func width(live float64, asked int) float64 {
	if asked <= 0 {
		return 0
	}
	return math.Max(2, band*live/float64(asked))
}

func branch(c *canvas, x float64, s Stop, asked int) {
	if s.Stopped <= 0 {
		return
	}
	w := math.Max(2, band*float64(s.Stopped)/float64(max(asked, 1)))
	w = math.Min(w, 18)
	c.path(fmt.Sprintf("M%s %sq6 34 34 38", f(x), f(70+band/2-w/2)), "branch b-"+s.Verdict, w)
	label := group(s.Stopped)
	if s.Word != "" {
		label += " " + s.Word
	}
	c.text(x+40, 138, "v", "", label)
}

// group writes 10000 as 10,000.
func group(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func dash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
