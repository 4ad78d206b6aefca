package law

import (
	"fmt"
	"time"

	"fairtouch/touch"
)

// Date is a civil date as the number yyyymmdd, so that dates compare as
// numbers. Zero is no date.
type Date int32

// ParseDate reads "2026-08-02". Anything else, a day that doesn't exist
// included, is an Invalid error.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1 {
		return 0, touch.Errorf(touch.Invalid, "%.20q is not a date; write it as 2026-08-02", s)
	}
	return dateOf(t), nil
}

// DateIn returns the civil date of t in the zone that t carries.
func DateIn(t time.Time) Date { return dateOf(t) }

func dateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date(y*10000 + int(m)*100 + d)
}

// String gives "2026-08-02", or "" for no date.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d/10000, d/100%100, d%100)
}

// MarshalText implements encoding.TextMarshaler.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler; "" is no date.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = 0
		return nil
	}
	v, err := ParseDate(string(b))
	*d = v
	return err
}

// Period is half-open: it holds on From and no longer on Until. A zero From is
// "never began", a zero Until is "no end".
type Period struct {
	If    string `json:"if,omitzero" yaml:"if"` // CEL over system facts; "" is always
	From  Date   `json:"from" yaml:"from"`
	Until Date   `json:"until,omitzero" yaml:"until"`
}

// day is one moment seen from a jurisdiction: the civil date where the day
// begins first and where it begins last.
type day struct{ east, west Date }

// binds reports whether a duty holds: it starts at the earliest midnight among
// the zones and ends at the latest, so that nobody in the place is missed.
func (p Period) binds(d day) bool {
	return p.From != 0 && d.east >= p.From && (p.Until == 0 || d.west < p.Until)
}

// permits is the mirror for permissions: latest start, earliest end.
func (p Period) permits(d day) bool {
	return p.From != 0 && d.west >= p.From && (p.Until == 0 || d.east < p.Until)
}
