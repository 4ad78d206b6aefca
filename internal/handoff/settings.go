package handoff

import (
	"slices"
	"strings"
	"time"

	"fairtouch/touch"
)

// Settings are how a workspace promises a person, as its staff set them.
type Settings struct {
	Zone      string         `json:"zone"`             // IANA name of the time zone, such as Europe/Lisbon
	Week      [7]string      `json:"week"`             // by time.Weekday: "09:00-12:00, 13:00-17:00"; "" for a closed day
	Shuts     []string       `json:"shuts,omitempty"`  // holidays, YYYY-MM-DD in Zone
	Minutes   int            `json:"minutes"`          // within which a person answers, 1 to 1,440
	Percent   int            `json:"percent"`          // of requests for which that is promised, 1 to 100
	Languages []string       `json:"languages"`        // that the staff speak, ISO 639-1; the first is theirs among themselves
	System    touch.SystemID `json:"system,omitempty"` // the registered system that answers in the chat; "" for people alone
	Model     string         `json:"model,omitempty"`  // asked by System
	Duty      []touch.UserID `json:"duty,omitempty"`   // who is told of a promise that was not kept; empty: every reviewer
	Blind     []string       `json:"blind,omitempty"`  // systems whose reviewers decide before they see the machine's answer
	By        touch.UserID   `json:"by,omitempty"`     // who set them, and answers for System
}

// DefaultSettings are Monday to Friday, nine to five, UTC, in English, with the
// default promise.
func DefaultSettings() Settings {
	s := Settings{Zone: "UTC", Minutes: 3, Percent: 95, Languages: []string{"en"}}
	for d := time.Monday; d <= time.Friday; d++ {
		s.Week[d] = "09:00-17:00"
	}
	return s
}

// maxShuts bounds the list of holidays.
const maxShuts = 400

// Validate checks everything, and says what to write instead.
func (s Settings) Validate() error {
	if _, err := s.Hours(); err != nil {
		return err
	}
	switch {
	case s.Minutes < 1 || s.Minutes > 24*60:
		return touch.Fielderr("minutes", "Promise an answer within 1 to 1,440 minutes")
	case s.Percent < 1 || s.Percent > 100:
		return touch.Fielderr("percent", "Promise it for 1 to 100 of 100 requests")
	case len(s.Languages) == 0:
		return touch.Fielderr("languages", "Name at least one language that the staff speak, such as en")
	case s.System != "" && s.Model == "":
		return touch.Fielderr("model", "Name the model that the system asks")
	}
	for _, l := range s.Languages {
		if !slices.Contains(Languages(), l) {
			return touch.Fielderr("languages", "%q is no language that wishes are heard in; use codes such as en, de, pt", l)
		}
	}
	return nil
}

// Hours reads the week, the zone and the holidays. Somebody must be there at
// some time, or nobody could be promised a person.
func (s Settings) Hours() (Hours, error) {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil || s.Zone == "" || s.Zone == "Local" {
		return Hours{}, touch.Fielderr("zone", "%q is no time zone; write one such as Europe/Lisbon", s.Zone)
	}
	h := Hours{Zone: zone, Shuts: s.Shuts}
	open := false
	for d, day := range s.Week {
		if h.Week[d], err = parseDay(day); err != nil {
			return h, touch.Fielderr("week-"+strings.ToLower(time.Weekday(d).String()), "%s", touch.AsError(err).Message)
		}
		open = open || len(h.Week[d]) > 0
	}
	if !open {
		return h, touch.Fielderr("week-monday", "Somebody must be there on at least one day, or nobody can be promised a person")
	}
	if len(s.Shuts) > maxShuts {
		return h, touch.Fielderr("shuts", "Name at most %d holidays", maxShuts)
	}
	for _, d := range s.Shuts {
		if _, err := time.Parse(time.DateOnly, d); err != nil {
			return h, touch.Fielderr("shuts", "%q is no date; write holidays like 2026-12-25, one a line", d)
		}
	}
	return h, nil
}

// parseDay reads spans, one after the other.
func parseDay(s string) (out []Span, err error) {
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' }) {
		span, err := ParseSpan(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		if n := len(out); n > 0 && span.From < out[n-1].To {
			return nil, touch.Errorf(touch.Invalid, "%q overlaps the span before it", strings.TrimSpace(part))
		}
		out = append(out, span)
	}
	return out, nil
}

// Promise is the service level that was set.
func (s Settings) Promise() Promise {
	return Promise{Within: time.Duration(s.Minutes) * time.Minute, Share: float64(s.Percent) / 100}
}

// Speaks reports whether the staff speak the language of a BCP 47 tag.
func (s Settings) Speaks(tag string) bool {
	l, _, _ := strings.Cut(strings.ToLower(tag), "-")
	return l == "" || slices.Contains(s.Languages, l)
}
