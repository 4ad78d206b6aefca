package view

import (
	"embed"
	"fmt"
	"html/template"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"fairtouch/touch"
)

//go:embed templates/*.html
var partials embed.FS

var (
	timeType   = reflect.TypeFor[time.Time]()
	sampleTime = time.Date(2026, 11, 23, 14, 2, 0, 0, time.UTC)
)

// Funcs are the functions that every template has.
func Funcs() template.FuncMap {
	return template.FuncMap{
		"num": Num, "pct": Pct, "day": Day, "clock": Clock, "stamp": Stamp, "score": Score, "short": Short,
		"plural": Plural, "step": StepWord, "channel": ChannelWord, "verdict": VerdictWord,
		"sourceword": SourceWord, "join": func(s []string) string { return strings.Join(s, ", ") }, "str": func(v any) string { return fmt.Sprint(v) },
		"upper": UpperFirst, "stateword": StateWord, "signed": Signed, "wait": Wait, "add": func(a, b int) int { return a + b },
		"mul": func(a, b int) int { return a * b }, "px": func(percent int) int { return percent * 720 / 100 },
		"input": inputField, "opt": func(value, label string) Option { return Option{value, label} },
		"opts": func(o ...Option) []Option { return o },
	}
}

// Num writes a count with thin groups of three: 10,000.
func Num(v any) string {
	n := reflect.ValueOf(v)
	if !n.CanInt() {
		return fmt.Sprint(v)
	}
	s := strconv.FormatInt(n.Int(), 10)
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if neg {
		return "−" + s
	}
	return s
}

// Pct writes a share in [0,1] as a percentage with at most one decimal.
func Pct(f float64) string {
	s := strconv.FormatFloat(f*100, 'f', 1, 64)
	return strings.TrimSuffix(s, ".0") + " %"
}

// Day writes a date; a zero time is "never".
func Day(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format("2 January 2006")
}

// Clock writes a date with the time, in UTC.
func Clock(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format("2 January 2006, 15:04") + " UTC"
}

// Stamp is Clock for tables: shorter, in UTC.
func Stamp(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format("2 Jan 2006, 15:04")
}

// Score writes a score or a share with two decimals, and more where two would
// round a small value to nothing.
func Score(f float64) string {
	if f != 0 && math.Abs(f) < 0.01 {
		return strconv.FormatFloat(f, 'g', 2, 64)
	}
	return strconv.FormatFloat(f, 'f', 2, 64)
}

// Signed writes a contribution with its sign.
func Signed(f float64) string {
	if f < 0 {
		return "−" + strconv.FormatFloat(-f, 'f', 3, 64)
	}
	return "+" + strconv.FormatFloat(f, 'f', 3, 64)
}

// Short is the part of an id or a hash that a person can compare.
func Short(v any) string {
	s := fmt.Sprint(v)
	if i := strings.IndexByte(s, '_'); i > 0 && len(s) > i+11 {
		return s[:i+1] + s[len(s)-8:]
	}
	if len(s) > 16 {
		return s[:12]
	}
	return s
}

// Plural picks the word that goes with a count, and writes both.
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Num(n) + " " + many
}

// UpperFirst gives the text a capital first letter.
func UpperFirst(s string) string {
	if s == "" {
		return s
	}
	r := []rune(s)
	return strings.ToUpper(string(r[0])) + string(r[1:])
}

// Wait writes a duration as people say it.
func Wait(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%d days", int(d.Hours())/24)
}

// StepWord is a step of the path in plain words.
func StepWord(s touch.Step) string {
	switch s {
	case touch.StepPilot:
		return "Pilot"
	case touch.StepConsent:
		return "Consent"
	case touch.StepLaw:
		return "Law"
	case touch.StepOwnership:
		return "Ownership"
	case touch.StepProtect:
		return "Protection"
	case touch.StepModel:
		return "Model"
	case touch.StepExplain:
		return "Explanation"
	case touch.StepDisclose:
		return "Disclosure"
	case touch.StepRecord:
		return "Record"
	}
	return string(s)
}

// ChannelWord is a channel in plain words.
func ChannelWord(c touch.Channel) string {
	switch c {
	case "":
		return "unknown channel"
	case "*":
		return "any channel"
	case touch.Email:
		return "e-mail"
	case touch.SMS:
		return "text message"
	}
	return string(c)
}

// VerdictWord is a verdict in plain words; it always goes with its shape and colour.
func VerdictWord(v touch.Verdict) string {
	switch v {
	case touch.Allow:
		return "allowed"
	case touch.Deny:
		return "stopped"
	case touch.Gap:
		return "missing information"
	case touch.Human:
		return "to a human"
	}
	return "not decided"
}

// StateWord is a DPV consent state in plain words.
func StateWord(s any) string {
	switch fmt.Sprint(s) {
	case "ConsentGiven":
		return "yes"
	case "RenewedConsentGiven":
		return "yes, renewed"
	case "ConsentRequested":
		return "asked"
	case "ConsentRequestDeferred":
		return "not answered"
	case "ConsentRefused":
		return "no"
	case "ConsentWithdrawn":
		return "withdrawn"
	case "ConsentRevoked":
		return "revoked"
	case "ConsentExpired":
		return "expired"
	case "ConsentInvalidated":
		return "invalid"
	case "ObjectionMade":
		return "objected"
	case "OptedOut":
		return "opted out"
	}
	return "unknown"
}

// SourceWord is the last part of IPTC's digital source type, the word by which
// it is known; "nothing" for none.
func SourceWord(s string) string {
	if s == "" {
		return "nothing"
	}
	return s[strings.LastIndexByte(s, '/')+1:]
}
