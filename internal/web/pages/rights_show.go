package pages

import (
	"context"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"fairtouch/internal/rights"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

// Rights is how a person asks for any of their rights.
type Rights interface {
	// Rights reads what the person has asked for, and whether a code showed that
	// it is they. session is what TryCode gave, or "".
	Rights(ctx context.Context, t Token, session string) (RightsView, error)
	// AskRight takes a request in. A no works from the moment it returns.
	AskRight(ctx context.Context, t Token, session string, a RightAsk) error
	// ConfirmRights marks what waits for proof as the person's own, and carries
	// out what only shows data. session must be valid.
	ConfirmRights(ctx context.Context, t Token, session string) error
	// RightAnswer makes the answer to download; session must be valid. That it
	// was made goes on record.
	RightAnswer(ctx context.Context, t Token, session, id string) ([]byte, error)
}

// RightsView is what the page says.
type RightsView struct {
	Company  Company
	Links    Links
	Asked    []Asked
	Unlocked bool // a valid code was given
	Unsure   bool // something waits for proof
	Code     Code
}

// Asked is one request of the person.
type Asked struct {
	ID, Reference string
	Kind          rights.Kind
	State         rights.State
	At, By        time.Time
	Reason        string
	Download      bool // there is an answer
	Appeal        bool // it was refused or done in part
}

// RightAsk is a new request.
type RightAsk struct {
	Kind            rights.Kind
	Text, Email, Of string
	Locale          string
}

type rightsPageView struct {
	RightsView
	Token string
	Kinds []rights.Kind
	Kind  rights.Kind
	Text  string
	Email string
	Got   bool
}

// offered are the kinds on the page: an appeal has a button of its own.
func offered() []rights.Kind {
	var out []rights.Kind
	for _, k := range rights.Kinds() {
		if k != rights.Appeal {
			out = append(out, k)
		}
	}
	return out
}

// RightWord says what is asked for, in plain words.
func (f Frame) RightWord(k rights.Kind) (string, error) {
	if !k.Known() { // a zero page, in the test of the templates
		return "", nil
	}
	return f.T("rights." + string(k))
}

// RightState says where a request stands.
func (f Frame) RightState(s rights.State) (string, error) {
	switch s {
	case rights.Received, rights.Verified, rights.Running, rights.Done, rights.Partly, rights.Refused, rights.Cancelled:
		return f.T("rights.is." + string(s))
	}
	return "", nil
}

func session(r *http.Request) string {
	if c, err := r.Cookie(codeCookie); err == nil {
		return c.Value
	}
	return ""
}

func (p *Pages) rightsShow(w http.ResponseWriter, r *http.Request) error {
	k := rights.Kind(r.URL.Query().Get("kind"))
	return p.rightsPage(w, r, http.StatusOK, rightsPageView{Kind: k, Got: r.URL.Query().Has("got")}, nil)
}

func (p *Pages) rightsPage(w http.ResponseWriter, r *http.Request, status int, v rightsPageView, ps view.Problems) error {
	var err error
	if v.RightsView, err = p.Backend.Rights.Rights(r.Context(), token(r), session(r)); err != nil {
		return err
	}
	if v.Unsure && v.Links.Why != "" {
		if v.Code, err = p.Backend.Reasons.Code(r.Context(), Token(v.Links.Why)); err != nil {
			return err
		}
	}
	v.Token, v.Kinds = string(token(r)), offered()
	f := p.frame(r, v.Company)
	f.Problems = ps
	return p.t.rights.Render(w, status, doc[rightsPageView]{f, v})
}

// rightsWrong shows the form again with what is wrong, in the page's language.
func (p *Pages) rightsWrong(w http.ResponseWriter, r *http.Request, v rightsPageView, field, key string, args ...any) error {
	msg, err := p.frame(r, Company{}).T(key, args...)
	if err != nil {
		return err
	}
	return p.rightsPage(w, r, http.StatusUnprocessableEntity, v, view.Problems{{Field: field, Message: msg}})
}

func (p *Pages) rightsAsk(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	f := p.frame(r, Company{})
	v := rightsPageView{Kind: rights.Kind(r.PostForm.Get("kind")), Text: strings.TrimSpace(r.PostForm.Get("text")), Email: strings.TrimSpace(r.PostForm.Get("email"))}
	switch {
	case !v.Kind.Known():
		return p.rightsWrong(w, r, v, "kind", "rights.choose")
	case utf8.RuneCountInString(v.Text) > maxQuestion || strings.ContainsRune(v.Text, 0):
		return p.rightsWrong(w, r, v, "text", "human.toolong", maxQuestion)
	case v.Kind == rights.Correction && v.Text == "":
		return p.rightsWrong(w, r, v, "text", "rights.saywhat")
	case len(v.Email) > 320 || v.Email != "" && !strings.Contains(v.Email, "@"):
		return p.rightsWrong(w, r, v, "email", "rights.noemail")
	}
	err := p.Backend.Rights.AskRight(r.Context(), token(r), session(r), RightAsk{Kind: v.Kind, Text: v.Text, Email: v.Email, Of: r.PostForm.Get("of"), Locale: f.Lang})
	if touch.CodeOf(err) == touch.RateLimited {
		return p.rightsWrong(w, r, v, "", "rights.toomany")
	}
	if err != nil {
		return err
	}
	return back(w, r, and(f.To("rights", string(token(r))), "got=1"))
}

// why is the token under which codes are sent for this person's decision.
func (p *Pages) why(r *http.Request) (Token, error) {
	v, err := p.Backend.Rights.Rights(r.Context(), token(r), "")
	if err == nil && v.Links.Why == "" {
		err = touch.Errorf(touch.Unsupported, "no code can be sent for this link")
	}
	return Token(v.Links.Why), err
}

func (p *Pages) rightsCode(w http.ResponseWriter, r *http.Request) error {
	t, err := p.why(r)
	if err == nil {
		err = p.Backend.Reasons.SendCode(r.Context(), t)
	}
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		key := "code.toomany"
		if touch.CodeOf(err) == touch.Unsupported {
			key = "rights.nocode"
		}
		return p.rightsWrong(w, r, rightsPageView{}, "", key)
	}
	if err != nil {
		return err
	}
	return back(w, r, p.frame(r, Company{}).To("rights", string(token(r))))
}

func (p *Pages) rightsUnlock(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	t, err := p.why(r)
	if err != nil {
		return err
	}
	opened, err := p.Backend.Reasons.TryCode(r.Context(), t, strings.Join(strings.Fields(r.PostForm.Get("code")), ""))
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		return p.rightsWrong(w, r, rightsPageView{}, "code", "code.wrong")
	}
	if err == nil {
		err = p.Backend.Rights.ConfirmRights(r.Context(), token(r), opened)
	}
	if err != nil {
		return err
	}
	http.SetCookie(w, &http.Cookie{Name: codeCookie, Value: opened, Path: "/p/rights/", MaxAge: 600, HttpOnly: true, Secure: p.Secure, SameSite: http.SameSiteLaxMode})
	return back(w, r, p.frame(r, Company{}).To("rights", string(token(r))))
}

// rightsAnswer is a POST: that the answer was made goes on record.
func (p *Pages) rightsAnswer(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	b, err := p.Backend.Rights.RightAnswer(r.Context(), token(r), session(r), r.PostForm.Get("id"))
	if touch.CodeOf(err) == touch.Forbidden {
		return p.rightsWrong(w, r, rightsPageView{}, "", "rights.codefirst")
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="my-data.json"`)
	_, err = w.Write(b)
	return err
}
