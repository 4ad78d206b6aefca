package console

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/handoff"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

type handoffView struct {
	Settings handoff.Settings
	Days     []dayField
	Shuts    string // a date a line
	Langs    string
	Blind    string
	Minutes  string
	Percent  string
	Systems  []PromptBinding // that may answer
	Users    []access.User
	Desks    []HelpDesk
	New      HelpDesk // just made, with its secret
	Done     bool
}

// HelpDesk is another system in which staff answer chats.
type HelpDesk struct {
	ID, URL string
	Back    string // where it posts what the staff answer
	Secret  string // shown once, when it is made
}

// dayField is a day's line of the form.
type dayField struct{ Field, Name, Value string }

// OnDuty reports whether somebody is told of broken promises by name.
func (v handoffView) OnDuty(id touch.UserID) bool {
	for _, u := range v.Settings.Duty {
		if u == id {
			return true
		}
	}
	return false
}

func (c *Console) handoffShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	s, err := c.Backend.Conversations.HandoffSettings(r.Context(), p)
	if err != nil {
		return err
	}
	v := handoffViewOf(s)
	v.Done = r.URL.Query().Has("done")
	return c.handoffPage(w, r, p, http.StatusOK, v, nil)
}

func (c *Console) handoffPage(w http.ResponseWriter, r *http.Request, p access.Principal, status int, v handoffView, ps view.Problems) error {
	prompts, err := c.Backend.Prompts.Prompts(r.Context(), p)
	if err != nil {
		return err
	}
	v.Systems = prompts.Bound
	house, err := c.Backend.House.Settings(r.Context(), p)
	if err != nil {
		return err
	}
	v.Users = house.Users
	if v.Desks, err = c.Backend.Conversations.Desks(r.Context(), p); err != nil {
		return err
	}
	for i := range 7 {
		d := time.Weekday((i + 1) % 7)
		v.Days = append(v.Days, dayField{"week-" + strings.ToLower(d.String()), d.String(), v.Settings.Week[d]})
	}
	return c.t.handoff.Render(w, status, page[handoffView]{c.frame(p, "/console/conversations", ps), v})
}

// handoffSave keeps the settings; what is wrong is told beside its field, and
// what was typed stays.
func (c *Console) handoffSave(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	f := r.PostForm
	v := handoffView{Minutes: f.Get("minutes"), Percent: f.Get("percent"), Langs: f.Get("languages"), Shuts: f.Get("shuts"), Blind: f.Get("blind")}
	s := handoff.Settings{Zone: strings.TrimSpace(f.Get("zone")), System: touch.SystemID(f.Get("system")), Model: strings.TrimSpace(f.Get("model")),
		Languages: listed(v.Langs), Shuts: listed(v.Shuts), Blind: listed(v.Blind)}
	s.Minutes, _ = strconv.Atoi(strings.TrimSpace(v.Minutes))
	s.Percent, _ = strconv.Atoi(strings.TrimSpace(v.Percent))
	for d := range s.Week {
		s.Week[d] = strings.TrimSpace(f.Get("week-" + strings.ToLower(time.Weekday(d).String())))
	}
	for _, u := range f["duty"] {
		s.Duty = append(s.Duty, touch.UserID(u))
	}
	v.Settings = s
	var ps view.Problems
	err := c.Backend.Conversations.SaveHandoff(r.Context(), p, s)
	if err != nil && ps.FromError(err) {
		return c.handoffPage(w, r, p, http.StatusUnprocessableEntity, v, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/conversations/settings?done=1")
}

// listed splits at commas, spaces and lines.
func listed(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(", \r\n\t;", r) })
}

// deskAdd keeps a help desk and shows its secret, once; deskRemove forgets one.
func (c *Console) deskAdd(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	s, err := c.Backend.Conversations.HandoffSettings(r.Context(), p)
	if err != nil {
		return err
	}
	v := handoffViewOf(s)
	var ps view.Problems
	status := http.StatusOK
	if v.New, err = c.Backend.Conversations.AddDesk(r.Context(), p, strings.TrimSpace(r.PostForm.Get("url"))); err != nil {
		if !ps.FromError(err) {
			return err
		}
		status = http.StatusUnprocessableEntity
	}
	return c.handoffPage(w, r, p, status, v, ps)
}

func (c *Console) deskRemove(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	if err := c.Backend.Conversations.RemoveDesk(r.Context(), p, r.PathValue("id")); err != nil {
		return err
	}
	return redirect(w, r, "/console/conversations/settings?done=1")
}

func handoffViewOf(s handoff.Settings) handoffView {
	return handoffView{Settings: s, Minutes: strconv.Itoa(s.Minutes), Percent: strconv.Itoa(s.Percent), Langs: strings.Join(s.Languages, ", "),
		Blind: strings.Join(s.Blind, ", "), Shuts: strings.Join(s.Shuts, "\n")}
}
