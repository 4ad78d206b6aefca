package rights

import (
	"strconv"
	"strings"
	"time"

	"fairtouch/touch"
)

// Day is a civil date, at midnight UTC. Only its date is read.
type Day = time.Time

// On makes a day.
func On(year int, month time.Month, day int) Day {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// DayOf is the civil date of an instant in the zone that it carries.
func DayOf(t time.Time) Day { y, m, d := t.Date(); return On(y, m, d) }

// Calendar says which days are worked on in a place.
type Calendar struct {
	rules []holiday
	moved string // what becomes of a holiday on a weekend: "", "next", "nearest"
}

// holiday is one rule: a date of the year, days from Easter Sunday, or a
// weekday of a month.
type holiday struct {
	month  time.Month
	day    int // of the month; 0 for the others
	easter int
	isPax  bool
	nth    int // 1 to 4, -1 for the last
	wday   time.Weekday
}

var weekdayNames = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// parseHoliday reads "12-25", "easter+1" or "mon last 05".
func parseHoliday(s string) (h holiday, err error) {
	bad := touch.Errorf(touch.Invalid, "%.30q is no holiday; write 12-25, easter+1 or mon last 05", s)
	if n, ok := strings.CutPrefix(s, "easter"); ok {
		h.isPax = true
		if n != "" {
			h.easter, err = strconv.Atoi(n)
		}
		if err != nil {
			return h, bad
		}
		return h, nil
	}
	if f := strings.Fields(s); len(f) == 3 {
		return weekdayRule(f, bad)
	}
	t, err := time.Parse("2006-01-02", "2024-"+s)
	if err != nil {
		return h, bad
	}
	h.month, h.day = t.Month(), t.Day()
	return h, nil
}

func weekdayRule(f []string, bad error) (h holiday, err error) {
	h.wday = -1
	for i, n := range weekdayNames {
		if n == f[0] {
			h.wday = time.Weekday(i)
		}
	}
	h.nth = -1
	if f[1] != "last" {
		if h.nth, err = strconv.Atoi(f[1]); err != nil {
			return h, bad
		}
	}
	m, err := strconv.Atoi(f[2])
	if err != nil || h.wday < 0 || m < 1 || m > 12 || h.nth == 0 || h.nth < -1 || h.nth > 4 {
		return h, bad
	}
	h.month = time.Month(m)
	return h, nil
}

// in is the holiday's date in a year, before it is moved.
func (h holiday) in(year int) Day {
	switch {
	case h.isPax:
		return Easter(year).AddDate(0, 0, h.easter)
	case h.day > 0:
		return On(year, h.month, h.day)
	case h.nth > 0:
		first := On(year, h.month, 1)
		ahead := (int(h.wday-first.Weekday()) + 7) % 7
		return first.AddDate(0, 0, ahead+7*(h.nth-1))
	}
	last := On(year, h.month+1, 0)
	return last.AddDate(0, 0, -((int(last.Weekday()-h.wday) + 7) % 7))
}

// Easter is Easter Sunday of the Gregorian calendar (the anonymous algorithm,
// Nature, 20 April 1876; Meeus, Astronomical Algorithms, ch. 8).
func Easter(year int) Day {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 19*l) / 433
	month := (h + l - 7*m + 90) / 25
	day := (h + l - 7*m + 33*month + 19) % 32
	return On(year, time.Month(month), day)
}

func weekend(d Day) bool { return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday }

// Holiday reports whether a day is a public holiday, a moved one included.
func (c *Calendar) Holiday(d Day) bool {
	if c == nil {
		return false
	}
	for year := d.Year() - 1; year <= d.Year()+1; year++ {
		for _, h := range c.rules {
			if at := h.in(year); at.Equal(d) || c.moved != "" && weekend(at) && c.substitute(at, year).Equal(d) {
				return true
			}
		}
	}
	return false
}

// substitute is the weekday on which a holiday on a weekend is kept.
func (c *Calendar) substitute(at Day, year int) Day {
	if c.moved == "nearest" {
		if at.Weekday() == time.Saturday {
			return at.AddDate(0, 0, -1)
		}
		return at.AddDate(0, 0, 1)
	}
	// "next": the next weekday that no holiday has by itself. Two on one
	// weekend (Christmas and Boxing Day) take one each.
	taken := map[Day]bool{}
	for _, h := range c.rules {
		if d := h.in(year); !weekend(d) {
			taken[d] = true
		}
	}
	for _, h := range c.rules {
		d := h.in(year)
		if !weekend(d) {
			continue
		}
		to := d
		for weekend(to) || taken[to] {
			to = to.AddDate(0, 0, 1)
		}
		taken[to] = true
		if d.Equal(at) {
			return to
		}
	}
	return at
}

// Working reports whether a day is neither on a weekend nor a holiday.
func (c *Calendar) Working(d Day) bool { return !weekend(d) && !c.Holiday(d) }

// Next is the day itself, or the first working day after it.
func (c *Calendar) Next(d Day) Day {
	for !c.Working(d) {
		d = d.AddDate(0, 0, 1)
	}
	return d
}
