package handoff

import (
	"strings"
	"unicode/utf8"
)

// utterance is a message, cut and folded once for all languages.
type utterance struct{ sentences []sentence }

type sentence struct {
	words  []string
	runes  [][]rune
	joined string
}

func newUtterance(text string) *utterance {
	u := &utterance{}
	for _, s := range sentences(fold(untagged(text))) {
		x := sentence{words: words(s)}
		for _, w := range x.words {
			x.runes = append(x.runes, []rune(w))
		}
		x.joined = strings.Join(x.words, "")
		if x.joined != "" {
			u.sentences = append(u.sentences, x)
		}
	}
	return u
}

// span is where a concept stands in a sentence: words, or letters where the
// language joins them.
type span struct{ from, to int }

func (s span) overlaps(o span) bool { return s.from < o.to && o.from < s.to }

// gap is how many words lie between two spans; 0 for neighbours and overlaps.
func gap(a, b span) int { return max(0, b.from-a.to, a.from-b.to) }

type matches struct {
	at       map[concept][]span
	total    int
	unit     int // letters that count as one word in a joined language
	verbLast bool
}

func (m *matches) has(c concept) bool { return len(m.at[c]) > 0 }

// match finds every concept in a sentence; nil where there is none at all.
// What only looks like a wish hides what it covers.
func (l *language) match(s *sentence, typos bool) *matches {
	m := &matches{at: map[concept][]span{}, total: len(s.words), unit: 1, verbLast: l.VerbLast || l.Joined}
	if l.Joined {
		m.total, m.unit = utf8.RuneCountInString(s.joined), 2
		for i := range l.entries {
			e := &l.entries[i]
			m.at[e.is] = findJoined(m.at[e.is], s.joined, e.text)
		}
	} else {
		l.find(m, s, typos)
	}
	found := false
	for c, at := range m.at {
		found = found || c != other && c != filler && len(at) > 0
	}
	if !found {
		return nil
	}
	for _, hide := range m.at[other] {
		for _, c := range [...]concept{person, agent, someone, bot, asks, whether, complaint, legal, distress, optout, erase} {
			m.at[c] = without(m.at[c], hide)
		}
	}
	for _, hide := range m.at[whether] {
		m.at[asks] = without(m.at[asks], hide)
	}
	return m
}

func without(spans []span, hide span) []span {
	out := spans[:0]
	for _, s := range spans {
		if !s.overlaps(hide) {
			out = append(out, s)
		}
	}
	return out
}

// find looks up each word of a sentence as the first word of an entry.
func (l *language) find(m *matches, s *sentence, typos bool) {
	for i, w := range s.words {
		for _, at := range l.exact[w] {
			l.try(m, s, i, at, typos)
		}
		first := s.runes[i][0]
		for _, at := range l.stems[first] {
			l.try(m, s, i, at, typos)
		}
		if !typos || len(s.runes[i]) < shortest {
			continue
		}
		for _, at := range l.long[first] {
			if e := &l.entries[at]; !e.words[0].stem && e.words[0].text != w {
				l.try(m, s, i, at, typos)
			}
		}
	}
}

// try notes an entry that begins at a word.
func (l *language) try(m *matches, s *sentence, i, at int, typos bool) {
	e := &l.entries[at]
	if i+len(e.words) > len(s.words) {
		return
	}
	typos = typos && e.is != filler && e.is != other && e.is != refuse && e.is != frame
	for j := range e.words {
		if !e.words[j].is(s.words[i+j], s.runes[i+j], typos) {
			return
		}
	}
	m.at[e.is] = append(m.at[e.is], span{i, i + len(e.words)})
}

func findJoined(into []span, s, part string) []span {
	for from := 0; ; {
		i := strings.Index(s[from:], part)
		if i < 0 {
			return into
		}
		at := utf8.RuneCountInString(s[:from+i])
		into = append(into, span{at, at + utf8.RuneCountInString(part)})
		from += i + len(part)
	}
}

func (w *word) is(s string, runes []rune, typos bool) bool {
	if s == w.text || w.stem && strings.HasPrefix(s, w.text) {
		return true
	}
	if !typos {
		return false
	}
	if w.stem && len(w.runes) >= 6 && len(runes) > len(w.runes) {
		runes = runes[:len(w.runes)]
	}
	return near(runes, w.runes)
}

// How far apart, in words, two concepts may stand to belong together.
const (
	nearContact = 5 // talk … to a real person
	nearSomeone = 2 // talk to someone
	nearWant    = 2 // need a real person
	nearFrame   = 4 // are you by any chance a bot
	nearRefuse  = 5 // don't want to talk to a bot
)

// identity reports the question what one talks to.
func (m *matches) identity() bool {
	if m.has(whether) {
		return true
	}
	for _, f := range m.at[frame] {
		if m.wished(f) {
			continue
		}
		for _, c := range [...]concept{bot, person} {
			for _, n := range m.at[c] {
				if gap(f, n) <= nearFrame*m.unit && m.strange(f, n) <= 1 && !m.asksBetween(f, n) {
					return true
				}
			}
		}
	}
	return false
}

// wished: after "I want to", a word of talking asks for somebody. Languages
// without an infinitive say it as they say "I am talking".
func (m *matches) wished(f span) bool {
	talks := false
	for _, s := range m.at[contact] {
		talks = talks || s.overlaps(f)
	}
	for _, c := range [...]concept{want, refuse} {
		for _, s := range m.at[c] {
			if talks && s.to <= f.from && f.from-s.to <= m.unit {
				return true
			}
		}
	}
	return false
}

// strange counts words between two spans that are not politeness, a person or a
// program: "are you selling a robot" asks something else than "are you a robot".
func (m *matches) strange(a, b span) (n int) {
	if m.unit > 1 {
		return 0
	}
	for i := min(a.to, b.to); i < max(a.from, b.from); i++ {
		known := false
		for _, c := range [...]concept{filler, person, bot, agent, frame} {
			for _, s := range m.at[c] {
				known = known || s.from <= i && i < s.to
			}
		}
		if !known {
			n++
		}
	}
	return n
}

// asksBetween: "are you able to connect me to a human" asks for a person.
func (m *matches) asksBetween(f, n span) bool {
	from, to := min(f.to, n.to), max(f.from, n.from)
	for _, c := range [...]concept{contact, want} {
		for _, s := range m.at[c] {
			if s.from >= from && s.to <= to && !s.overlaps(f) {
				return true
			}
		}
	}
	return false
}

// human reports the wish for a person. Only in the conversation's own language
// do a bare "agent!" and a "no bot" count: short words mean other things elsewhere. Within the question what one talks to, a wish has
// to be put into words: "am I talking to a person" wants nobody.
func (m *matches) human(own bool) bool {
	if m.has(asks) {
		return true
	}
	if m.identity() && !m.wishes() {
		return false
	}
	for _, n := range [...]concept{person, agent} {
		if m.pair(contact, n, nearContact, false) || m.pair(want, n, nearWant, !m.verbLast) {
			return true
		}
	}
	return m.pair(contact, someone, nearSomeone, false) || own && (m.refusesBot() || m.bare())
}

// wishes reports a word of wanting outside of the question.
func (m *matches) wishes() bool {
	for _, w := range m.at[want] {
		free := true
		for _, c := range [...]concept{frame, whether} {
			for _, f := range m.at[c] {
				free = free && !f.overlaps(w)
			}
		}
		if free {
			return true
		}
	}
	return false
}

// pair finds a verb near a noun, neither of them part of the question what one
// talks to.
func (m *matches) pair(verb, noun concept, within int, inOrder bool) bool {
	for _, v := range m.at[verb] {
		for _, n := range m.at[noun] {
			if gap(v, n) <= within*m.unit && !v.overlaps(n) && (!inOrder || v.to <= n.from) && !m.framed(v, n) {
				return true
			}
		}
	}
	return false
}

// framed: in "am I talking to a person" the verb belongs to the question.
func (m *matches) framed(v, n span) bool {
	if len(m.at[whether]) > 0 {
		for _, w := range m.at[whether] {
			if w.overlaps(n) || w.overlaps(v) {
				return true
			}
		}
	}
	for _, f := range m.at[frame] {
		if f.overlaps(v) && !m.wished(f) {
			return true
		}
	}
	return false
}

func (m *matches) refusesBot() bool {
	for _, r := range m.at[refuse] {
		for _, b := range m.at[bot] {
			if gap(r, b) <= nearRefuse*m.unit && !r.overlaps(b) && (m.verbLast || r.to <= b.from) && !m.identity() {
				return true
			}
		}
	}
	return false
}

// bare: nothing but the person and politeness.
func (m *matches) bare() bool {
	if !m.has(person) && !m.has(agent) || m.total > 6*m.unit*2 {
		return false
	}
	covered := make([]bool, m.total)
	for _, c := range [...]concept{person, agent, filler} {
		for _, s := range m.at[c] {
			for i := s.from; i < s.to && i < len(covered); i++ {
				covered[i] = true
			}
		}
	}
	for _, c := range covered {
		if !c {
			return false
		}
	}
	return true
}
