package rights

import (
	"time"

	"fairtouch/internal/law"
	"fairtouch/touch"
)

// Unit is what a period counts in.
type Unit string

// The units.
const (
	Days         Unit = "days"
	BusinessDays Unit = "business_days"
	Months       Unit = "months"
)

// Span is a length of time by the calendar. The zero Span is none.
type Span struct {
	N    int  `json:"n" yaml:"n"`
	Unit Unit `json:"unit" yaml:"unit"`
}

// Clock says what a period runs from.
type Clock string

// From where a period runs.
const (
	FromReceipt      Clock = "receipt"
	FromVerification Clock = "verification"
)

// Ending says what becomes of a period that ends on a day nobody works.
type Ending string

// The endings.
const (
	EndsAsCounted Ending = ""                 // the counted day it is
	EndsWorking   Ending = "next_working_day" // the next working day
	EndsBy1182    Ending = "regulation_1182"  // Regulation (EEC, Euratom) 1182/71, Art. 3(4) and 3(5)
)

// Rule is one law's period for some kinds of requests.
type Rule struct {
	ID        string   `json:"id" yaml:"id"`
	Law       string   `json:"law" yaml:"law"`
	Name      string   `json:"name" yaml:"name"`
	Places    []string `json:"places" yaml:"places"` // ISO 3166, such as DE or US-CA
	Kinds     []Kind   `json:"kinds,omitzero" yaml:"kinds"`
	Respond   Span     `json:"respond" yaml:"respond"`
	Extend    Span     `json:"extend,omitzero" yaml:"extend"`   // on top, once, and told within Respond
	Confirm   Span     `json:"confirm,omitzero" yaml:"confirm"` // by when the receipt is confirmed
	Clock     Clock    `json:"clock" yaml:"clock"`
	Ends      Ending   `json:"ends,omitzero" yaml:"ends"`
	OwnLimit  bool     `json:"own_limit,omitzero" yaml:"own_limit"` // the law gives no number: this one is the house's
	Citation  string   `json:"citation" yaml:"citation"`
	Note      string   `json:"note,omitzero" yaml:"note"`
	Applies   law.Date `json:"applies_from" yaml:"applies"`
	Checked   law.Date `json:"checked_on" yaml:"checked"`
	Evidence  string   `json:"evidence" yaml:"evidence"` // as law packs: primary, copy, regulator, secondary, unverified
	Status    string   `json:"status" yaml:"status"`     // draft or certified
	SourceURL string   `json:"source" yaml:"source"`
}

// Deadline is when a request must be answered, and how long it could take at
// the most.
type Deadline struct {
	Rule      string `json:"rule"`
	Confirm   Day    `json:"confirm,omitzero"` // zero where the law asks for no confirmation
	Due       Day    `json:"due"`
	Furthest  Day    `json:"furthest"`  // with the extension; Due where there is none
	OwnLimit  bool   `json:"own_limit"` // no statute gives this date
	Citation  string `json:"citation"`
	Draft     bool   `json:"draft"`
	CountedAt Day    `json:"counted_from"`
}

// add moves a day by a span. The first day isn't counted (Regulation 1182/71,
// Art. 3(1)); a month that lacks the date ends on its last day (Art. 3(2)(c)).
func (s Span) add(d Day, c *Calendar) Day {
	switch s.Unit {
	case Months:
		return addMonths(d, s.N)
	case BusinessDays:
		for n := s.N; n > 0; {
			d = d.AddDate(0, 0, 1)
			if c.Working(d) {
				n--
			}
		}
		return d
	}
	return d.AddDate(0, 0, s.N)
}

func addMonths(d Day, n int) Day {
	first := On(d.Year(), d.Month()+time.Month(n), 1)
	last := first.AddDate(0, 1, -1).Day()
	return On(first.Year(), first.Month(), min(d.Day(), last))
}

// end applies what the law says of a last day on which nobody works.
func (e Ending) end(from, last Day, c *Calendar) Day {
	if e == EndsAsCounted {
		return last
	}
	last = c.Next(last)
	if e != EndsBy1182 || last.Sub(from) > 10*24*time.Hour {
		return last
	}
	// Art. 3(5): a period of two days or more includes two working days.
	for worked := 0; ; last = last.AddDate(0, 0, 1) {
		worked = 0
		for d := from.AddDate(0, 0, 1); !d.After(last); d = d.AddDate(0, 0, 1) {
			if c.Working(d) {
				worked++
			}
		}
		if worked >= 2 || last.Sub(from) < 2*24*time.Hour {
			return c.Next(last)
		}
	}
}

// Of computes a request's dates. verified may be zero while the person isn't
// known for sure: a period that runs from then hasn't begun, and is counted
// from receipt, which is the earlier date.
func (r *Rule) Of(received, verified Day, c *Calendar) Deadline {
	from := DayOf(received)
	if r.Clock == FromVerification && !verified.IsZero() {
		from = DayOf(verified)
	}
	out := Deadline{Rule: r.ID, OwnLimit: r.OwnLimit, Citation: r.Citation, Draft: r.Status != "certified", CountedAt: from}
	out.Due = r.Ends.end(from, r.Respond.add(from, c), c)
	out.Furthest = out.Due
	if r.Extend.N > 0 {
		out.Furthest = r.Ends.end(from, r.whole(from, c), c)
	}
	if r.Confirm.N > 0 {
		out.Confirm = r.Confirm.add(DayOf(received), c)
	}
	return out
}

// whole is the period with its extension. Two spans of the same unit are one
// longer one, so that a month's end is not cut twice.
func (r *Rule) whole(from Day, c *Calendar) Day {
	if r.Extend.Unit == r.Respond.Unit {
		return Span{r.Respond.N + r.Extend.N, r.Respond.Unit}.add(from, c)
	}
	return r.Extend.add(r.Respond.add(from, c), c)
}

func (s Span) validate(field string, must bool) error {
	if s == (Span{}) && !must {
		return nil
	}
	if s.N < 1 || s.N > 400 || s.Unit != Days && s.Unit != BusinessDays && s.Unit != Months {
		return touch.Fielderr(field, "is no span of days, business_days or months")
	}
	return nil
}
