package register

import (
	"time"

	"fairtouch/touch"
)

// Date is a civil date, "2026-11-24"; "" is not known, and None is known not to be.
type Date string

// None says that a thing was never done, as opposed to not known.
const None Date = "none"

// known reports whether d is a date.
func (d Date) known() bool { return d != "" && d != None }

// By reports whether d is a date on or before day.
func (d Date) By(day Date) bool { return d.known() && d <= day }

// Valid reports whether d is a date of the calendar.
func (d Date) Valid() bool { return d.known() && d.check("") == nil }

func (d Date) plus(days int) Date {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return d
	}
	return Date(t.AddDate(0, 0, days).Format(time.DateOnly))
}

func (d Date) check(field string) error {
	if !d.known() {
		return nil
	}
	if _, err := time.Parse(time.DateOnly, string(d)); err != nil {
		return touch.Fielderr(field, "%.20q is not a date; write it as 2026-11-24, or none", string(d))
	}
	return nil
}
