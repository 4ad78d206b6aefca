package campaign

import (
	"slices"
	"time"

	"fairtouch/touch"
)

// Columns are what a rehearsal adds to each row.
func Columns() []string {
	return []string{"may_use_ai", "reason", "fix_owner", "label", "why_url", "human_url"}
}

// Rehearsal is what an audience came to. It names nobody.
type Rehearsal struct {
	ID       string           `json:"id"`
	Campaign touch.CampaignID `json:"campaign"`
	Content  string           `json:"content"`  // hash of what was rehearsed
	Audience string           `json:"audience"` // hash of the file
	File     string           `json:"file"`     // its name
	By       touch.UserID     `json:"by"`
	At       time.Time        `json:"at"`
	Took     time.Duration    `json:"took_ns"`
	Rows     int              `json:"rows"`
	Twice    int              `json:"twice"` // rows of a person who came before
	Cleared  int              `json:"cleared"`
	Waiting  int              `json:"waiting"` // cleared, outside the pilot for now
	Known    int              `json:"known"`   // people of whom a permission is on record
	Reasons  []Reason         `json:"reasons"`
	Failed   string           `json:"failed,omitzero"` // why it ended early
}

// Reason is why people are stopped, and who can change it.
type Reason struct {
	Rule    string        `json:"rule"`
	Step    touch.Step    `json:"step"`
	Verdict touch.Verdict `json:"verdict"`
	Words   string        `json:"words"`
	Owner   string        `json:"fix_owner"`
	Missing []string      `json:"missing,omitzero"`
	N       int           `json:"n"`
}

// Stopped is how many people AI may not touch by a rule; those who only wait
// for the pilot to grow are not among them.
func (r *Rehearsal) Stopped() (denied, missing int) {
	for _, x := range r.Reasons {
		switch {
		case x.Step == touch.StepPilot:
		case x.Verdict == touch.Gap:
			missing += x.N
		default:
			denied += x.N
		}
	}
	return denied, missing
}

// Ground is the check that a person is told: the first that can't be mended,
// else the first missing fact, and the pilot last of all.
func Ground(checks []touch.Check) *touch.Check {
	var best *touch.Check
	rank := func(c *touch.Check) int {
		switch {
		case c.Step == touch.StepPilot:
			return 2
		case c.Verdict == touch.Gap:
			return 1
		}
		return 0
	}
	for i := range checks {
		if c := &checks[i]; c.Verdict != touch.Allow && (best == nil || rank(c) < rank(best)) {
			best = c
		}
	}
	return best
}

// Owner is who can mend what a check found, as a role.
func Owner(c *touch.Check) string {
	switch c.Owner {
	case "system_owner":
		return "system owner"
	case "":
	default:
		return c.Owner
	}
	switch c.Step {
	case touch.StepConsent:
		return "nobody: it is the person's choice" // asking again is the re-permission list's matter
	case touch.StepPilot:
		return "analyst, by the pilot's next step"
	case touch.StepLaw:
		if c.Verdict == touch.Gap {
			return "data"
		}
		return "nobody: the law forbids it"
	}
	return "privacy officer"
}

// Tally counts rows as they come. It isn't safe for concurrent use.
type Tally struct {
	R     Rehearsal
	seen  map[[16]byte]struct{}
	index map[string]int
}

// NewTally starts to count.
func NewTally(r Rehearsal) *Tally {
	return &Tally{R: r, seen: map[[16]byte]struct{}{}, index: map[string]int{}}
}

// Again reports whether a person came before, and remembers them by a keyed
// hash that lives as long as the rehearsal.
func (t *Tally) Again(who [16]byte) bool {
	_, again := t.seen[who]
	t.seen[who] = struct{}{}
	if again {
		t.R.Twice++
	}
	return again
}

// Count adds one row's outcome.
func (t *Tally) Count(known bool, why *touch.Check) {
	t.R.Rows++
	if known {
		t.R.Known++
	}
	if why == nil {
		t.R.Cleared++
		return
	}
	if why.Step == touch.StepPilot {
		t.R.Waiting++
	}
	key := string(why.Verdict) + why.Rule
	i, ok := t.index[key]
	if !ok {
		i = len(t.R.Reasons)
		t.index[key] = i
		t.R.Reasons = append(t.R.Reasons, Reason{Rule: why.Rule, Step: why.Step, Verdict: why.Verdict, Words: why.Reason, Owner: Owner(why), Missing: why.Missing})
	}
	t.R.Reasons[i].N++
}

// Result is the count so far, the commonest reason first.
func (t *Tally) Result() Rehearsal {
	r := t.R
	r.Reasons = slices.Clone(r.Reasons)
	slices.SortStableFunc(r.Reasons, func(a, b Reason) int { return b.N - a.N })
	return r
}
