package inclusion

import (
	"slices"
	"strings"
)

// Note is one place of a text that a reviewer should look at.
type Note struct {
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	Start    int      `json:"start"` // byte offsets
	End      int      `json:"end"`
	Text     string   `json:"text"`
	Instead  []string `json:"instead,omitzero"`
	When     string   `json:"when,omitzero"`
}

// CheckOptions narrow a check.
type CheckOptions struct {
	Least Severity // of what is reported; default Medium
	Allow []string // phrases that are right here, such as product names
}

// Check reads a text: code, links, tags and placeholders are passed over.
func (p *Pack) Check(text string, o CheckOptions) []Note {
	if o.Least == "" {
		o.Least = Medium
	}
	ws := words(text)
	plains := make([]string, len(ws))
	for i, w := range ws {
		plains[i] = plain(text[w.start:w.end])
	}
	allowed := mask(plains, o.Allow)
	genders := p.genders(ws, plains)
	var out []Note
	for i := 0; i < len(ws); {
		n, s := p.root.longest(text, ws, plains, i)
		if n == 0 || allowed[i] {
			i++
			continue
		}
		r := &p.Rules[s.rule-1]
		if r.Severity.rank() >= o.Least.rank() && !genders[pair{ws[i].paragraph, s.rule}] {
			start, end := ws[i].start, ws[i+n-1].end
			out = append(out, Note{r.ID, r.Severity, start, end, text[start:end], r.Instead, r.When})
		}
		i += n
	}
	return out
}

// longest finds the longest phrase that begins at a word, within one paragraph.
// A phrase with capitals must match them.
func (s *step) longest(text string, ws []word, plains []string, at int) (n int, found *step) {
	var walk func(s *step, k int)
	walk = func(s *step, k int) {
		if s.rule > 0 && k > n && cased(text, ws[at:at+k], s.phrase) {
			n, found = k, s
		}
		if at+k >= len(ws) || ws[at+k].paragraph != ws[at].paragraph {
			return
		}
		if next := s.next[plains[at+k]]; next != nil {
			walk(next, k+1)
		}
		if s.any != nil {
			walk(s.any, k+1)
		}
	}
	walk(s, 0)
	return n, found
}

func cased(text string, ws []word, phrase string) bool {
	if phrase == strings.ToLower(phrase) {
		return true
	}
	return strings.EqualFold(phrase, text[ws[0].start:ws[len(ws)-1].end]) && strings.Contains(text[ws[0].start:ws[len(ws)-1].end], strings.Fields(phrase)[0])
}

// pair is a rule in a paragraph.
type pair struct{ paragraph, rule int }

// genders says in which paragraphs a rule's phrases of both genders stand.
func (p *Pack) genders(ws []word, plains []string) map[pair]bool {
	first, both := map[pair]string{}, map[pair]bool{}
	for i := range ws {
		s := p.root.next[plains[i]]
		if s == nil || s.rule == 0 || s.gender == "" {
			continue
		}
		k := pair{ws[i].paragraph, s.rule}
		if g, ok := first[k]; ok && g != s.gender {
			both[k] = true
		}
		first[k] = s.gender
	}
	return both
}

// mask marks the words of allowed phrases.
func mask(plains, allow []string) []bool {
	out := make([]bool, len(plains))
	for _, a := range allow {
		var want []string
		for _, w := range words(a) {
			want = append(want, plain(a[w.start:w.end]))
		}
		for i := 0; len(want) > 0 && i+len(want) <= len(plains); i++ {
			if slices.Equal(plains[i:i+len(want)], want) {
				for k := range want {
					out[i+k] = true
				}
			}
		}
	}
	return out
}
