package explain

import (
	"math"
	"sort"
	"strings"
)

// Scorer is the model as the counterfactual search sees it: the margin of a
// row, and a feature's split points in ascending order. Between two adjacent
// split points a tree model is constant, so the search space is finite.
type Scorer interface {
	Score(row []float64) float64
	Thresholds(feature int) []float64
}

// Move is one feature's change in a counterfactual.
type Move struct {
	Feature int
	To      float64
}

// Search limits: candidates kept per feature pair search, and rows scored.
const (
	keepSingles = 48
	maxScored   = 6_000
)

type candidate struct {
	move  Move
	score float64
	cost  float64
}

// search looks for the cheapest change of one feature, then of two, that takes
// the margin to the other side of the line. It never touches an immutable
// feature nor moves one against its direction, and every answer was re-scored
// by the model itself. It returns nil when there is none within the limits.
// Without accounts, features that are facts about accounts stay as they are, so
// that the sentence tells none.
func (r *reader) search(s Scorer, row []float64, line float64, accounts bool) []Move {
	above := s.Score(row) >= line
	trial := append([]float64(nil), row...)
	var singles []candidate
	scored := 0
	for f := range r.features {
		if !accounts && r.dict.Concepts[r.concept[f]].Account {
			continue
		}
		for _, to := range r.options(s, f, row[f]) {
			trial[f] = to
			singles = append(singles, candidate{Move{f, to}, s.Score(trial), r.cost(f, row[f], to)})
			scored++
		}
		trial[f] = row[f]
	}
	if best := cheapest(singles, above, line); best != nil {
		return []Move{best.move}
	}
	sort.SliceStable(singles, func(a, b int) bool {
		return (singles[a].score < singles[b].score) == above && singles[a].score != singles[b].score
	})
	return r.pairs(s, row, trial, singles[:min(len(singles), keepSingles)], above, line, maxScored-scored)
}

func cheapest(cs []candidate, above bool, line float64) *candidate {
	var best *candidate
	for i := range cs {
		if (cs[i].score >= line) != above && (best == nil || cs[i].cost < best.cost) {
			best = &cs[i]
		}
	}
	return best
}

func (r *reader) pairs(s Scorer, row, trial []float64, singles []candidate, above bool, line float64, budget int) []Move {
	var best []Move
	bestCost := math.Inf(1)
	for i := range singles {
		for j := i + 1; j < len(singles) && budget > 0; j++ {
			a, b := singles[i], singles[j]
			if a.move.Feature == b.move.Feature || a.cost+b.cost >= bestCost {
				continue
			}
			trial[a.move.Feature], trial[b.move.Feature] = a.move.To, b.move.To
			budget--
			if (s.Score(trial) >= line) != above {
				best, bestCost = []Move{a.move, b.move}, a.cost+b.cost
			}
			trial[a.move.Feature], trial[b.move.Feature] = row[a.move.Feature], row[b.move.Feature]
		}
	}
	return best
}

// options lists representatives of the other cells that the feature may move to.
func (r *reader) options(s Scorer, f int, from float64) []float64 {
	e := r.entries[f]
	if e.Immutable || math.IsNaN(from) {
		return nil
	}
	var out []float64
	if e.Kind == "category" {
		for c := range e.Values {
			if v := e.Values[c]; float64(c) != from && v != "unknown" {
				out = append(out, float64(c))
			}
		}
		return out
	}
	for _, t := range s.Thresholds(f) {
		for _, to := range []float64{e.round(t, false), e.round(t, true)} {
			if e.mayMove(from, to) {
				out = append(out, to)
			}
		}
	}
	return out
}

// round gives the nearest permitted value on one side of a split point.
func (e *Feature) round(t float64, up bool) float64 {
	step := e.Step
	if step <= 0 {
		step = math.Max(1e-6, math.Abs(t)*1e-6)
	}
	if up {
		v := math.Floor(t/step)*step + step
		return v
	}
	v := math.Ceil(t/step)*step - step
	return v
}

func (e *Feature) mayMove(from, to float64) bool {
	switch {
	case to == from, e.Min != nil && to < *e.Min, e.Max != nil && to > *e.Max:
		return false
	case e.Direction == "increase":
		return to > from
	case e.Direction == "decrease":
		return to < from
	}
	return true
}

// cost prefers small changes: one for another category, and for numbers the
// share of the range of bands that the move crosses.
func (r *reader) cost(f int, from, to float64) float64 {
	e := r.entries[f]
	if e.Kind == "category" {
		return 1
	}
	span := 1.0
	if n := len(e.Bands); n > 1 {
		span = e.Bands[n-1] - e.Bands[0]
	}
	return 0.2 + math.Abs(to-from)/math.Max(span, 1e-9)
}

// word makes the counterfactual's one sentence.
func (r *reader) word(row []float64, moves []Move, wasPositive bool, locale string) string {
	if len(moves) == 0 {
		return r.dict.Changed.None.In(locale)
	}
	parts := make([]string, len(moves))
	for i, m := range moves {
		e := r.entries[m.Feature]
		parts[i] = strings.NewReplacer("{from}", r.say(m.Feature, row[m.Feature], locale),
			"{to}", r.say(m.Feature, m.To, locale)).Replace(e.Change.In(locale))
	}
	end := r.dict.Changed.Toward
	if wasPositive {
		end = r.dict.Changed.Away
	}
	return joinWords(parts, locale) + end.In(locale)
}

func joinWords(parts []string, locale string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	and := map[string]string{"de": " und ", "fr": " et ", "es": " y "}[locale[:min(2, len(locale))]]
	if and == "" {
		and = " and "
	}
	second := []rune(parts[1])
	return parts[0] + and + strings.ToLower(string(second[:1])) + string(second[1:])
}

func (r *reader) say(f int, x float64, locale string) string {
	e := r.entries[f]
	v := r.value(f, x)
	if w, ok := e.ValueWord[v]; ok {
		return w.In(locale)
	}
	if e.Kind == "category" {
		return v
	}
	return num(math.Round(x*100) / 100)
}
