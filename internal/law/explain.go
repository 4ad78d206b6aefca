package law

import (
	"fmt"
	"strings"
)

// Explain tells an answer in plain lines: the verdict first, then what refused,
// what was asked for, what is missing, and what was checked without effect. It
// states evidence, never that something is lawful.
func Explain(a Answer) []string {
	lines := []string{headline(a)}
	if a.Strict {
		lines = append(lines, "A place could not be resolved, so the rules of every place were asked.")
	}
	for _, v := range []Verdict{Deny, Gap, Require} {
		for i := range a.Rules {
			if r := &a.Rules[i]; r.Verdict == v {
				lines = append(lines, ruleLine(r))
			}
		}
	}
	for i := range a.Rules {
		if r := &a.Rules[i]; r.Verdict == Allow && r.Triggered {
			lines = append(lines, ruleLine(r))
		}
	}
	for _, m := range a.Missing {
		line := fmt.Sprintf("missing %s: %s (%s)", m.Name, m.Question, m.Owner)
		if m.Invalid {
			line += " The value that was given can't be one."
		}
		lines = append(lines, line)
	}
	for i := range a.Rules {
		if r := &a.Rules[i]; r.Verdict == Allow && !r.Triggered {
			lines = append(lines, ruleLine(r))
		}
	}
	return lines
}

func headline(a Answer) string {
	asked, open := 0, 0
	for i := range a.Rules {
		if a.Rules[i].Triggered {
			asked++
		}
		if a.Rules[i].Verdict != Allow {
			open++
		}
	}
	return fmt.Sprintf("%s: %d rules checked, %d asked for something, %d open", a.Verdict, a.Checked, asked, open)
}

func ruleLine(r *RuleResult) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-7s %s (%s; %s, %s): %s", r.Verdict, r.ID, r.Citation, r.Grade, r.Status, r.Reason)
	for i, f := range r.Facts {
		sep := ", "
		if i == 0 {
			sep = " Because "
		}
		fmt.Fprintf(&b, "%s%s = %v", sep, f.Name, f.Value)
	}
	return b.String()
}
