package pages

import (
	"net/http"
	"strings"
	"unicode/utf8"

	"fairtouch/internal/web/view"
)

type humanView struct {
	Human
	Token string
	Kind  AskKind
	Text  string
	Done  bool
}

// maxQuestion is the longest question, in characters.
const maxQuestion = 4000

func (p *Pages) humanShow(w http.ResponseWriter, r *http.Request) error {
	v := humanView{Kind: askKind(r.URL.Query().Get("kind")), Done: r.URL.Query().Has("done")}
	return p.humanPage(w, r, http.StatusOK, v, nil)
}

func askKind(s string) AskKind {
	switch k := AskKind(s); k {
	case AskReview, AskUnfair:
		return k
	}
	return AskTalk
}

func (p *Pages) humanPage(w http.ResponseWriter, r *http.Request, status int, v humanView, ps view.Problems) error {
	c, err := p.Backend.Public.Company(r.Context())
	if err != nil {
		return err
	}
	if v.Human, err = p.Backend.People.Human(r.Context(), token(r), p.locale(r, c.Locale)); err != nil {
		return err
	}
	v.Token, v.Done = string(token(r)), v.Done && v.Case != nil
	f := p.frame(r, v.Company)
	f.Problems = ps
	return p.t.human.Render(w, status, doc[humanView]{f, v})
}

func (p *Pages) humanAsk(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	f := p.frame(r, Company{})
	v := humanView{Kind: askKind(r.PostForm.Get("kind")), Text: strings.TrimSpace(r.PostForm.Get("text"))}
	if utf8.RuneCountInString(v.Text) > maxQuestion || strings.ContainsRune(v.Text, 0) {
		msg, _ := f.T("human.toolong", maxQuestion)
		return p.humanPage(w, r, http.StatusUnprocessableEntity, v, view.Problems{{Field: "text", Message: msg}})
	}
	if err := p.Backend.People.Ask(r.Context(), token(r), Ask{Kind: v.Kind, Text: v.Text, Locale: f.Lang}); err != nil {
		return err
	}
	return back(w, r, and(f.To("human", string(token(r))), "done=1"))
}
