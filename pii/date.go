package pii

import "strings"

// dates finds numeric dates at group s, with a time where one follows, and
// dates with a month's name beside a number.
func (sc *scan) dates(s int) bool {
	c, t := &sc.cl, sc.text
	g := c.g[s]
	if g.len() > 4 || g.len() == 3 || c.gluedBefore(t, s) || !clearBefore(t, g.start) {
		return false
	}
	if s+1 < c.n && c.sep[s+1] != ' ' && c.sep[s+1] != ':' && c.sep[s+1] != '+' && c.sep[s+1] != '_' {
		if sc.numericDate(s) {
			return true
		}
	}
	return sc.wordDate(g.start, g.end)
}

func (sc *scan) numericDate(s int) bool {
	c, t := &sc.cl, sc.text
	sep := c.sep[s+1]
	a, b := t[c.g[s].start:c.g[s].end], t[c.g[s+1].start:c.g[s+1].end]
	if s+2 < c.n && c.sep[s+2] == sep {
		return sc.threePart(s, sep, a, b)
	}
	end := c.g[s+1].end
	if sep == '-' && len(a) <= 2 {
		if m, _ := monthName(b); m > 0 { // 5-May
			return sc.date(c.g[s].start, end, 0.6)
		}
	}
	if sep != '/' && sep != '-' || !c.g[s+1].numeric() || c.gluedAfter(t, s+1) {
		return false
	}
	switch {
	case len(a) <= 2 && len(b) == 4 && num([]byte(a)) >= 1 && num([]byte(a)) <= 12 && (b[:2] == "19" || b[:2] == "20"):
		sc.date(c.g[s].start, end, 0.2)
	case len(a) <= 2 && len(b) == 2 && sep == '/' && num([]byte(a)) >= 1 && num([]byte(a)) <= 12:
		sc.date(c.g[s].start, end, 0.1)
	}
	return false
}

func (sc *scan) threePart(s int, sep byte, a, b string) bool {
	c, t := &sc.cl, sc.text
	g := c.g[s+2]
	k := g.start
	for k < g.end && digitAt(t[k]) {
		k++
	}
	z := t[g.start:k]
	if m, _ := monthName(b); m > 0 && (sep == '-' || sep == ' ' || sep == '/') && k == g.end && len(a) <= 2 && (len(z) == 2 || len(z) == 4) {
		return sc.date(c.g[s].start, k, 0.6)
	}
	if !c.g[s+1].numeric() || len(b) > 2 || sep == '.' && len(z) == 2 && len(a) == 1 && len(b) == 1 {
		return false
	}
	x, y := num([]byte(a)), num([]byte(b))
	switch {
	case len(a) == 4 && (len(z) == 1 || len(z) == 2) && x >= 1000 && x < 2200:
		if !monthDay(y, num([]byte(z))) && !monthDay(num([]byte(z)), y) {
			return false
		}
		end := clock(t, k)
		if end == k && k != g.end {
			return false
		}
		return sc.date(c.g[s].start, end, 0.6)
	case len(a) <= 2 && (len(z) == 4 || len(z) == 2) && k == g.end && !c.gluedAfter(t, s+2):
		if !monthDay(x, y) && !monthDay(y, x) || len(z) == 4 && (z[0] == '0' || z[0] > '2') || sep == '.' && len(z) == 2 && s+3 < c.n && c.sep[s+3] == '.' {
			return false
		}
		return sc.date(c.g[s].start, clock(t, k), 0.6)
	}
	return false
}

// clock reads "T14:30:00.123+02:00" or " 14:30" after a date.
func clock(t string, i int) int {
	if i+5 >= len(t) && i+4 >= len(t) || t[i] != 'T' && t[i] != ' ' && t[i] != 't' {
		return i
	}
	k := i + 1
	hm := func() bool {
		if k+1 < len(t) && digitAt(t[k]) && digitAt(t[k+1]) {
			k += 2
			return true
		}
		return false
	}
	if !hm() || k >= len(t) || t[k] != ':' {
		return i
	}
	k++
	if !hm() {
		return i
	}
	if k < len(t) && t[k] == ':' {
		k++
		if !hm() {
			return i
		}
		if k+1 < len(t) && (t[k] == '.' || t[k] == ',') && digitAt(t[k+1]) {
			for k++; k < len(t) && digitAt(t[k]); k++ {
			}
		}
	}
	if k < len(t) && (t[k] == 'Z' || t[k] == 'z') {
		k++
	} else if k+2 < len(t) && (t[k] == '+' || t[k] == '-') && digitAt(t[k+1]) && digitAt(t[k+2]) {
		k += 3
		if k+2 < len(t) && t[k] == ':' && digitAt(t[k+1]) {
			k += 3
		}
	}
	if !clearAfter(t, k) {
		return i
	}
	return k
}

// date emits a date, as a date of birth where a word says so.
func (sc *scan) date(start, end int, score float64) bool {
	h := sc.hitOf(DateTime, start, end, score, score, "date", semantic)
	h.firm = true
	birth := sc.id(DateOfBirth)
	if nb, pro, _ := sc.support(birth, start, end); pro && score >= 0.5 && nb.dist <= 3 && sc.s.wants(DateOfBirth) {
		h.typ, h.id, h.detector = DateOfBirth, birth, "birth"
		sc.emit(h)
		if !sc.s.opts.Overlaps {
			return true
		}
		h = sc.hitOf(DateTime, start, end, score, score, "date", semantic)
		h.firm = true
	}
	if sc.s.wants(DateTime) {
		sc.emit(h)
	}
	return true
}

// wordDate finds "5 May 2021", "5. Mai", "May 1st, 1977", "May 21" around the
// number at start.
func (sc *scan) wordDate(start, end int) bool {
	t := sc.text
	n := 0
	for _, b := range []byte(t[start:end]) {
		n = n*10 + int(b-'0')
	}
	if w, at := wordBefore(t, start); n >= 1 {
		if m, long := monthName(w); m > 0 && (long || isUpperASCII(w[0])) {
			if n <= 31 && end-start <= 2 {
				return sc.date(at, yearAfter(t, ordinal(t, end)), 0.6)
			}
			if n >= 1900 && n < 2100 {
				return sc.date(at, end, 0.6)
			}
		}
	}
	if n < 1 || n > 31 || end-start > 2 {
		return false
	}
	k := ordinal(t, end)
	if strings.HasPrefix(t[k:], ". ") {
		k += 2
	} else if strings.HasPrefix(t[k:], " ") {
		k++
	} else {
		return false
	}
	for _, of := range []string{"de ", "of ", "d'"} {
		if strings.HasPrefix(t[k:], of) {
			k += len(of)
		}
	}
	w := wordAt(t, k)
	if m, long := monthName(w); m == 0 || !long && !isUpperASCII(w[0]) {
		return false
	}
	return sc.date(start, yearAfter(t, k+len(w)), 0.6)
}

// monthFirst finds "May-21" and "May-2021".
func (sc *scan) monthFirst(s int) {
	c, t := &sc.cl, sc.text
	if s+1 >= c.n || c.sep[s+1] != '-' || !c.g[s+1].numeric() || c.g[s+1].len() != 2 && c.g[s+1].len() != 4 || s > 0 && c.sep[s] == '-' || s+2 < c.n && c.sep[s+2] == '-' {
		return
	}
	if m, _ := monthName(t[c.g[s].start:c.g[s].end]); m > 0 && clearBefore(t, c.g[s].start) {
		sc.date(c.g[s].start, c.g[s+1].end, 0.6)
	}
}

func isUpperASCII(b byte) bool { return b >= 'A' && b <= 'Z' }

func ordinal(t string, i int) int {
	for _, o := range []string{"st", "nd", "rd", "th", "er"} {
		if strings.HasPrefix(t[i:], o) && clearAfter(t, i+2) {
			return i + 2
		}
	}
	return i
}

// yearAfter takes in ", 1977" or " de 2020".
func yearAfter(t string, i int) int {
	for _, lead := range []string{", ", " de ", " ", ","} {
		if strings.HasPrefix(t[i:], lead) {
			y := t[i+len(lead):]
			if len(y) >= 4 && (y[:2] == "19" || y[:2] == "20" || y[:2] == "18") && digitAt(y[2]) && digitAt(y[3]) && clearAfter(y, 4) {
				return i + len(lead) + 4
			}
		}
	}
	return i
}

func wordBefore(t string, i int) (string, int) {
	k := i - 1
	if k < 0 || t[k] != ' ' {
		return "", 0
	}
	if k > 0 && t[k-1] == '.' {
		k--
	}
	j := k
	for j > 0 && letterByte(t[j-1]) && k-j < 14 {
		j--
	}
	return t[j:k], j
}

func wordAt(t string, i int) string {
	j := i
	for j < len(t) && letterByte(t[j]) && j-i < 14 {
		j++
	}
	return t[i:j]
}

const months = " january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec " +
	"januar februar märz mai juni juli oktober dezember jänner mär okt dez janvier février mars avril juin juillet août septembre octobre novembre décembre " +
	"enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre " +
	"januari februari maart mei augustus janeiro fevereiro março maio junho julho setembro outubro novembro dezembro "

// monthName reports whether w is a month in one of seven languages, and whether
// the word is long enough to be no other.
func monthName(w string) (n int, long bool) {
	if len(w) < 3 || len(w) > 11 {
		return 0, false
	}
	if strings.Contains(months, " "+strings.ToLower(w)+" ") {
		return 1, len(w) > 4
	}
	return 0, false
}
