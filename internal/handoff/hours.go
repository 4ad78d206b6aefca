package handoff

import (
	"fmt"
	"math"
	"slices"
	"time"

	"fairtouch/touch"
)

// Hours are when people are there.
type Hours struct {
	Zone  *time.Location
	Week  [7][]Span // by time.Weekday; no span for a closed day
	Shuts []string  // holidays, YYYY-MM-DD in Zone
}

// Span is a part of a day, from midnight. To is after From, at most 24 hours.
type Span struct{ From, To time.Duration }

// Weekdays are Monday to Friday from nine to five.
func Weekdays(zone *time.Location) Hours {
	h := Hours{Zone: zone}
	for d := time.Monday; d <= time.Friday; d++ {
		h.Week[d] = []Span{{9 * time.Hour, 17 * time.Hour}}
	}
	return h
}

// Open reports whether somebody is there.
func (h Hours) Open(at time.Time) bool {
	at = at.In(h.Zone)
	return slices.ContainsFunc(h.spans(at), func(s Span) bool { return !at.Before(s.from(at)) && at.Before(s.to(at)) })
}

// Next is when somebody is there, at or after a time, looking a year ahead; false
// for never: then no page may promise a person.
func (h Hours) Next(at time.Time) (time.Time, bool) {
	if h.Open(at) {
		return at, true
	}
	for d, i := at.In(h.Zone), 0; i <= 366; i++ {
		for _, s := range h.spans(d) {
			if from := s.from(d); !from.Before(at) {
				return from, true
			}
		}
		d = time.Date(d.Year(), d.Month(), d.Day()+1, 0, 0, 0, 0, h.Zone)
	}
	return time.Time{}, false
}

func (h Hours) spans(day time.Time) []Span {
	if slices.Contains(h.Shuts, day.Format(time.DateOnly)) {
		return nil
	}
	return h.Week[day.Weekday()]
}

// Clock times, not spans of time, so that a change to summer time moves nothing.
func (s Span) from(day time.Time) time.Time { return clock(day, s.From) }
func (s Span) to(day time.Time) time.Time   { return clock(day, s.To) }

func clock(day time.Time, d time.Duration) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, int(d/time.Minute), 0, 0, day.Location())
}

// Promise is the service level: Share of all requests are answered by a person
// within Within.
type Promise struct {
	Within time.Duration
	Share  float64
}

// DefaultPromise is three minutes for 95 of 100, as Spain's Ley 10/2025 asks from
// 2026-12-28 (draft: from a secondary source, checked 2026-11-23).
func DefaultPromise() Promise { return Promise{Within: 3 * time.Minute, Share: 0.95} }

// Kept is how a promise was kept.
type Kept struct {
	Asked, InTime, Waiting int // Waiting: still within their time, counted nowhere else
	Share                  float64
	Low, High              float64 // 95 % Wilson interval of Share
	Met                    bool    // Share is at least what was promised; false without a request
}

// Of measures a promise. A request that nobody answered counts as late once its
// time is over.
func (p Promise) Of(requests []Waited, now time.Time) (k Kept) {
	for _, r := range requests {
		switch {
		case r.Answered.IsZero() && now.Sub(r.Asked) <= p.Within:
			k.Waiting++
			continue
		case !r.Answered.IsZero() && r.Answered.Sub(r.Asked) <= p.Within:
			k.InTime++
		}
		k.Asked++
	}
	if k.Asked == 0 {
		return k
	}
	n := float64(k.Asked)
	k.Share = float64(k.InTime) / n
	const z = 1.959964
	mid, half := k.Share+z*z/(2*n), z*math.Sqrt(k.Share*(1-k.Share)/n+z*z/(4*n*n))
	k.Low, k.High = max(0, (mid-half)/(1+z*z/n)), min(1, (mid+half)/(1+z*z/n))
	k.Met = k.Share >= p.Share
	return k
}

// Waited is one request for a person. Answered is zero while nobody has come.
type Waited struct{ Asked, Answered time.Time }

// Waits reads requests from a conversation's moves: from Requested to Human.
// Nothing is due at night: a call-back ends the wait, it has its own date.
func Waits(list []Move) (out []Waited) {
	for _, m := range list {
		last := len(out) - 1
		switch {
		case m.State == Requested:
			out = append(out, Waited{Asked: m.At})
		case m.State == Callback && last >= 0 && out[last].Answered.IsZero():
			out = out[:last]
		case m.State == Human && last >= 0 && out[last].Answered.IsZero():
			out[last].Answered = m.At
		}
	}
	return out
}

// ParseSpan reads "09:00-17:30".
func ParseSpan(s string) (Span, error) {
	var h1, m1, h2, m2 int
	if n, err := fmt.Sscanf(s, "%d:%d-%d:%d", &h1, &m1, &h2, &m2); err != nil || n != 4 {
		return Span{}, touch.Errorf(touch.Invalid, "%q is no span of a day; write it like 09:00-17:30", s)
	}
	out := Span{time.Duration(h1)*time.Hour + time.Duration(m1)*time.Minute, time.Duration(h2)*time.Hour + time.Duration(m2)*time.Minute}
	if h1 < 0 || m1 < 0 || m2 < 0 || m1 > 59 || m2 > 59 || out.To > 24*time.Hour || out.From >= out.To {
		return Span{}, touch.Errorf(touch.Invalid, "%q is no span of a day; it must end after it begins, by 24:00", s)
	}
	return out, nil
}
