package register

import (
	"fmt"
	"slices"
	"strings"

	"fairtouch/touch"
)

// The verdicts of a use. Blocked and gap both refuse.
const (
	Cleared             = "cleared"
	ClearedWithWarnings = "cleared_with_warnings"
	Blocked             = "blocked"
	GapVerdict          = "gap"
)

// Finding is one check that an asset of the chain didn't pass.
type Finding struct {
	Code     string   `json:"code"`     // P01, P02, ...
	Severity string   `json:"severity"` // block, warn, gap
	Asset    string   `json:"asset"`
	Right    string   `json:"right,omitzero"`
	Reason   string   `json:"reason"` // one sentence
	Path     []string `json:"path"`   // asset ids from the tool to the asset: one witness
	Words    string   `json:"words"`  // the path in words

	step int // of the walk, from which path and words are told
}

// maxTold bounds how many findings carry their whole path; a chain with more is
// blocked all the same, and the rest name tool and asset only.
const maxTold = 500

// Verdict is what the register says of one use on one day.
type Verdict struct {
	Verdict  string    `json:"verdict"`
	Use      Use       `json:"use"`
	On       Date      `json:"on"`
	Graph    string    `json:"graph"` // the graph's version
	Findings []Finding `json:"findings"`
	Weakest  string    `json:"weakest"` // the weakest path, in words
	Assets   int       `json:"assets"`  // how many were looked at
}

// Refuses reports whether the use may not go on.
func (v Verdict) Refuses() bool { return v.Verdict != Cleared && v.Verdict != ClearedWithWarnings }

// Checks gives the findings as the path records them, or one passed check.
func (v Verdict) Checks() []touch.Check {
	if len(v.Findings) == 0 && !v.Refuses() {
		return []touch.Check{{Step: touch.StepOwnership, Rule: "ownership", Verdict: touch.Allow,
			Reason: "Every link of the ownership chain was checked and none is open.", By: "register " + short(v.Graph)}}
	}
	out := make([]touch.Check, 0, len(v.Findings))
	for _, f := range v.Findings {
		c := touch.Check{Step: touch.StepOwnership, Rule: f.Code, Verdict: touch.Allow, Reason: f.Reason + " Chain: " + f.Words + ".", Owner: "system_owner"}
		switch f.Severity {
		case "block":
			c.Verdict = touch.Deny
		case "gap":
			c.Verdict, c.Missing = touch.Gap, []string{f.Code + " " + f.Asset}
		}
		out = append(out, c)
	}
	return out
}

func short(s string) string { return s[:min(12, len(s))] }

// Check walks every chain from the use's tool to its roots, on that day.
func (g *Graph) Check(use Use, on Date) Verdict {
	c := &checker{g: g, use: use, on: on, seen: map[string]bool{}}
	v := Verdict{Use: use, On: on, Graph: g.version}
	steps, cycle := g.walk(use.Tool)
	switch {
	case on.check("on") != nil || !on.known():
		c.found = append(c.found, Finding{Code: "P08", Severity: "gap", Asset: use.Tool, Reason: "The day of the use isn't known.", Path: []string{use.Tool}, Words: g.name(use.Tool)})
	case cycle != nil:
		c.found = append(c.found, Finding{Code: "P14", Severity: "block", Asset: cycle[0],
			Reason: "The chain runs in a circle, so it has no root.", Path: cycle, Words: g.words(cycle)})
	default:
		c.steps = steps
		for i := range steps {
			c.visit(i)
		}
		v.Assets = len(c.visited())
	}
	v.Findings = c.sorted()
	v.Verdict, v.Weakest = verdictOf(v.Findings), c.weakest(v.Findings)
	return v
}

func verdictOf(fs []Finding) string {
	out := Cleared
	for _, f := range fs {
		switch {
		case f.Severity == "block":
			return Blocked
		case f.Severity == "gap":
			out = GapVerdict
		case out == Cleared:
			out = ClearedWithWarnings
		}
	}
	return out
}

type checker struct {
	g     *Graph
	use   Use
	on    Date
	steps []step
	found []Finding
	seen  map[string]bool // code, asset and right: one witness each
}

func (c *checker) visited() map[string]bool {
	out := map[string]bool{}
	for _, s := range c.steps {
		out[s.asset] = true
	}
	return out
}

func (c *checker) add(i int, code, severity, right, format string, args ...any) {
	s := c.steps[i]
	key := code + "\x00" + severity + "\x00" + s.asset + "\x00" + right
	if c.seen[key] {
		return
	}
	c.seen[key] = true
	c.found = append(c.found, Finding{Code: code, Severity: severity, Asset: s.asset, Right: right,
		Reason: fmt.Sprintf(format, args...), step: i})
}

func (c *checker) path(i int) (path []string) {
	for ; i >= 0; i = c.steps[i].prev {
		path = append(path, c.steps[i].asset)
	}
	slices.Reverse(path)
	return path
}

// words tells the path: "Scorer, trained on CRM 2024, contains Call list".
func (c *checker) words(i int) string {
	var parts []string
	for ; i >= 0; i = c.steps[i].prev {
		s := c.steps[i]
		if s.via == nil {
			parts = append(parts, c.g.name(s.asset))
			continue
		}
		parts = append(parts, strings.ReplaceAll(s.via.Rel, "_", " ")+" "+c.g.name(s.asset))
	}
	slices.Reverse(parts)
	return strings.Join(parts, ", ")
}

func (g *Graph) words(path []string) string {
	out := make([]string, len(path))
	for i, p := range path {
		out[i] = g.name(p)
	}
	return strings.Join(out, ", then ")
}

func severityRank(s string) int {
	switch s {
	case "block":
		return 0
	case "gap":
		return 1
	}
	return 2
}

// sorted puts the worst first, then by code and asset, and tells their paths.
func (c *checker) sorted() []Finding {
	slices.SortStableFunc(c.found, func(a, b Finding) int {
		if d := severityRank(a.Severity) - severityRank(b.Severity); d != 0 {
			return d
		}
		return compare(a.Code+"\x00"+a.Asset+"\x00"+a.Right, b.Code+"\x00"+b.Asset+"\x00"+b.Right)
	})
	for n := range c.found {
		f := &c.found[n]
		switch {
		case f.Path != nil:
		case n < maxTold:
			f.Path, f.Words = c.path(f.step), c.words(f.step)
		default:
			f.Path = []string{c.use.Tool, f.Asset}
			f.Words = c.g.name(c.use.Tool) + ", through other links, " + c.g.name(f.Asset)
		}
	}
	return c.found
}

// weakest is the worst finding's path, or the longest chain if nothing is open.
func (c *checker) weakest(fs []Finding) string {
	if len(fs) > 0 {
		return fs[0].Words + ": " + fs[0].Reason
	}
	best := 0
	for i := range c.steps {
		if c.steps[i].depth > c.steps[best].depth {
			best = i
		}
	}
	if len(c.steps) == 0 {
		return ""
	}
	return c.words(best) + ": nothing is open."
}
