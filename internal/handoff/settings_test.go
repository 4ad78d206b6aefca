package handoff

import (
	"testing"
	"time"

	"fairtouch/touch"
)

func TestSettingsThatPromiseNobodyAreRefused(t *testing.T) {
	if err := DefaultSettings().Validate(); err != nil {
		t.Fatal(err)
	}
	for field, change := range map[string]func(*Settings){
		"zone":           func(s *Settings) { s.Zone = "Europe/Nowhere" },
		"week-monday":    func(s *Settings) { s.Week = [7]string{} },
		"week-tuesday":   func(s *Settings) { s.Week[time.Tuesday] = "9 to 5" },
		"week-wednesday": func(s *Settings) { s.Week[time.Wednesday] = "09:00-13:00, 12:00-17:00" },
		"shuts":          func(s *Settings) { s.Shuts = []string{"25.12.2026"} },
		"minutes":        func(s *Settings) { s.Minutes = 0 },
		"percent":        func(s *Settings) { s.Percent = 101 },
		"languages":      func(s *Settings) { s.Languages = []string{"Klingon"} },
		"model":          func(s *Settings) { s.System = "chat" },
	} {
		s := DefaultSettings()
		change(&s)
		if e := touch.AsError(s.Validate()); e == nil || e.Field != field {
			t.Errorf("%s: %v", field, e)
		}
	}
}

func TestALunchBreakAndAHolidayAreKept(t *testing.T) {
	s := DefaultSettings()
	s.Zone, s.Shuts = "Europe/Lisbon", []string{"2026-12-25"}
	for d := time.Monday; d <= time.Friday; d++ {
		s.Week[d] = "09:00-12:00, 13:00-17:00"
	}
	h, err := s.Hours()
	if err != nil {
		t.Fatal(err)
	}
	at := func(day, hour int) time.Time { return time.Date(2026, 12, day, hour, 30, 0, 0, h.Zone) }
	if h.Open(at(24, 12)) || !h.Open(at(24, 13)) || h.Open(at(25, 10)) {
		t.Error("open at lunch or on a holiday, or closed in the afternoon")
	}
	if next, ok := h.Next(at(25, 10)); !ok || next.Day() != 28 || next.Hour() != 9 { // a Friday; the Monday follows
		t.Error(next, ok)
	}
}
