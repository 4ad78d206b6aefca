package pages

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

type chatView struct {
	Chat
	Token  string
	Text   string // what was typed and could not be sent
	Failed bool   // the program could not answer
	Day    string
	Clock  string
}

func (p *Pages) chatShow(w http.ResponseWriter, r *http.Request) error {
	return p.chatPage(w, r, http.StatusOK, chatView{Failed: r.URL.Query().Has("failed")}, nil)
}

// chatPage shows the conversation. Its script only saves reloads: each thing on
// the page is a form or a link.
func (p *Pages) chatPage(w http.ResponseWriter, r *http.Request, status int, v chatView, ps view.Problems) error {
	c, err := p.Backend.Public.Company(r.Context())
	if err != nil {
		return err
	}
	if v.Chat, err = p.Backend.Chats.Chat(r.Context(), token(r), p.locale(r, c.Locale)); err != nil {
		return err
	}
	v.Token = string(token(r))
	f := p.frame(r, v.Company)
	f.Problems, f.Script = ps, p.assets.URL("chat.js")
	w.Header().Set("Content-Security-Policy", view.PolicyScript)
	return p.t.chat.Render(w, status, doc[chatView]{f, v})
}

// eventStream is what the page's script asks for.
const eventStream = "text/event-stream"

func (p *Pages) chatSay(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	f := p.frame(r, Company{})
	here := f.To("chat", string(token(r)))
	if r.PostForm.Get("do") == "person" {
		if err := p.Backend.Chats.Person(r.Context(), token(r), f.Lang); err != nil {
			return err
		}
		return back(w, r, here+"#who")
	}
	m := Said{ID: r.PostForm.Get("message"), Text: strings.TrimSpace(r.PostForm.Get("text")), Locale: f.Lang}
	if r.Header.Get("Accept") == eventStream {
		return p.chatStream(w, r, f, m)
	}
	err := p.Backend.Chats.Say(r.Context(), token(r), m, nil)
	if ps := chatProblems(f, err); len(ps) > 0 {
		return p.chatPage(w, r, http.StatusUnprocessableEntity, chatView{Text: m.Text}, ps)
	}
	if touch.CodeOf(err) == touch.Unavailable {
		return back(w, r, and(here, "failed=1")+"#who")
	}
	if err != nil {
		return err
	}
	return back(w, r, here+"#end")
}

// chatProblems are what the person can mend, in their language.
func chatProblems(f Frame, err error) view.Problems {
	var e *touch.Error
	if !errors.As(err, &e) || e.Field == "" {
		return nil
	}
	msg, terr := f.T(e.Message)
	if terr != nil {
		return nil
	}
	return view.Problems{{Field: e.Field, Message: msg}}
}

// chatStream answers as the program speaks. That AI speaks is said before its
// first word; "end" comes once the answer is kept, and whoever doesn't get it
// forgets what came before.
func (p *Pages) chatStream(w http.ResponseWriter, r *http.Request, f Frame, m Said) error {
	c, err := p.Backend.Chats.Chat(r.Context(), token(r), f.Lang)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", eventStream)
	w.Header().Set("X-Accel-Buffering", "no")
	send := func(name, text string) { // a browser that left is no failure: the answer waits for it
		b, err := json.Marshal(text)
		if err == nil {
			_, _ = fmt.Fprintf(w, "event: %s\ndata: %s\n\n", name, b)
			_ = http.NewResponseController(w).Flush()
		}
	}
	send("disclosure", c.Label)
	err = p.Backend.Chats.Say(r.Context(), token(r), m, func(piece string) { send("piece", piece) })
	switch ps := chatProblems(f, err); {
	case len(ps) > 0:
		send("problem", ps[0].Message)
	case err != nil:
		msg, _ := f.T("chat.failed")
		send("failed", msg)
		if touch.CodeOf(err) != touch.Unavailable {
			view.FaultOf(p.Log, r.Pattern, err) // the log has the cause
		}
	default:
		send("end", "")
	}
	return nil
}

func (p *Pages) chatCallBack(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	f := p.frame(r, Company{})
	v := chatView{Day: r.PostForm.Get("day"), Clock: r.PostForm.Get("clock")}
	err := p.Backend.Chats.CallBack(r.Context(), token(r), v.Day, v.Clock)
	if ps := chatProblems(f, err); len(ps) > 0 {
		return p.chatPage(w, r, http.StatusUnprocessableEntity, v, ps)
	}
	if err != nil {
		return err
	}
	return back(w, r, f.To("chat", string(token(r)))+"#who")
}

// chatTryShow is the demo's own page: anybody may be an invented customer.
func (p *Pages) chatTryShow(w http.ResponseWriter, r *http.Request) error {
	c, err := p.Backend.Public.Company(r.Context())
	if err != nil {
		return err
	}
	if !c.Demo {
		return p.nothing(w, r)
	}
	return p.t.try.Render(w, http.StatusOK, doc[struct{}]{Frame: p.frame(r, c)})
}

func (p *Pages) chatTry(w http.ResponseWriter, r *http.Request) error {
	f := p.frame(r, Company{})
	t, err := p.Backend.Chats.TryChat(r.Context(), f.Lang)
	if err != nil {
		return err
	}
	return back(w, r, f.To("chat", string(t)))
}
