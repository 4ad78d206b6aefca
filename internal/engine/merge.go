package engine

import (
	"fmt"

	"fairtouch/fairness"
)

// finish merges what the workers counted. Integers merge exactly, so the
// result doesn't depend on who read what.
func finish(p *Plan, workers []*accumulator) (Result, error) {
	var out Result
	at := map[string]int{}
	var seen [2]bool
	for _, a := range workers {
		if a.err != nil {
			return out, a.err
		}
		out.Rows, out.Kept = out.Rows+a.rows, out.Kept+a.kept
		seen[0], seen[1] = seen[0] || a.seen[0], seen[1] || a.seen[1]
		for _, c := range a.cells {
			cell := a.export(c)
			k := fairness.Key(cell.Group)
			if i, ok := at[k]; ok {
				out.Cells[i].Merge(cell.Stats)
				continue
			}
			at[k] = len(out.Cells)
			out.Cells = append(out.Cells, cell)
		}
		if len(out.Cells) > p.maxCells() {
			return out, p.tooManyCells()
		}
	}
	order(out.Cells)
	out.Notes = notes(p, seen, &out)
	return out, nil
}

// notes says what looks odd but may be right.
func notes(p *Plan, seen [2]bool, r *Result) []string {
	var out []string
	if p.pred >= 0 && !seen[0] && r.Kept > 0 {
		out = append(out, fmt.Sprintf("no row has a positive %s", p.texts[p.pred]))
	}
	if p.label >= 0 && !seen[1] && r.Kept > 0 {
		out = append(out, fmt.Sprintf("no row has a positive %s", p.texts[p.label]))
	}
	var unknownDecision, noScore int64
	for _, c := range r.Cells {
		unknownDecision, noScore = unknownDecision+c.Rows-c.N, noScore+c.NoScore
	}
	if p.pred >= 0 && unknownDecision > 0 {
		out = append(out, fmt.Sprintf("%d rows have no %s and count in no rate", unknownDecision, p.texts[p.pred]))
	}
	if noScore > 0 {
		out = append(out, fmt.Sprintf("%d rows have no %s", noScore, p.numbers[p.score]))
	}
	return out
}

func (a *accumulator) export(c *tallied) fairness.Cell {
	var out fairness.Cell
	for i, code := range c.codes {
		out.Group = append(out.Group, a.value(&a.p.attrs[i], code))
	}
	for pred := no; pred <= unknown; pred++ {
		for label := no; label <= unknown; label++ {
			count(&out.Stats, pred, label, c.n[pred][label])
		}
	}
	out.Scores, out.NoScore = c.scores, c.noScore
	if a.p.weight >= 0 {
		out.Weights = weights(&c.sum, &c.sq)
	}
	return out
}

func weights(sum, sq *[3][3]int64) *fairness.Weights {
	var s, q fairness.Counts
	for pred := no; pred <= unknown; pred++ {
		for label := no; label <= unknown; label++ {
			tally(&s, pred, label, sum[pred][label])
			tally(&q, pred, label, sq[pred][label])
		}
	}
	list := func(c fairness.Counts) [6]int64 { return [6]int64{c.N, c.Selected, c.TP, c.FP, c.TN, c.FN} }
	return &fairness.Weights{Sum: list(s), Sq: list(q)}
}

func (a *accumulator) value(s *source, code uint32) fairness.Value {
	if s.bands == nil {
		return fairness.Value{Text: a.dicts[s.column].texts[code], Null: code == 0}
	}
	return bandValue(s, code)
}

func bandValue(s *source, code uint32) fairness.Value {
	switch code {
	case 0:
		return fairness.Value{Null: true}
	case 1:
		return fairness.Value{Text: "NaN"}
	case 2:
		return fairness.Value{}
	}
	return fairness.Value{Text: s.names[code-3]}
}
