package audit

import (
	"slices"
	"strings"
	"time"

	"fairtouch/fairness"
)

// Live counts decisions as they are made: one cell for each cohort (the day of
// the decision) and group. A label may come at any later time, into the cohort
// of its decision. Everything is integers, so that shards, replays of windows
// and late labels merge to what one pass would have counted.
//
// It is not safe for concurrent use: give each writer its own and merge.
type Live struct {
	Attribute string
	cells     map[cohort]*fairness.Stats
	last      *fairness.Stats // of lastKey: decisions come in runs
	lastKey   cohort
}

type cohort struct {
	day   int32 // since 1970, UTC
	group string
}

// NewLive counts one attribute (or several, joined).
func NewLive(attribute string) *Live {
	return &Live{Attribute: attribute, cells: map[cohort]*fairness.Stats{}}
}

func (l *Live) cell(at time.Time, group string) *fairness.Stats {
	k := cohort{int32(at.Unix() / 86400), group}
	if l.last != nil && k == l.lastKey {
		return l.last
	}
	c := l.cells[k]
	if c == nil {
		c = &fairness.Stats{Scores: &fairness.Histogram{}}
		l.cells[k] = c
	}
	l.last, l.lastKey = c, k
	return c
}

// Add counts a decision. score is in [0, 1], or NaN where there is none.
func (l *Live) Add(at time.Time, group string, positive bool, score float64) {
	c := l.cell(at, group)
	c.Rows++
	c.N++
	if positive {
		c.Selected++
	}
	if score >= 0 && score <= 1 {
		c.Scores.Add(score, fairness.Unlabeled)
	} else {
		c.NoScore++
	}
}

// Label says what came true of a decision that was added with the same time,
// group, outcome and score.
func (l *Live) Label(at time.Time, group string, positive bool, score float64, label bool) {
	c := l.cell(at, group)
	add := fairness.Counts{}
	switch {
	case positive && label:
		add.TP = 1
	case positive:
		add.FP = 1
	case label:
		add.FN = 1
	default:
		add.TN = 1
	}
	c.Counts = c.Counts.Add(add)
	if score >= 0 && score <= 1 {
		c.Scores.Move(score, fairness.Unlabeled, map[bool]int{true: fairness.Positive, false: fairness.Negative}[label])
	}
}

// Merge adds what another counted.
func (l *Live) Merge(o *Live) {
	for k, s := range o.cells {
		c := l.cells[k]
		if c == nil {
			c = &fairness.Stats{Scores: &fairness.Histogram{}}
			l.cells[k] = c
		}
		c.Merge(*s)
	}
}

// Window returns the groups' cells of decisions made from one day until before
// another. labelled keeps only cohorts of which at least that share has a label
// by now (0 keeps all): error rates of half-matured cohorts mislead.
func (l *Live) Window(from, until time.Time, labelled float64) []fairness.Cell {
	byGroup := map[string]*fairness.Cell{}
	for k, s := range l.cells {
		day := time.Unix(int64(k.day)*86400, 0)
		if day.Before(from.UTC().Truncate(24*time.Hour)) || !day.Before(until) || float64(s.Labelled()) < labelled*float64(s.N) {
			continue
		}
		c := byGroup[k.group]
		if c == nil {
			c = &fairness.Cell{Group: []fairness.Value{{Text: k.group}}}
			byGroup[k.group] = c
		}
		c.Merge(*s)
	}
	var out []fairness.Cell
	for _, c := range byGroup {
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b fairness.Cell) int { return strings.Compare(a.Group[0].Text, b.Group[0].Text) })
	return out
}
