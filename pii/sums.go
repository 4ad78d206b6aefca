package pii

// The arithmetic that several registries share. Values are compact: ASCII
// digits and upper-case letters. Sources are named where the rule is used.

func num(v []byte) int {
	n := 0
	for _, b := range v {
		n = n*10 + int(b-'0')
	}
	return n
}

func allDigits(v []byte) bool {
	for _, b := range v {
		if !digitAt(b) {
			return false
		}
	}
	return len(v) > 0
}

func sameDigits(v []byte) bool {
	for _, b := range v {
		if b != v[0] {
			return false
		}
	}
	return true
}

// luhn is ISO/IEC 7812-1, annex B.
func luhn(v []byte) bool {
	sum, double := 0, false
	for i := len(v) - 1; i >= 0; i-- {
		d := int(v[i] - '0')
		if double {
			d *= 2
			if d > 9 {
				d -= 9
			}
		}
		sum += d
		double = !double
	}
	return sum%10 == 0
}

// weigh is the sum of digits times weights, as many as there are weights.
func weigh(v []byte, w ...int) int {
	sum := 0
	for i, x := range w {
		sum += int(v[i]-'0') * x
	}
	return sum
}

// cross is weigh with each product's digits added up.
func cross(v []byte, w ...int) int {
	sum := 0
	for i, x := range w {
		p := int(v[i]-'0') * x
		sum += p/10 + p%10
	}
	return sum
}

// mod97 is ISO 7064 mod 97-10 over digits and letters (A = 10).
func mod97(v []byte) int {
	r := 0
	for _, b := range v {
		if digitAt(b) {
			r = (r*10 + int(b-'0')) % 97
		} else {
			r = (r*100 + int(b-'A') + 10) % 97
		}
	}
	return r
}

// mod1110 is ISO 7064 mod 11,10 over digits, the last of which is the check.
func mod1110(v []byte) bool {
	p := 10
	for _, b := range v[:len(v)-1] {
		s := (int(b-'0') + p) % 10
		if s == 0 {
			s = 10
		}
		p = s * 2 % 11
	}
	c := 11 - p
	if c == 10 {
		c = 0
	}
	return int(v[len(v)-1]-'0') == c%10
}

var verhoeffMul = [10][10]uint8{
	{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 3, 4, 0, 6, 7, 8, 9, 5}, {2, 3, 4, 0, 1, 7, 8, 9, 5, 6}, {3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
	{4, 0, 1, 2, 3, 9, 5, 6, 7, 8}, {5, 9, 8, 7, 6, 0, 4, 3, 2, 1}, {6, 5, 9, 8, 7, 1, 0, 4, 3, 2}, {7, 6, 5, 9, 8, 2, 1, 0, 4, 3},
	{8, 7, 6, 5, 9, 3, 2, 1, 0, 4}, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0},
}

var verhoeffPerm = [8][10]uint8{
	{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 5, 7, 6, 2, 8, 3, 0, 9, 4}, {5, 8, 0, 3, 7, 9, 6, 1, 4, 2}, {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
	{9, 4, 5, 3, 1, 2, 6, 8, 7, 0}, {4, 2, 8, 6, 5, 7, 3, 9, 0, 1}, {2, 7, 9, 3, 8, 0, 6, 4, 1, 5}, {7, 0, 4, 6, 9, 1, 3, 2, 5, 8},
}

// verhoeff is J. Verhoeff's dihedral check (1969).
func verhoeff(v []byte) bool {
	c := uint8(0)
	for i := range v {
		c = verhoeffMul[c][verhoeffPerm[i%8][v[len(v)-1-i]-'0']]
	}
	return c == 0
}

// icao731 is the check digit of ICAO Doc 9303 part 3: weights 7, 3, 1, letters
// from A = 10. It returns the expected digit.
func icao731(v []byte) int {
	sum := 0
	for i, b := range v {
		x := int(b - '0')
		if letterAt(b) {
			x = int(b-'A') + 10
		}
		sum += x * [3]int{7, 3, 1}[i%3]
	}
	return sum % 10
}

var monthDays = [13]int{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// monthDay reports whether some year has that day.
func monthDay(m, d int) bool { return m >= 1 && m <= 12 && d >= 1 && d <= monthDays[m] }

// day reports whether the day is in the Gregorian calendar.
func day(y, m, d int) bool {
	return monthDay(m, d) && (m != 2 || d < 29 || y%4 == 0 && (y%100 != 0 || y%400 == 0))
}

// two reads a two-digit number.
func two(v []byte) int { return int(v[0]-'0')*10 + int(v[1]-'0') }

// yymmdd reports whether six digits are a day in some century from 1800 on.
func yymmdd(v []byte) bool {
	y, m, d := two(v), two(v[2:]), two(v[4:])
	return day(2000+y, m, d) || day(1900+y, m, d)
}

func ddmmyy(v []byte) bool {
	d, m, y := two(v), two(v[2:]), two(v[4:])
	return day(2000+y, m, d) || day(1900+y, m, d)
}

func is(ok bool) verdict {
	if ok {
		return valid
	}
	return refuted
}

// may is for checks that only refute: what passes keeps its form's score.
func may(ok bool) verdict {
	if ok {
		return plausible
	}
	return refuted
}
