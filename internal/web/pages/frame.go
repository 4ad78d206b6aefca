package pages

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

// Frame is what every page has around its content.
type Frame struct {
	Lang     string
	Dir      string  // ltr or rtl
	Draft    bool    // no speaker has reviewed the language
	Missing  *Absent // the language that the person would rather have; nil for none
	CSS      string
	Icon     string
	Script   string // of the pages that have one; "" for none
	Company  Company
	Problems view.Problems
	Langs    []Lang

	explicit bool // the person chose the language: links keep it
	messages *Messages
}

// Lang is one link of the language switch.
type Lang struct{ Code, Name, Href string }

// T is a message in the page's language.
func (f Frame) T(key string, args ...any) (string, error) {
	if f.messages == nil { // a zero frame, in the test of the templates
		return key, nil
	}
	return f.messages.text(f.Lang, key, args)
}

// Day is a date in the page's language.
func (f Frame) Day(t time.Time) string {
	if f.messages == nil {
		return ""
	}
	return f.messages.day(f.Lang, t)
}

// Moment is a date and time of day in the time's own zone.
func (f Frame) Moment(t time.Time) string {
	if f.messages == nil || t.IsZero() {
		return ""
	}
	return f.messages.day(f.Lang, time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)) + ", " + t.Format("15:04")
}

// Weekday names a day of the week.
func (f Frame) Weekday(d time.Weekday) (string, error) {
	all, err := f.T("date.weekdays")
	if days := strings.Split(all, "|"); err == nil && len(days) == 7 {
		return days[d], nil
	}
	return "", err
}

// To is the address of a page of this person, in the language they chose.
func (f Frame) To(page, token string, rest ...string) string {
	u := "/p/" + page + "/" + url.PathEscape(token)
	for _, r := range rest {
		u += "/" + url.PathEscape(r)
	}
	if f.explicit {
		u += "?lang=" + f.Lang
	}
	return u
}

// StateWord is a permission's state in plain words.
func (f Frame) StateWord(s consent.State) (string, error) {
	switch {
	case s.Positive():
		return f.T("state.yes")
	case s == consent.Requested:
		return f.T("state.requested")
	case s == consent.Unknown, s == consent.Deferred, s == "":
		return f.T("state.unknown")
	case s == consent.Expired:
		return f.T("state.expired")
	}
	return f.T("state.no")
}

// SourceWord says where a state came from.
func (f Frame) SourceWord(s Source) (string, error) {
	switch s {
	case FromYou, FromImport, FromBrowser, FromCompany:
		return f.T("source." + string(s))
	}
	return f.T("source.company")
}

// Within says when a person answers.
func (f Frame) Within(days int) (string, error) {
	switch {
	case days < 1:
		return f.T("human.soon")
	case days == 1:
		return f.T("human.day")
	}
	return f.T("human.days", days)
}

// ModeWord says what Fairtouch does for a system.
func (f Frame) ModeWord(m Mode) (string, error) {
	switch m {
	case Enforced, Advised:
		return f.T("mode." + string(m))
	}
	return f.T("mode.registered")
}

// Got names what the person got, by channel.
func (f Frame) Got(c touch.Channel) (string, error) {
	switch c {
	case touch.Call, touch.Email, touch.Chat:
		return f.T("got." + string(c))
	}
	return f.T("got.message")
}

func (p *Pages) frame(r *http.Request, c Company) Frame {
	asked := r.URL.Query().Get("lang")
	f := Frame{Lang: p.locale(r, c.Locale), CSS: p.assets.URL("fairtouch.css"), Icon: p.assets.URL("icon.svg"), Company: c, messages: p.messages}
	f.explicit = asked == f.Lang
	f.Dir, f.Draft = p.messages.by[f.Lang]["dir"], p.messages.by[f.Lang]["reviewed"] != "yes"
	f.Missing = p.messages.Missing(asked, r.Header.Get("Accept-Language"))
	for _, l := range p.messages.Locales() {
		if l == f.Lang {
			continue
		}
		q := r.URL.Query()
		q.Set("lang", l)
		f.Langs = append(f.Langs, Lang{l, p.messages.by[l]["language"], r.URL.EscapedPath() + "?" + q.Encode()})
	}
	return f
}

func (p *Pages) locale(r *http.Request, fallback string) string {
	return p.messages.Pick(r.URL.Query().Get("lang"), r.Header.Get("Accept-Language"), fallback)
}
