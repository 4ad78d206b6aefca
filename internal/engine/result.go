package engine

import (
	"slices"
	"strings"
	"time"

	"fairtouch/fairness"
)

// Result is what an engine counted.
type Result struct {
	Cells    []fairness.Cell // finest, ordered by their groups' texts
	Rows     int64           // that were read
	Kept     int64           // that the condition kept
	Notes    []string
	Evidence Evidence
}

// Evidence says how the counts came about, so that they can be counted again.
type Evidence struct {
	Engine    string        `json:"engine"`
	Source    string        `json:"source"`              // file or table; no credentials
	Statement string        `json:"statement,omitzero"`  // SQL, where there is any
	Snapshot  string        `json:"snapshot"`            // hash or version of what was read
	Elapsed   time.Duration `json:"elapsed_ns,omitzero"` // wall time
	Untested  bool          `json:"untested,omitzero"`   // this engine's SQL has not run in our tests
}

// order sorts cells by their groups: NULL first, then texts byte by byte.
func order(cells []fairness.Cell) {
	slices.SortFunc(cells, func(a, b fairness.Cell) int {
		for i := range a.Group {
			x, y := a.Group[i], b.Group[i]
			switch {
			case x == y:
			case x.Null:
				return -1
			case y.Null:
				return 1
			default:
				return strings.Compare(x.Text, y.Text)
			}
		}
		return 0
	})
}

// Suppress hides the cells of fewer than k people. Where only one cell is
// hidden in a row of the table that shares all values but one, the smallest of
// its neighbours goes too, since the total would give it away; so on until
// nothing hidden stands alone. It returns the cells that may be shown and how
// many were hidden.
func Suppress(cells []fairness.Cell, k int64) (shown []fairness.Cell, hidden int) {
	if k <= 1 || len(cells) == 0 {
		return cells, 0
	}
	hide := make([]bool, len(cells))
	for i, c := range cells {
		hide[i] = c.Rows < k
	}
	for changed := true; changed; {
		changed = false
		for a := range cells[0].Group {
			changed = complement(cells, hide, a, k) || changed
		}
	}
	for i, c := range cells {
		if hide[i] {
			hidden++
			continue
		}
		shown = append(shown, c)
	}
	return shown, hidden
}

// complement hides one more cell in each line along attribute a whose hidden
// people are fewer than k together or lie in one cell only.
func complement(cells []fairness.Cell, hide []bool, a int, k int64) (changed bool) {
	lines := map[string][]int{}
	for i, c := range cells {
		rest := slices.Clone(c.Group)
		rest[a] = fairness.Value{}
		key := fairness.Key(rest)
		lines[key] = append(lines[key], i)
	}
	for _, line := range lines {
		secret, people, next := 0, int64(0), -1
		for _, i := range line {
			if hide[i] {
				secret, people = secret+1, people+cells[i].Rows
			} else if next < 0 || cells[i].Rows < cells[next].Rows {
				next = i
			}
		}
		if secret > 0 && (secret == 1 || people < k) && next >= 0 {
			hide[next], changed = true, true
		}
	}
	return changed
}
