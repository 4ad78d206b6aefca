package pii

import "fairtouch/pii/names"

// people finds names of persons, places and organisations, and addresses.
func (sc *scan) people() {
	for _, s := range names.Default().Find(sc.text) {
		t := [...]Type{Person, Location, Organization, Address, NRP}[s.Kind]
		if !sc.s.wants(t) || s.Score < sc.s.min[sc.id(t)] {
			continue
		}
		sc.out = append(sc.out, Finding{Type: t, Start: s.Start, End: s.End, Score: s.Score, Base: s.Score, Detector: "names", proof: modelled})
	}
}

// places finds postal addresses.
func (sc *scan) places() {}
