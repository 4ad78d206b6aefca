package pii

import (
	"fmt"
	"regexp"
	"strings"
)

// pattern is a compiled Pattern.
type pattern struct {
	typ   Type
	name  string
	re    *regexp.Regexp
	score float64
	words map[uint64]string
}

// denied is one value of a deny list.
type denied struct {
	typ   Type
	value string
	score float64
}

// lists compiles what the caller brought.
func (s *Scanner) lists(o Options) error {
	if len(o.Allow) > 0 {
		s.allow = map[string]bool{}
		for _, v := range o.Allow {
			s.allow[strings.ToLower(v)] = true
		}
	}
	for i, p := range o.AllowPatterns {
		r, err := regexp.Compile(p)
		if err != nil {
			return fmt.Errorf("%w: allow pattern %d is not RE2", ErrPattern, i+1)
		}
		r.Longest()
		s.allowR = append(s.allowR, r)
	}
	for _, d := range o.Deny {
		for _, v := range d.Values {
			if v == "" || d.Type == "" {
				return fmt.Errorf("%w: a deny list needs a type and values that aren't empty", ErrPattern)
			}
			score := d.Score
			if score == 0 {
				score = 1
			}
			s.deny = append(s.deny, denied{d.Type, v, score})
		}
	}
	for i, p := range o.Patterns {
		r, err := regexp.Compile(p.Regexp)
		if err != nil {
			return fmt.Errorf("%w: pattern %d is not RE2 (look-around isn't possible; write the boundary with \\b)", ErrPattern, i+1)
		}
		if p.Type == "" || p.Score < 0 || p.Score > 1 {
			return fmt.Errorf("%w: pattern %d needs a type and a score between 0 and 1", ErrPattern, i+1)
		}
		q := pattern{p.Type, p.Name, r, p.Score, map[uint64]string{}}
		for _, w := range p.Context {
			eachWord(w, func(h uint64, w string) { q.words[h] = w })
		}
		s.custom = append(s.custom, q)
	}
	return nil
}

// users runs the caller's deny lists and patterns.
func (sc *scan) users() {
	for _, d := range sc.s.deny {
		for from := 0; ; {
			k := strings.Index(sc.text[from:], d.value)
			if k < 0 {
				break
			}
			start := from + k
			end := start + len(d.value)
			from = start + 1
			if freeEdge(sc.text, start, end) {
				sc.out = append(sc.out, Finding{Type: d.typ, Start: start, End: end, Score: d.score, Base: d.score, Detector: "deny list", proof: listed})
				from = end
			}
		}
	}
	for _, p := range sc.s.custom {
		for _, loc := range p.re.FindAllStringIndex(sc.text, -1) {
			if loc[0] < loc[1] {
				sc.custom(&p, loc[0], loc[1])
			}
		}
	}
}

// freeEdge reports that no word goes on where the value begins or ends with one.
func freeEdge(t string, start, end int) bool {
	return clearBefore(t, start) && clearAfter(t, end)
}

func (sc *scan) custom(p *pattern, start, end int) {
	f := Finding{Type: p.typ, Start: start, End: end, Score: p.score, Base: p.score, Detector: p.name, proof: custom}
	if f.Detector == "" {
		f.Detector = "pattern"
	}
	near := sc.text[max(0, start-120):start] + " " + sc.text[end:min(len(sc.text), end+80)]
	if len(p.words) > 0 {
		eachWord(near, func(h uint64, _ string) {
			if w, ok := p.words[h]; ok && f.word == "" {
				f.word, f.dist = w, -1
				f.Score = max(min(1, p.score+lift), floor)
			}
		})
	}
	sc.out = append(sc.out, f)
}
