package pages

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

type consentView struct {
	Centre
	Token string
	Saved string // id of the receipt of the change just made
}

var receiptID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

func (p *Pages) consentShow(w http.ResponseWriter, r *http.Request) error {
	c, err := p.centre(r)
	if err != nil {
		return err
	}
	v := consentView{Centre: c, Token: string(token(r))}
	if id := r.URL.Query().Get("saved"); receiptID.MatchString(id) {
		v.Saved = id
	}
	return p.t.consent.Render(w, http.StatusOK, doc[consentView]{p.frame(r, c.Company), v})
}

func (p *Pages) centre(r *http.Request) (Centre, error) {
	c, err := p.Backend.Public.Company(r.Context())
	if err != nil {
		return Centre{}, err
	}
	gpc := r.Header.Get("Sec-GPC") == "1"
	return p.Backend.Choices.Centre(r.Context(), token(r), p.locale(r, c.Locale), gpc, devices(r))
}

// devices are the values that web sites of the company left in this browser.
func devices(r *http.Request) (out []string) {
	for _, c := range r.Cookies() {
		if strings.HasPrefix(c.Name, "ft_device_") && len(out) < 5 {
			out = append(out, c.Value)
		}
	}
	return out
}

// browserLink joins this browser with the person, by their own act.
func (p *Pages) browserLink(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	d := r.PostForm.Get("device")
	if !slices.Contains(devices(r), d) { // only the browser that one sits at
		return touch.Errorf(touch.Invalid, "this browser has answered nothing on a web site")
	}
	if err := p.Backend.Choices.LinkBrowser(r.Context(), token(r), d, r.PostForm.Get("do") != "unlink"); err != nil {
		return err
	}
	c, err := p.Backend.Public.Company(r.Context())
	if err != nil {
		return err
	}
	return back(w, r, p.frame(r, c).To("consent", string(token(r))))
}

// consentSave records what changed, and nothing else: an answer that stands as
// it was is not an act.
func (p *Pages) consentSave(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	c, err := p.centre(r)
	if err != nil {
		return err
	}
	choices, replaced := changed(r, c)
	f := p.frame(r, c.Company)
	if replaced {
		msg, _ := f.T("consent.replaced")
		f.Problems = view.Problems{{Message: msg}}
		return p.t.consent.Render(w, http.StatusConflict, doc[consentView]{f, consentView{Centre: c, Token: string(token(r))}})
	}
	to := f.To("consent", string(token(r)))
	if len(choices) == 0 {
		return back(w, r, to)
	}
	id, err := p.Backend.Choices.Choose(r.Context(), token(r), f.Lang, choices)
	if e := touch.AsError(err); err != nil && e.Field == "email" {
		key := "confirm.noemail"
		if e.Code != touch.Invalid {
			key = "confirm.nomail"
		}
		msg, _ := f.T(key)
		f.Problems = view.Problems{{Message: msg}}
		return p.t.consent.Render(w, http.StatusUnprocessableEntity, doc[consentView]{f, consentView{Centre: c, Token: string(token(r))}})
	}
	if err != nil {
		return err
	}
	if id == "" { // only what waits for a confirmation
		return back(w, r, to)
	}
	return back(w, r, and(to, "saved="+id))
}

// changed lists the rows whose answer differs. replaced reports that a yes was
// given to a text that isn't the one in force.
func changed(r *http.Request, c Centre) (cs []Choice, replaced bool) {
	for _, row := range c.Rows {
		got := r.PostForm.Get("c-" + row.ID)
		yes := got == "yes"
		if got != "yes" && got != "no" || yes == row.State.Positive() && (yes || row.State.Negative()) {
			continue
		}
		shown := r.PostForm.Get("n-" + row.ID)
		if yes && shown != row.Notice.Hash {
			return nil, true
		}
		cs = append(cs, Choice{ID: row.ID, Notice: row.Notice.Hash, Yes: yes, Email: strings.TrimSpace(r.PostForm.Get("e-" + row.ID))})
	}
	return cs, false
}

func (p *Pages) receiptShow(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if !receiptID.MatchString(id) {
		return touch.Errorf(touch.Unknown, "no such receipt")
	}
	b, err := p.Backend.Choices.Receipt(r.Context(), token(r), id)
	if err != nil {
		return err
	}
	return download(w, "receipt-"+id+".json", b)
}

func download(w http.ResponseWriter, name string, b []byte) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, err := w.Write(b)
	return err
}
