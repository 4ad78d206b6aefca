package gpp

import (
	"fmt"
	"time"
)

// kind is a field's type on the wire.
type kind uint8

const (
	kindInt          kind = iota // unsigned, width bits: int
	kindBool                     // one bit: bool
	kindInts                     // count numbers of width bits: []int
	kindBits                     // count bits: []bool
	kindCustom                   // as many bits as NumCustomPurposes says: []bool
	kindTime                     // 36 bits of deciseconds since 1970: time.Time, UTC
	kindLetters                  // two letters of 6 bits: string
	kindChar                     // US privacy: Y, N or -, as a character of its own
	kindSet                      // an optimised set of vendor ids: IDs
	kindRestrictions             // publisher restrictions: []Restriction
)

// field describes one field. limit is the highest value allowed and least the
// lowest; a field without limit takes all that its width holds.
type field struct {
	name         string
	kind         kind
	width, count int
	least, limit int
	initial      int // what a new section starts with
}

// RestrictionType says what a publisher restriction does to a vendor's use of a
// purpose.
type RestrictionType int

// The restriction types of the TCF.
const (
	NotAllowed                RestrictionType = 0
	RequireConsent            RestrictionType = 1
	RequireLegitimateInterest RestrictionType = 2
)

// Restriction is one publisher restriction: for these vendors, this purpose is
// forbidden or rests on another basis.
type Restriction struct {
	Purpose int
	Type    RestrictionType
	Vendors IDs
}

// maxRestricted caps the ids that all restrictions of a section may name
// together, so that writing them out stays cheap: every vendor once for each of
// the 24 purposes. Real lists name some thousands.
const maxRestricted = 24 * MaxID

// zero is what a field holds before anything is known.
func (f *field) zero() any {
	switch f.kind {
	case kindBool:
		return false
	case kindInts:
		return make([]int, f.count)
	case kindBits, kindCustom:
		return make([]bool, f.count)
	case kindTime:
		return time.UnixMilli(0).UTC()
	case kindLetters:
		return "AA"
	case kindChar:
		return "-"
	case kindSet:
		return IDs{}
	case kindRestrictions:
		return []Restriction{}
	}
	return f.initial
}

// read reads the field. custom is the number of custom purposes.
func (f *field) read(r *reader, custom int, fib bool, odd *notes) any {
	switch f.kind {
	case kindBool:
		return r.bit()
	case kindInts:
		v := make([]int, f.count)
		for i := range v {
			v[i] = r.uint(f.width)
		}
		return v
	case kindBits, kindCustom:
		v := make([]bool, f.size(custom))
		for i := range v {
			v[i] = r.bit()
		}
		return v
	case kindTime:
		return time.UnixMilli(int64(r.uint(36)) * 100).UTC()
	case kindLetters:
		return string([]byte{letter(r.uint(6)), letter(r.uint(6))})
	case kindSet:
		return readSet(r, fib, odd)
	case kindRestrictions:
		return readRestrictions(r, fib, odd)
	}
	return r.uint(f.width)
}

func (f *field) size(custom int) int {
	if f.kind == kindCustom {
		return custom
	}
	return f.count
}

// letter maps 0 to 25 to A to Z, and 63 to a space; what lies between has no
// meaning and is kept as the characters after Z.
func letter(v int) byte {
	if v == 63 {
		return ' '
	}
	return byte('A' + v)
}

func letterValue(c byte) int {
	if c == ' ' {
		return 63
	}
	return int(c-'A') & 63
}

// write writes the field, whose value fits.
func (f *field) write(w *writer, v any, st style) {
	switch v := v.(type) {
	case int:
		w.uint(v, f.width)
	case bool:
		w.bit(v)
	case []int:
		for _, n := range v {
			w.uint(n, f.width)
		}
	case []bool:
		for _, b := range v {
			w.bit(b)
		}
	case time.Time:
		w.uint(int(v.UnixMilli()/100), 36)
	case string:
		w.uint(letterValue(v[0]), 6)
		w.uint(letterValue(v[1]), 6)
	case IDs:
		writeSet(w, v, st)
	case []Restriction:
		writeRestrictions(w, v, st)
	}
}

func readRestrictions(r *reader, fib bool, odd *notes) []Restriction {
	n := r.uint(12)
	out := make([]Restriction, 0, min(n, r.left()/20+1))
	total := 0
	for range n {
		if r.left() == 0 || r.short {
			r.short = true
			break
		}
		one := Restriction{Purpose: r.uint(6), Type: RestrictionType(r.uint(2))}
		if fib {
			one.Vendors = readSet(r, true, odd)
		} else {
			one.Vendors = readRanges(r, false, odd)
		}
		if total += one.Vendors.Len(); total > maxRestricted {
			odd.add(OddRange, "more restricted vendors than any list holds: the rest isn't read")
			r.short = true
			break
		}
		out = append(out, one)
	}
	return out
}

func writeRestrictions(w *writer, rs []Restriction, st style) {
	w.uint(len(rs), 12)
	for _, one := range rs {
		w.uint(one.Purpose, 6)
		w.uint(int(one.Type), 2)
		switch {
		case st.fib:
			writeSet(w, one.Vendors, st)
		case st.merge:
			writeRanges(w, NewRanges(one.Vendors...), false)
		default:
			writeRanges(w, one.Vendors, false)
		}
	}
}

// fits checks that a value has the field's type and can be written in its bits.
func (f *field) fits(v any) error {
	switch v := v.(type) {
	case int:
		if f.kind == kindInt && v >= 0 && v < 1<<f.width {
			return nil
		}
	case bool:
		if f.kind == kindBool {
			return nil
		}
	case []int:
		if f.kind == kindInts && len(v) == f.count && all(v, func(n int) bool { return n >= 0 && n < 1<<f.width }) {
			return nil
		}
	case []bool:
		if f.kind == kindBits && len(v) == f.count || f.kind == kindCustom && len(v) < 64 {
			return nil
		}
	case time.Time:
		if ms := v.UnixMilli(); f.kind == kindTime && ms >= 0 && ms/100 < 1<<36 {
			return nil
		}
	case string:
		if f.kind == kindChar && (v == "Y" || v == "N" || v == "-") {
			return nil
		}
		if f.kind == kindLetters && len(v) == 2 && letter(letterValue(v[0])) == v[0] && letter(letterValue(v[1])) == v[1] {
			return nil
		}
	case IDs:
		if f.kind == kindSet && v.valid() {
			return nil
		}
	case []Restriction:
		if f.kind == kindRestrictions && restrictionsFit(v) {
			return nil
		}
	}
	return fmt.Errorf("%w: %s wants %s", ErrValue, f.name, f.wants())
}

func restrictionsFit(rs []Restriction) bool {
	return len(rs) <= maxEntries && all(rs, func(r Restriction) bool {
		return r.Purpose >= 0 && r.Purpose < 64 && r.Type >= 0 && r.Type < 4 && r.Vendors.valid() && len(r.Vendors) <= maxEntries
	})
}

// wants says in words what a field takes.
func (f *field) wants() string {
	switch f.kind {
	case kindBool:
		return "a bool"
	case kindInts:
		return fmt.Sprintf("%d numbers from %d to %d", f.count, f.least, f.top())
	case kindBits:
		return fmt.Sprintf("%d bools", f.count)
	case kindCustom:
		return "as many bools as NumCustomPurposes says"
	case kindTime:
		return "a time from 1970 to 2187 in tenths of a second"
	case kindLetters:
		return "two capital letters"
	case kindChar:
		return "Y, N or -"
	case kindSet:
		return "ascending vendor ids from 1 to 65535"
	case kindRestrictions:
		return "publisher restrictions with ascending vendor ids"
	}
	return fmt.Sprintf("a number from %d to %d", f.least, f.top())
}

func (f *field) top() int {
	if f.limit > 0 {
		return f.limit
	}
	return 1<<f.width - 1
}

// allowed checks the value against the specification, beyond its fitting.
func (f *field) allowed(v any) error {
	bad := false
	switch v := v.(type) {
	case int:
		bad = v < f.least || v > f.top()
	case []int:
		bad = !all(v, func(n int) bool { return n >= f.least && n <= f.top() })
	case string:
		bad = f.kind == kindLetters && (len(v) != 2 || v[0] < 'A' || v[0] > 'Z' || v[1] < 'A' || v[1] > 'Z')
	case time.Time:
		bad = v.UnixNano()%int64(100*time.Millisecond) != 0
	}
	if bad {
		return fmt.Errorf("%w: %s wants %s", ErrValue, f.name, f.wants())
	}
	return nil
}

func all[T any](list []T, ok func(T) bool) bool {
	for _, v := range list {
		if !ok(v) {
			return false
		}
	}
	return true
}
