package pages

import (
	"net/http"

	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

type stopView struct {
	Stopped
	Token string
	Done  StopKind // just now
	Began bool     // just started again
}

func (p *Pages) stopShow(w http.ResponseWriter, r *http.Request) error {
	return p.stopPage(w, r, http.StatusOK, nil)
}

func (p *Pages) stopPage(w http.ResponseWriter, r *http.Request, status int, ps view.Problems) error {
	c, err := p.Backend.Public.Company(r.Context())
	if err != nil {
		return err
	}
	s, err := p.Backend.Choices.Stopped(r.Context(), token(r), p.locale(r, c.Locale))
	if err != nil {
		return err
	}
	f := p.frame(r, s.Company)
	f.Problems = ps
	v := stopView{Stopped: s, Token: string(token(r)), Began: r.URL.Query().Has("began")}
	if r.URL.Query().Has("done") {
		v.Done = s.What
	}
	return p.t.stop.Render(w, status, doc[stopView]{f, v})
}

func stopKind(r *http.Request) (StopKind, error) {
	if err := form(r); err != nil {
		return "", err
	}
	switch k := StopKind(r.PostForm.Get("what")); k {
	case StopAll, StopAI:
		return k, nil
	}
	return "", touch.Fielderr("what", "choose what to stop")
}

// oneClick is what a mail program posts (RFC 8058). It gets no page and no
// redirect: nobody looks at it.
func (p *Pages) oneClick(w http.ResponseWriter, r *http.Request) error {
	if err := p.Backend.Choices.Stop(r.Context(), token(r), StopAll); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := w.Write([]byte("All marketing is stopped.\n"))
	return err
}

func (p *Pages) stopSave(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	if r.PostForm.Get("List-Unsubscribe") == "One-Click" {
		return p.oneClick(w, r)
	}
	k, err := stopKind(r)
	if err != nil {
		return err
	}
	if err := p.Backend.Choices.Stop(r.Context(), token(r), k); err != nil {
		return err
	}
	return back(w, r, and(p.frame(r, Company{}).To("stop", string(token(r))), "done=1"))
}

// stopUndo starts again, but only by an act: a box that was empty and is ticked.
func (p *Pages) stopUndo(w http.ResponseWriter, r *http.Request) error {
	k, err := stopKind(r)
	if err != nil {
		return err
	}
	if r.PostForm.Get("agree") != "yes" {
		msg, _ := p.frame(r, Company{}).T("stop.tick")
		return p.stopPage(w, r, http.StatusUnprocessableEntity, view.Problems{{Field: "agree", Message: msg}})
	}
	if err := p.Backend.Choices.Undo(r.Context(), token(r), k, r.PostForm.Get("notice")); err != nil {
		return err
	}
	return back(w, r, and(p.frame(r, Company{}).To("stop", string(token(r))), "began=1"))
}
