package inclusion

import (
	"fmt"
	"math"

	"fairtouch/fairness"
	"fairtouch/touch"
)

// Funnel is how many people of each group came how far: eligible, selected,
// reached, responded, or whatever the stages are called.
type Funnel struct {
	Attribute string    `json:"attribute"`
	Groups    []string  `json:"groups"`
	Reference []float64 `json:"reference"` // share of each group in the declared population; none: no comparison with it
	Source    string    `json:"source"`    // of the reference, such as a census with its year
	Stages    []Stage   `json:"stages"`    // each a part of the one before
}

// Stage counts people of each group.
type Stage struct {
	Name   string  `json:"name"`
	Counts []int64 `json:"counts"`
}

// Reached is one group at one stage.
type Reached struct {
	Stage   string           `json:"stage"`
	Group   string           `json:"group"`
	N       int64            `json:"n"`
	Against string           `json:"against"` // the reference population, or the stage before
	Ratio   float64          `json:"ratio"`   // of the group's share to its share there; 1 is proportional
	Low     float64          `json:"low"`
	High    float64          `json:"high"`
	Verdict fairness.Verdict `json:"verdict"`
	Note    string           `json:"note,omitzero"`
}

// Reach is whom a funnel leaves out.
type Reach struct {
	Verdict fairness.Verdict `json:"verdict"`
	Rows    []Reached        `json:"rows"`
	P       []float64        `json:"p"` // a stage: of all groups passing alike, by chi-squared; −1 where it can't be told
}

// Check returns an Invalid error that names what is at fault.
func (f *Funnel) Check() error {
	switch {
	case len(f.Groups) < 2:
		return touch.Fielderr("groups", "name at least two groups")
	case len(f.Stages) == 0:
		return touch.Fielderr("stages", "name at least one stage")
	case len(f.Reference) != 0 && len(f.Reference) != len(f.Groups):
		return touch.Fielderr("reference", "has a share for each group")
	case len(f.Reference) != 0 && f.Source == "":
		return touch.Fielderr("source", "say where the reference population's figures come from")
	case len(f.Reference) == 0 && len(f.Stages) < 2:
		return touch.Fielderr("stages", "one stage alone needs a reference population to compare with")
	}
	sum := 0.0
	for _, r := range f.Reference {
		if !(r > 0) {
			return touch.Fielderr("reference", "each share is above 0")
		}
		sum += r
	}
	if len(f.Reference) > 0 && math.Abs(sum-1) > .01 {
		return touch.Fielderr("reference", "the shares add up to 1")
	}
	for i, s := range f.Stages {
		if len(s.Counts) != len(f.Groups) {
			return touch.Fielderr("stages", "%s has a count for each group", s.Name)
		}
		for g, n := range s.Counts {
			if n < 0 || i > 0 && n > f.Stages[i-1].Counts[g] {
				return touch.Fielderr("stages", "%s has more people of a group than the stage before, or fewer than none", s.Name)
			}
		}
	}
	return nil
}

// Measure compares the first stage with the reference population and each
// later one with the stage before it. A group is left out where its ratio's
// interval lies below least (0.8 is usual); more than its share is no fault.
func (f *Funnel) Measure(least, alpha float64) (Reach, error) {
	if err := f.Check(); err != nil {
		return Reach{}, err
	}
	var out Reach
	alpha /= float64(len(f.Groups) * len(f.Stages))
	for i, s := range f.Stages {
		if i == 0 && len(f.Reference) == 0 {
			continue
		}
		var total int64
		for _, n := range s.Counts {
			total += n
		}
		for g := range f.Groups {
			r := Reached{Stage: s.Name, Group: f.Groups[g], N: s.Counts[g]}
			if i == 0 {
				f.against(&r, g, total, alpha)
			} else {
				f.passed(&r, i, g, alpha)
			}
			r.Verdict = fairness.Judge(fairness.Interval{Low: r.Low, High: r.High}, fairness.Interval{Low: least, High: math.Inf(1)})
			if r.Note != "" {
				r.Verdict = fairness.Inconclusive
			}
			out.Rows = append(out.Rows, r)
		}
		out.P = append(out.P, f.chi(i, total))
	}
	var vs []fairness.Verdict
	for _, r := range out.Rows {
		vs = append(vs, r.Verdict)
	}
	out.Verdict = fairness.Overall(vs)
	return out, nil
}

func (f *Funnel) against(r *Reached, g int, total int64, alpha float64) {
	r.Against = f.Source
	if total == 0 {
		r.Note = "nobody is in this stage"
		return
	}
	in := fairness.Proportion(float64(r.N), float64(total), alpha)
	ref := f.Reference[g]
	r.Ratio, r.Low, r.High = float64(r.N)/float64(total)/ref, in.Low/ref, in.High/ref
}

// passed compares a group's rate of passing with that of everybody else.
func (f *Funnel) passed(r *Reached, stage, g int, alpha float64) {
	before := &f.Stages[stage-1]
	r.Against = before.Name
	var x2, n2 int64
	for k := range f.Groups {
		if k != g {
			x2, n2 = x2+f.Stages[stage].Counts[k], n2+before.Counts[k]
		}
	}
	n1 := before.Counts[g]
	if n1 == 0 || x2 == 0 {
		r.Note = "nobody to compare"
		return
	}
	in := fairness.Ratio(float64(r.N), float64(n1), float64(x2), float64(n2), alpha)
	r.Ratio, r.Low, r.High = float64(r.N)/float64(n1)/(float64(x2)/float64(n2)), in.Low, in.High
	if n1 < 30 {
		r.Note = fairness.PowerStatement(float64(r.N)/float64(n1), float64(n1), float64(n2), alpha, .8)
	}
}

// chi is Pearson's test that all groups fare alike; −1 where an expected count
// is below 5, where it doesn't hold.
func (f *Funnel) chi(stage int, total int64) float64 {
	sum, cells := 0.0, 0
	add := func(seen int64, expected float64) bool {
		d := float64(seen) - expected
		sum += d * d / expected
		cells++
		return expected >= 5
	}
	for g := range f.Groups {
		seen := f.Stages[stage].Counts[g]
		if stage == 0 {
			if !add(seen, f.Reference[g]*float64(total)) {
				return -1
			}
			continue
		}
		var before int64
		for _, n := range f.Stages[stage-1].Counts {
			before += n
		}
		n, rate := f.Stages[stage-1].Counts[g], float64(total)/float64(before)
		if !add(seen, float64(n)*rate) || !add(n-seen, float64(n)*(1-rate)) {
			return -1
		}
	}
	return fairness.ChiSquaredTail(sum, len(f.Groups)-1)
}

// Exclusion is how many of each group a segment's rule removes.
type Exclusion struct {
	Rule    string  `json:"rule"`
	Removed []int64 `json:"removed"` // a group
	Of      []int64 `json:"of"`
}

// Excluded is a rule that removes much of a group.
type Excluded struct {
	Rule  string  `json:"rule"`
	Group string  `json:"group"`
	Share float64 `json:"share"` // of the group that is removed
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	Rest  float64 `json:"rest"` // share of everybody else that is removed
	What  string  `json:"what"`
}

// Exclusions finds the rules that remove more than most of a group (0.5 is
// half) for sure, or more than twice of it than of everybody else.
func Exclusions(groups []string, rules []Exclusion, most, alpha float64) ([]Excluded, error) {
	var out []Excluded
	for _, r := range rules {
		if len(r.Removed) != len(groups) || len(r.Of) != len(groups) {
			return nil, touch.Fielderr("rules", "%s has a count for each group", r.Rule)
		}
		var allRemoved, all int64
		for g := range groups {
			if r.Removed[g] < 0 || r.Removed[g] > r.Of[g] {
				return nil, touch.Fielderr("rules", "%s removes more of a group than there are", r.Rule)
			}
			allRemoved, all = allRemoved+r.Removed[g], all+r.Of[g]
		}
		for g, name := range groups {
			x, n := float64(r.Removed[g]), float64(r.Of[g])
			if n == 0 {
				continue
			}
			in := fairness.Proportion(x, n, alpha)
			rx, rn := float64(allRemoved)-x, float64(all)-n
			e := Excluded{Rule: r.Rule, Group: name, Share: x / n, Low: in.Low, High: in.High}
			if rn > 0 {
				e.Rest = rx / rn
			}
			ratio := fairness.Ratio(x, n, rx, rn, alpha)
			switch {
			case in.Low > most:
				e.What = fmt.Sprintf("removes %.0f %% of %s", 100*e.Share, name)
			case rn > 0 && ratio.Low > 2:
				e.What = fmt.Sprintf("removes %.0f %% of %s and %.0f %% of everybody else", 100*e.Share, name, 100*e.Rest)
			default:
				continue
			}
			out = append(out, e)
		}
	}
	return out, nil
}
