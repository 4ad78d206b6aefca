package pii

// Classes of bytes. Everything that can begin or betray a structured value has
// one; the rest is skipped at one load and one compare a byte.
const (
	plain  = iota // nothing begins here
	digit         // numbers of every kind
	atSign        // e-mail
	colon         // scheme, IPv6
	dot           // bare domain
	equals        // cookie or click id
	hyphen        // hardware address without a digit
)

// word bits of a byte.
const (
	isDigit = 1 << iota
	isLetter
	isHex
	isUnder
	isDomain // letters, digits, hyphen
	isLocal  // of an e-mail's local part
)

var anchors = func() (t [256]uint8) {
	for c := '0'; c <= '9'; c++ {
		t[c] = digit
	}
	t['@'], t[':'], t['.'], t['='], t['-'] = atSign, colon, dot, equals, hyphen
	return t
}()

var kind = func() (t [256]uint8) {
	for c := 0; c < 256; c++ {
		b := byte(c)
		switch {
		case b >= '0' && b <= '9':
			t[c] = isDigit | isHex | isDomain | isLocal
		case b|32 >= 'a' && b|32 <= 'f':
			t[c] = isLetter | isHex | isDomain | isLocal
		case b|32 >= 'g' && b|32 <= 'z':
			t[c] = isLetter | isDomain | isLocal
		case b == '-':
			t[c] = isDomain | isLocal
		case b == '_':
			t[c] = isUnder | isLocal
		}
	}
	for _, b := range "!#$%&'*+/=?^`{|}~." {
		t[b] |= isLocal
	}
	return t
}()

func isAlnum(b byte) bool  { return kind[b]&(isDigit|isLetter) != 0 }
func digitAt(b byte) bool  { return kind[b]&isDigit != 0 }
func letterAt(b byte) bool { return kind[b]&isLetter != 0 }

func upper(b byte) byte {
	if b >= 'a' && b <= 'z' {
		return b - 32
	}
	return b
}

func lower(b byte) byte {
	if b >= 'A' && b <= 'Z' {
		return b + 32
	}
	return b
}

// scan is the state of one call.
type scan struct {
	s    *Scanner
	text string
	in   Context
	out  []Finding
	done int // bytes before this are claimed by a value found whole (URL, e-mail, blob)

	cl     cluster
	buf    [40]byte // of the value that is looked at
	words  window
	column []*entry // context words of the column's header
	cards  tally
}

// structured is the one pass.
func (sc *scan) structured() {
	t := sc.text
	for i := 0; i < len(t); {
		switch anchors[t[i]] {
		case plain:
			i++
		case digit:
			i = sc.digits(i)
		case atSign:
			i = sc.at(i)
		case colon:
			i = sc.colon(i)
		case dot:
			i = sc.dot(i)
		case equals:
			i = sc.equals(i)
		case hyphen:
			i = sc.hyphen(i)
		default:
			i++
		}
	}
}
