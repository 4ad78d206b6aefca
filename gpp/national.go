package gpp

import "slices"

// The national section has two layouts. Version 1 has 12 sensitive and 2 child
// entries, later versions 16 and 3. Strings that name version 1 and have the
// later lengths exist; the reference shows 12 and 2 of them.

// firstVersion recognises the national core of version 1: 60 bits, or 66 as its
// encoder padded them. The last six of 66 are zero there, and never zero in the
// later layout where that is cut to 66, for whether the transaction is covered
// is 1 or 2.
func firstVersion(part string) bool {
	return sextet(part[0]) == 1 && (len(part) == 10 || len(part) == 11 && part[10] == 'A')
}

// relayout brings the national core into the layout of a version. It refuses
// where that would drop an entry that says something. Other sections have one
// layout.
func (s *Section) relayout(g *segment, version int) bool {
	old := s.layout.legacy
	if old == nil || g.layout.name != SegmentCore {
		return true
	}
	to := &s.layout.segments[0]
	if version == 1 {
		to = old
	}
	values := make([]any, len(g.values))
	for i, v := range g.values {
		list, ok := v.([]int)
		n := to.fields[i].count
		switch {
		case !ok:
			values[i] = v
		case len(list) > n && !all(list[n:], func(e int) bool { return e == 0 }):
			return false
		default:
			values[i] = append(slices.Clone(list[:min(n, len(list))]), make([]int, max(0, n-len(list)))...)
		}
	}
	g.layout, g.values = to, values
	return true
}

// settle gives a national core that was read the layout of its version.
func (s *Section) settle(odd *notes) {
	g := s.segment(SegmentCore)
	if s.layout.legacy == nil || g.known < len(g.layout.fields) {
		return
	}
	version, was := g.values[0].(int), g.layout
	if !s.relayout(g, version) {
		odd.add(OddValue, "entries beyond those of version 1, which Get doesn't show")
	}
	if g.layout != was {
		odd.add(OddLegacy, "the lengths of another version than the one it names")
	}
}

// view is a field's value as its version has it.
func (s *Section) view(g *segment, j int) any {
	v := clone(g.values[j])
	list, ok := v.([]int)
	if !ok || s.layout.legacy == nil || g.layout == s.layout.legacy || g.values[0].(int) != 1 {
		return v
	}
	return list[:s.layout.legacy.fields[j].count]
}
