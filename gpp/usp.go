package gpp

import "strings"

// looksUSP recognises a US privacy string in any case.
func looksUSP(s string) bool {
	return len(s) == 4 && s[0] >= '1' && s[0] <= '9' && strings.Trim(strings.ToUpper(s[1:]), "YN-") == ""
}

// readUSP reads a US privacy string: the version, then notice given, opted out
// of sale, covered by the LSPA. Source: IAB, US Privacy String v1.
func readUSP(raw string) *Section {
	s := &Section{id: usPrivacy.id, layout: &usPrivacy, raw: raw}
	l := &usPrivacy.segments[0]
	g := newSegment(l)
	g.raw, g.known = raw, 0
	s.segs = []*segment{g}
	odd := &notes{section: usPrivacy.name}
	if strings.ToUpper(raw) != raw {
		odd.add(OddLetterCase, "lower case")
	}
	for i := 0; i < min(len(raw), 4); i++ {
		odd.field = l.fields[i].name
		var v any = strings.ToUpper(raw[i : i+1])
		if i == 0 {
			v = int(raw[0]) - '0'
		}
		if l.fields[i].fits(v) != nil {
			odd.add(OddUndecodable, "wants "+l.fields[i].wants())
			break
		}
		if l.fields[i].allowed(v) != nil {
			odd.add(OddValue, "the specification wants "+l.fields[i].wants())
		}
		g.values[i] = v
		g.known++
	}
	if g.known < 4 {
		odd.field = l.fields[g.known].name
		odd.add(OddTruncated, "missing, as is whatever follows")
	}
	odd.field = ""
	if len(raw) > 4 {
		odd.add(OddTail, "more than four characters")
	}
	s.odd = odd.list
	return s
}

func (s *Section) writeUSP() string {
	v := s.segs[0].values
	return string(rune('0'+v[0].(int))) + v[1].(string) + v[2].(string) + v[3].(string)
}
