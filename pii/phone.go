package pii

import "strings"

// dial is what was read as a phone number.
type dial struct {
	start, end    int
	d             [18]byte // digits, without the extension
	n             int
	lens          [9]int // digits in each group
	groups        int
	plus, paren   bool
	seps          bool
	dashed        bool
	spaced        bool
	sameSeparator bool
}

func (p *dial) digits() []byte { return p.d[:p.n] }

// phoneAt reads a phone number that begins with numeric group s.
func (sc *scan) phoneAt(s int) {
	if !sc.s.wants(PhoneNumber) && !sc.s.asked {
		return
	}
	c, t := &sc.cl, sc.text
	i := c.g[s].start
	if s > 0 && c.g[s-1].numeric() && c.sep[s] != ' ' && c.sep[s] != '+' && c.sep[s] != ':' {
		return
	}
	start := i
	if start > 0 && t[start-1] == '(' {
		start--
		if !sc.cardBefore(start) && (start > 1 && t[start-1] == ' ' && t[start-2] == '0' || start > 1 && t[start-2] == '1' && (t[start-1] == '-' || t[start-1] == ' ')) {
			return // the number began before the bracket
		}
	}
	if start > 0 && t[start-1] == '+' {
		start--
	}
	if start < sc.done || start > 0 && (t[start-1] == '-' || t[start-1] == '/' || t[start-1] == '.' || t[start-1] == '#' || t[start-1] == '$' || t[start-1] == ',') && start > 1 && wordByte(t[start-2]) || !clearBefore(t, start) {
		return
	}
	p, ok := readDial(t, start)
	if !ok || p.n > 15 {
		p, ok = dialBeforeCard(t, start)
	}
	if !ok || start > 1 && t[start-1] == ' ' && digitAt(t[start-2]) && !p.plus && !p.paren && p.groups < 3 && !sc.cardBefore(start) {
		return
	}
	sc.phone(&p)
}

// readDial reads digits in groups with the separators that people use.
func readDial(t string, i int) (p dial, ok bool) {
	p.start = i
	open, first := 0, byte(0)
	p.sameSeparator = true
	if t[i] == '+' {
		p.plus = true
		i++
	}
	for i < len(t) {
		switch b := t[i]; {
		case digitAt(b):
			run := 0
			for i < len(t) && digitAt(t[i]) {
				if p.n == len(p.d) {
					return p, false
				}
				p.d[p.n] = t[i]
				p.n++
				run++
				i++
			}
			if p.groups == len(p.lens) {
				return p, false
			}
			p.lens[p.groups] = run
			p.groups++
			p.end = i
			continue
		case b == '(' && open == 0 && i+1 < len(t) && digitAt(t[i+1]) && p.n < 5:
			open, p.paren = 1, true
		case b == ')' && open == 1:
			open, p.end = 2, i+1
		case b == ' ' || b == '-' || b == '.' || b == '/':
			if i+1 >= len(t) || !(digitAt(t[i+1]) || t[i+1] == '(' && i+2 < len(t) && digitAt(t[i+2]) && p.n < 5 || b == ' ' && (t[i+1] == '-' || t[i+1] == '/') && i+3 < len(t) && t[i+2] == ' ' && digitAt(t[i+3]) && p.n > 2) {
				return p.finish(t, open)
			}
			if t[i+1] == '-' || t[i+1] == '/' {
				i += 2
			}
			if p.n > 0 {
				p.seps = true
				p.dashed = p.dashed || b == '-' || b == '.'
				p.spaced = p.spaced || b == ' '
				if first != 0 && first != b {
					p.sameSeparator = false
				}
				first = b
			}
		default:
			return p.finish(t, open)
		}
		i++
	}
	return p.finish(t, open)
}

// finish reads an extension and checks the end.
func (p *dial) finish(t string, open int) (dial, bool) {
	if p.n == 0 || open == 1 {
		return *p, false
	}
	rest := t[p.end:]
	for _, mark := range []string{"x", " x", " ext. ", " ext ", " ext.", ",ext ", ", ext. ", " extension ", " Durchwahl "} {
		if strings.HasPrefix(rest, mark) {
			k := len(mark)
			for k < len(rest) && digitAt(rest[k]) && k < len(mark)+6 {
				k++
			}
			if k > len(mark) && clearAfter(rest, k) {
				p.end += k
				break
			}
		}
	}
	return *p, clearAfter(t, p.end) && !(p.end+1 < len(t) && (t[p.end] == '-' || t[p.end] == '/' || t[p.end] == '_' || t[p.end] == '@') && isAlnum(t[p.end+1]) && !wordAfter(t, p.end+1))
}

// wordAfter: a word of letters alone, such as "-Fax", says what the number is.
func wordAfter(t string, i int) bool {
	n := len(wordAt(t, i))
	return n >= 3 && (i+n >= len(t) || !digitAt(t[i+n]))
}

// phone scores a number by its layout.
func (sc *scan) phone(p *dial) {
	if sc.s.asked {
		sc.nationalPhones(p)
	}
	if p.n < 6 || p.n > 15 || sameDigits(p.digits()) {
		return
	}
	score, weak := p.layout()
	if score == 0 {
		return
	}
	h := sc.hitOf(PhoneNumber, p.start, p.end, score, score, "phone", semantic)
	h.weak = weak
	if weak && sc.s.asked {
		if _, pro, _ := sc.support(h.id, h.start, h.end); !pro && !p.seps {
			return
		}
	}
	sc.emit(h)
}

// layout tells how much a number looks like a phone number: 0 not at all; weak
// layouts need a word.
func (p *dial) layout() (score float64, weak bool) {
	d, l := p.digits(), p.lens[:p.groups]
	switch {
	case p.plus:
		if d[0] == '0' || p.n < 8 || !countryCode(d) {
			return 0, false
		}
		return 0.4, false
	case p.n > 9 && d[0] == '0' && d[1] == '0' && d[2] != '0':
		return 0.4, !p.seps
	case p.groups >= 3 && l[0] == 3 && l[1] == 2 && l[2] == 4:
		return 0, false // a US social security number
	case p.groups == 3 && l[0] == 4 && l[1] <= 2 && l[2] <= 2 && p.n <= 8, p.groups == 3 && l[0] <= 2 && l[1] <= 2 && l[2] == 4 && p.dashed:
		return 0, false // a date
	case nanp(d, l):
		return 0.4, !p.seps && !p.paren
	case d[0] == '0' && p.n >= 9 && p.n <= 12 && p.seps && d[1] != '0':
		return 0.4, p.groups > 6
	case p.paren && p.n >= 7 && p.n <= 13:
		return 0.4, false
	}
	return 0.4, true
}

// nanp: ten digits in 3-3-4, or eleven with a leading 1; area from 2.
func nanp(d []byte, l []int) bool {
	if len(d) == 11 && d[0] == '1' {
		d = d[1:]
		if l[0] == 1 {
			l = l[1:]
		}
	}
	if len(d) != 10 || d[0] < '2' {
		return false
	}
	return len(l) == 3 && l[0] == 3 && l[1] == 3 || len(l) == 1 && d[3] >= '2' || len(l) == 2 && l[0] == 3 && l[1] == 7 || len(l) == 2 && l[0] == 6 && l[1] == 4
}

// countryCode checks the first digits against ITU-T E.164's assignments.
func countryCode(d []byte) bool {
	if d[0] == '1' || d[0] == '7' {
		return len(d) == 11
	}
	switch two(d) {
	case 20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58, 60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98:
		return true
	case 21, 22, 23, 24, 25, 26, 29, 35, 37, 38, 42, 50, 59, 67, 68, 69, 80, 85, 87, 88, 96, 97, 99:
		return true
	}
	return false
}

// gluedPhone reads 415-555-0132 where the word before runs into it.
func (sc *scan) gluedPhone(s int) {
	c, t := &sc.cl, sc.text
	if s+2 >= c.n || c.g[s].digits != 3 || c.g[s+1].len() != 3 || c.g[s+2].len() != 4 || !c.g[s+1].numeric() || !c.g[s+2].numeric() || c.sep[s+1] != '-' || c.sep[s+2] != '-' {
		return
	}
	start := c.g[s].end - 3
	if !digitAt(t[start]) || c.g[s].others < 2 || t[start] < '2' {
		return
	}
	if p, ok := readDial(t, start); ok {
		sc.phone(&p)
	}
}

// nationalPhones reports the types that Presidio keeps for single countries;
// elsewhere they are PHONE_NUMBER.
func (sc *scan) nationalPhones(p *dial) {
	d := p.digits()
	local := func(cc string) ([]byte, float64) {
		switch {
		case p.plus && strings.HasPrefix(string(d), cc) && len(d) == len(cc)+10:
			return d[len(cc):], 0.5
		case !p.plus && len(d) == 11 && d[0] == '0':
			return d[1:], 0.4
		case !p.plus && len(d) == 10:
			return d, 0.15
		}
		return nil, 0
	}
	if v, score := local("90"); v != nil && v[0] >= '2' && v[0] <= '5' && sc.s.wants(TRPhoneNumber) {
		if v[0] != '5' {
			score = min(score, 0.1)
		}
		sc.emit(sc.hitOf(TRPhoneNumber, p.start, p.end, score, score, "phone", semantic))
	}
	if v, score := local("63"); v != nil && v[0] == '9' && score > 0.2 && sc.s.wants(PHMobileNumber) {
		sc.emit(sc.hitOf(PHMobileNumber, p.start, p.end, score, score, "phone", semantic))
	}
}
