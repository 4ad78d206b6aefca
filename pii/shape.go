package pii

// A form is a template of one spelling: 9 a digit, A a letter, X either; other
// bytes stand for themselves, ~ is a space or a hyphen, ! a space, a hyphen, a
// dot or a slash. The separators of ~ and ! must be the same throughout.
type form struct {
	shape string
	score float64
}

// verdict is what a check says of a compact, upper-case value.
type verdict int8

const (
	refuted verdict = iota - 1
	plausible
	valid
)

// spec is one type that is found by its form.
type spec struct {
	typ   Type
	forms []form
	check func(v []byte) verdict

	proved float64 // score when the check holds; 0 means 1.0, negative keeps the form's
	bare   bool    // without context it's weak in an open scan: too many other numbers pass
	loose  bool    // a letter may touch it on the left, as in "code is030594W903B"
	option bool    // numbers without a valid check were issued, too
	parts  bool    // the check proves ranges, not a sum
	words  string  // context words, space-separated, lower case
	id     int
}

// slot is one expanded form in the table.
type slot struct {
	spec   *spec
	shape  string
	score  float64
	groups int
}

// shapes finds the forms for a row of group lengths.
type shapes struct {
	head [1 << 12]uint16 // first bucket of a filter key, 0 for none
	rows []bucket        // the first is unused
}

// bucket holds the forms of one row of lengths; next is another row with the
// same filter key.
type bucket struct {
	key   uint32
	next  uint16
	slots []slot
}

// find returns the forms of a row.
func (s *shapes) find(key uint32) []slot {
	for i := s.head[filterKey(key)]; i != 0; i = s.rows[i].next {
		if s.rows[i].key == key {
			return s.rows[i].slots
		}
	}
	return nil
}

func (s *shapes) put(key uint32, sl slot) {
	h := filterKey(key)
	for i := s.head[h]; i != 0; i = s.rows[i].next {
		if s.rows[i].key == key {
			s.rows[i].slots = append(s.rows[i].slots, sl)
			return
		}
	}
	s.rows = append(s.rows, bucket{key, s.head[h], []slot{sl}})
	s.head[h] = uint16(len(s.rows) - 1)
}

func rowKey(key uint32, n int) uint32 { return key*41 + uint32(n) }

func filterKey(k uint32) uint32 { return (k ^ k>>13) * 0x9E3779B1 >> 20 }

func (s *shapes) add(sp *spec, f form) {
	var key uint32
	run, groups := 0, 0
	for i := 0; i <= len(f.shape); i++ {
		if i < len(f.shape) && slotByte(f.shape[i]) {
			run++
			continue
		}
		key = rowKey(key, run)
		run = 0
		groups++
	}
	s.put(key, slot{sp, f.shape, f.score, groups})
}

func slotByte(b byte) bool { return b == '9' || b == 'A' || b == 'X' }

// fits matches a form at byte i of t and writes the compact value to buf.
func (sl *slot) fits(t string, i int, buf []byte) ([]byte, bool) {
	var same byte
	for k := 0; k < len(sl.shape); k, i = k+1, i+1 {
		b := t[i]
		switch c := sl.shape[k]; c {
		case '9':
			if !digitAt(b) {
				return nil, false
			}
			buf = append(buf, b)
		case 'A':
			if !letterAt(b) {
				return nil, false
			}
			buf = append(buf, upper(b))
		case 'X':
			buf = append(buf, upper(b))
		case '~', '!':
			if !(b == ' ' || b == '-' || c == '!' && (b == '.' || b == '/')) || same != 0 && same != b {
				return nil, false
			}
			same = b
		default:
			if b != c {
				return nil, false
			}
		}
	}
	return buf, true
}
