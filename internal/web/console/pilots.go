package console

import (
	"net/http"
	"strconv"
	"strings"

	"fairtouch/internal/access"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

// PilotForm is a pilot that is being written. Steps are percent of people,
// rising; none for the usual ones.
type PilotForm struct {
	System  touch.SystemID
	Name    string
	Control float64 // share of the covered who get the control path, (0, 1)
	Steps   []float64
}

type pilotsView struct {
	Lines    []PilotLine
	Systems  []SystemLine // active ones, which may get a pilot
	May      bool         // the reader may make and move pilots
	Moved    touch.PilotID
	System   string
	Name     string
	Control  string
	StepText string
	Reason   string
}

func (c *Console) pilotsList(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.pilotsPage(w, r, p, http.StatusOK, pilotsView{Control: "30", StepText: "1, 5, 10, 25, 50, 100"}, nil)
}

func (c *Console) pilotsPage(w http.ResponseWriter, r *http.Request, p access.Principal, status int, v pilotsView, ps view.Problems) error {
	var err error
	if v.Lines, err = c.Backend.Register.Pilots(r.Context(), p); err != nil {
		return err
	}
	if v.May = p.Can(access.RegisterWrite); v.May {
		all, err := c.Backend.Register.Systems(r.Context(), p)
		if err != nil {
			return err
		}
		for _, s := range all {
			if s.State == "active" {
				v.Systems = append(v.Systems, s)
			}
		}
	}
	return c.t.pilots.Render(w, status, page[pilotsView]{c.frame(p, "/console/pilots", ps), v})
}

// pilotNew makes a draft; what is wrong is told, and what was typed stays.
func (c *Console) pilotNew(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	get := func(k string) string { return strings.TrimSpace(r.PostForm.Get(k)) }
	v := pilotsView{System: get("system"), Name: get("name"), Control: get("control"), StepText: get("steps")}
	f := PilotForm{System: touch.SystemID(v.System), Name: v.Name}
	err := f.read(v.Control, v.StepText)
	if err == nil {
		err = c.Backend.Register.NewPilot(r.Context(), p, f)
	}
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		return c.pilotsPage(w, r, p, http.StatusUnprocessableEntity, v, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/pilots")
}

func (f *PilotForm) read(control, steps string) error {
	if f.Name == "" {
		return touch.Fielderr("name", "A pilot needs a name that colleagues recognise")
	}
	x, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(control, "%")), 64)
	if err != nil || !(x > 0 && x < 100) {
		return touch.Fielderr("control", "Write the share of the control group in percent, above 0 and below 100")
	}
	f.Control = x / 100
	for _, s := range strings.FieldsFunc(steps, func(r rune) bool { return strings.ContainsRune(", ;", r) }) {
		n, err := strconv.ParseFloat(strings.TrimSuffix(s, "%"), 64)
		if err != nil {
			return touch.Fielderr("steps", "Write rising shares of people in percent, such as 1, 5, 10, 25, 50, 100")
		}
		f.Steps = append(f.Steps, n)
	}
	return nil
}

func (c *Console) pilotMove(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	v := pilotsView{Control: "30", StepText: "1, 5, 10, 25, 50, 100", Moved: touch.PilotID(r.PathValue("id")), Reason: strings.TrimSpace(r.PostForm.Get("reason"))}
	err := c.Backend.Register.Move(r.Context(), p, v.Moved, r.PostForm.Get("move"), v.Reason)
	var ps view.Problems
	if err != nil && touch.CodeOf(err) != touch.Unknown && ps.FromError(err) {
		return c.pilotsPage(w, r, p, http.StatusUnprocessableEntity, v, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/pilots")
}
