package law

import (
	"fmt"
	"slices"
)

// Problem is one thing that Lint found.
type Problem struct {
	Pack    string `json:"pack"`
	Rule    string `json:"rule,omitzero"`
	Message string `json:"message"`
}

// String gives "pack: rule: message".
func (p Problem) String() string {
	if p.Rule == "" {
		return p.Pack + ": " + p.Message
	}
	return p.Pack + ": " + p.Rule + ": " + p.Message
}

// Lint checks what Load can't know from one rule alone: versions that overlap,
// dates that are unreachable, permissions that lift nothing, certified rules
// without a hashed source and a reviewer; and it runs each rule's vectors.
// (Unknown facts, unbound controls and costs already fail in Load.)
func Lint(p *Pack) []Problem {
	l := &linter{p: p}
	for _, r := range p.Rules {
		l.dates(r)
		l.sources(r)
		l.links(r)
		l.vectors(r)
	}
	l.overlaps()
	return l.found
}

type linter struct {
	p     *Pack
	found []Problem
}

func (l *linter) say(r *Rule, format string, args ...any) {
	l.found = append(l.found, Problem{l.p.ID, r.ID, fmt.Sprintf(format, args...)})
}

func (l *linter) dates(r *Rule) {
	for _, p := range r.Applies {
		if r.InForce != 0 && p.From < r.InForce {
			l.say(r, "it applies from %s, before it is in force on %s", p.From, r.InForce)
		}
		if r.InForce != 0 && p.Until != 0 && p.Until <= r.InForce {
			l.say(r, "its period ends on %s, before it is in force: it can never bind", p.Until)
		}
	}
	if len(r.Applies) > 0 && r.Applies[len(r.Applies)-1].If == "" && len(r.Applies) > 1 {
		for _, p := range r.Applies[:len(r.Applies)-1] {
			if p.If != "" && p.From >= r.Applies[len(r.Applies)-1].From {
				l.say(r, "the period for %q is unreachable: an unconditional one begins no later", clip(p.If))
			}
		}
	}
}

func (l *linter) sources(r *Rule) {
	switch {
	case r.Source.What == "" || r.Source.ReadOn == 0:
		l.say(r, "source needs what was read, and when")
	case r.Source.URL == "" && r.Effect != EffectWatch:
		l.say(r, "source has no url")
	}
	if r.Checked == 0 {
		l.say(r, "checked is missing")
	}
	if r.Status == "certified" && (r.Source.SHA256 == "" || r.Reviewer == "" || r.ReviewedOn == 0) {
		l.say(r, "it is certified without a hashed source, a named reviewer and a date")
	}
}

func (l *linter) links(r *Rule) {
	for _, key := range r.Lifts {
		if !slices.ContainsFunc(l.p.Rules, func(o *Rule) bool { return o.Key == key && o.Effect == EffectDeny }) {
			l.say(r, "it lifts %s, which is no prohibition of this pack", key)
		}
	}
	for _, id := range r.Supersedes {
		old := l.p.Rule(id)
		switch {
		case old == nil:
			l.say(r, "it supersedes %s, which isn't in this pack", id)
		case old.Key != r.Key:
			l.say(r, "it supersedes %s, which has another key", id)
		case old.Version >= r.Version:
			l.say(r, "it supersedes %s, whose version isn't lower", id)
		case old.ends() == 0:
			l.say(old, "it is superseded by %s but has no end", r.ID)
		case r.begins() < old.ends():
			l.say(r, "it begins on %s, before %s ends on %s", r.begins(), id, old.ends())
		}
	}
}

// overlaps finds two versions of a key that bind on one day.
func (l *linter) overlaps() {
	for i, a := range l.p.Rules {
		for _, b := range l.p.Rules[i+1:] {
			if a.Key != b.Key {
				continue
			}
			if a.Version == b.Version {
				l.say(b, "it has the same key and version as %s", a.ID)
			}
			if overlap(a, b) {
				l.say(b, "its dates overlap those of %s, another version of %s", a.ID, a.Key)
			}
		}
	}
}

func overlap(a, b *Rule) bool {
	for _, p := range a.Applies {
		for _, q := range b.Applies {
			if (p.Until == 0 || q.From < p.Until) && (q.Until == 0 || p.From < q.Until) {
				return true
			}
		}
	}
	return false
}

// begins is the first day on which the rule can bind, ends the day after its
// last; 0 is none.
func (rule *Rule) begins() (d Date) {
	for _, p := range rule.Applies {
		if d == 0 || p.From < d {
			d = p.From
		}
	}
	return d
}

func (rule *Rule) ends() (d Date) {
	for _, p := range rule.Applies {
		if p.Until == 0 {
			return 0
		}
		d = max(d, p.Until)
	}
	return d
}

// vectors runs the rule's own tests alone, and asks for all three sorts. For a
// duty without a condition, a case that isn't refused is the negative one.
func (l *linter) vectors(r *Rule) {
	if r.Effect == EffectWatch {
		return
	}
	var positive, negative, missing, refused bool
	for i, v := range r.Tests {
		if got := l.run(r, v); got != v.Want {
			l.say(r, "test %d %swants %s and gets %s", i+1, quoted(v.Name), v.Want, got)
		}
		permit := r.Effect == EffectPermit || r.Effect == EffectAllow
		switch v.Want {
		case "deny":
			negative, positive, refused = negative || positive && r.When == "", true, true
		case "require":
			positive, negative = true, negative || refused && r.When == ""
		case "satisfied":
			positive, negative = positive || permit, negative || !permit
		case "idle":
			negative = true
		case "gap", "undecided":
			missing = true
		}
	}
	if !positive || !negative || !missing {
		l.say(r, "it needs a positive, a negative and a missing-fact test (has %t, %t, %t)", positive, negative, missing)
	}
}

func quoted(s string) string {
	if s == "" {
		return ""
	}
	return fmt.Sprintf("(%s) ", s)
}

// run gives the outcome of one rule in the words of a vector: deny, require,
// satisfied, idle, gap, or undecided for a permission whose facts are missing.
func (l *linter) run(r *Rule, v Vector) string {
	on := v.On
	if on == 0 {
		on = r.begins()
	}
	e := &Edition{reg: l.p.reg, rules: []*Rule{r}}
	for i, f := range l.p.reg.facts {
		if slices.Contains(r.reads, f.Name) {
			e.asked = append(e.asked, i)
		}
	}
	q := Question{LawDate: on}
	run := &run{e: e, q: &q, hidden: map[string]*view{}, days: map[string]day{}}
	var bad []string
	if run.view, bad = e.newView(v.Facts); len(bad) > 0 {
		return "a bad value of " + bad[0]
	}
	for name := range v.Facts {
		if _, known := l.p.reg.byName[name]; !known {
			return "an unknown fact " + name
		}
	}
	return outcome(run.try(r))
}

func outcome(res RuleResult) string {
	switch {
	case res.broken:
		return "an error"
	case res.Verdict == Deny, res.Verdict == Gap, res.Verdict == Require:
		return string(res.Verdict)
	case res.Triggered:
		return "satisfied"
	case len(res.Missing) > 0:
		return "undecided"
	default:
		return "idle"
	}
}
