package pii

import "strings"

// hit is a value that a verifier accepted, before context.
type hit struct {
	typ        Type
	id         int
	start, end int
	base       float64 // of the form
	score      float64 // after the check
	detector   string
	proof      proof
	weak       bool // an open scan needs a word that speaks for it
	firm       bool // no word speaks against it: the form alone decides
}

const (
	lift     = 0.35 // what a context word adds
	floor    = 0.4  // the least score with a context word
	weakCap  = 0.3  // the most without one, where the form is weak
	againstC = 0.2  // the most where a nearer word speaks against it
)

// emit scores a hit by its neighbours and keeps it if it reaches the threshold.
func (sc *scan) emit(h hit) {
	f := Finding{Type: h.typ, Start: h.start, End: h.end, Score: h.score, Base: h.base, Detector: h.detector, proof: h.proof}
	if !sc.s.opts.NoContext && !(h.firm && h.score >= 0.95) {
		nb, pro, against := sc.support(h.id, h.start, h.end)
		switch {
		case pro:
			f.Score = max(min(1, h.score+lift), floor)
			f.word, f.dist = nb.e.word, nb.dist
		case against && !h.firm:
			f.Score = min(h.score, againstC)
			f.word, f.dist, f.deny = nb.e.word, nb.dist, true
		case h.weak && !sc.s.asked:
			f.Score = min(h.score, weakCap)
		}
	}
	if f.Score >= sc.s.min[h.id] {
		sc.out = append(sc.out, f)
	}
}

// keep drops what the caller allows and what isn't wanted.
func (s *Scanner) keep(text string, fs []Finding) []Finding {
	out := fs[:0]
	for _, f := range fs {
		if f.proof != listed && f.proof != custom && f.proof != known && !s.wants(f.Type) || f.Score < s.floorOf(f.Type) {
			continue
		}
		v := text[f.Start:f.End]
		if s.allowed(v) || s.opts.NoReserved && reserved(f.Type, v) {
			continue
		}
		out = append(out, f)
	}
	return out
}

func (s *Scanner) floorOf(t Type) float64 {
	if i, ok := s.lib.index[t]; ok {
		return s.min[i]
	}
	if x, ok := s.opts.Thresholds[t]; ok {
		return x
	}
	return s.least
}

func (s *Scanner) allowed(v string) bool {
	if len(s.allow) > 0 && s.allow[strings.ToLower(v)] {
		return true
	}
	for _, r := range s.allowR {
		if loc := r.FindStringIndex(v); loc != nil && loc[0] == 0 && loc[1] == len(v) {
			return true
		}
	}
	return false
}

// reserved reports values that standards reserve for documentation: RFC 2606
// domains, the North American 555-01xx numbers, RFC 5737 addresses.
func reserved(t Type, v string) bool {
	l := strings.ToLower(v)
	switch t {
	case EmailAddress, URL:
		for _, d := range []string{"example.com", "example.org", "example.net", "example.edu"} {
			if strings.Contains(l, d) {
				return true
			}
		}
		return strings.HasSuffix(l, ".example") || strings.HasSuffix(l, ".test") || strings.HasSuffix(l, ".invalid")
	case PhoneNumber:
		d := onlyDigits(v)
		return len(d) >= 10 && len(d) <= 11 && d[len(d)-7:len(d)-2] == "55501"
	case IPAddress:
		return strings.HasPrefix(v, "192.0.2.") || strings.HasPrefix(v, "198.51.100.") || strings.HasPrefix(v, "203.0.113.") || strings.HasPrefix(l, "2001:db8:")
	}
	return false
}

func onlyDigits(v string) string {
	b := make([]byte, 0, len(v))
	for i := 0; i < len(v); i++ {
		if digitAt(v[i]) {
			b = append(b, v[i])
		}
	}
	return string(b)
}
