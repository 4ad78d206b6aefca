package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/gateway"
	talks "fairtouch/internal/handoff"
	"fairtouch/touch"
)

// inside carries the principal of a call that never left this process.
type inside struct{}

// insideDesk knows nobody but who stands in the context: its gateway is not
// mounted anywhere, so that no request from outside reaches it.
type insideDesk struct{}

// ByKey implements gateway.Desk.
func (insideDesk) ByKey(ctx context.Context, _ string) (access.Principal, error) {
	p, ok := ctx.Value(inside{}).(access.Principal)
	if !ok {
		return access.Principal{}, touch.Errorf(touch.Unauthenticated, "this gateway answers this process alone")
	}
	return p, nil
}

// chatEars hears more than a gateway's: in a chat with customers a complaint or
// a threat is never a task.
type chatEars struct{ handoff }

// Listen implements gateway.Handoff.
func (chatEars) Listen(text, locale string) gateway.Asked {
	heard := talks.Detect(text, locale)
	return gateway.Asked{Person: heard.Escalates(), Nature: heard.Identity, Locale: heard.Language}
}

// Raise implements gateway.Handoff: the chat has asked for the person already,
// with the reason.
func (chatEars) Raise(context.Context, touch.Workspace, touch.DecisionID, touch.SubjectID, string) error {
	return nil
}

// Turn implements gateway.Handoff: the chat names its conversation itself.
func (e chatEars) Turn(ctx context.Context, ws touch.Workspace, id string, subject touch.SubjectID) (int64, bool, error) {
	return e.app.desk().Turn(ctx, ws, talks.Conversation{ID: id, Subject: subject})
}

// Current implements gateway.Handoff.
func (e chatEars) Current(ctx context.Context, ws touch.Workspace, id string, epoch int64) (bool, error) {
	return e.app.desk().Current(ctx, ws, id, epoch)
}

// chatGateway is the gateway through which the chat's program answers: the same
// path as for anybody else, consent, law, protection, disclosure and record.
func (a *App) chatGateway() (http.Handler, error) {
	ups, err := a.upstreams()
	if err != nil {
		return nil, err
	}
	return gateway.New(gateway.Config{Names: a.Names, Desk: insideDesk{}, Path: a.Path, Upstreams: ups, Handoff: chatEars{handoff{app: a}}, Hash: a.Keeper.Lookup, Meter: a.meter, Bare: true,
		Settings:     &settings{db: a.DB, now: time.Now, bound: map[string]boundAt{}, rules: map[string]ruleAt{}},
		AllowedHosts: []string{"*"}, Log: a.Log, Now: time.Now})
}

// errProgramSilent means that a person holds the conversation, or was asked for.
var errProgramSilent = errors.New("the program is silent")

// refusedByPath means that consent, law or a missing fact forbids the program
// here: the person gets the declared alternative.
type refusedByPath struct{ code string }

// Error is the code alone: the sentence stands in the record.
func (r *refusedByPath) Error() string { return "refused: " + r.code }

func ignoreSilent(err error) error {
	if no := (*refusedByPath)(nil); errors.Is(err, errProgramSilent) || errors.As(err, &no) {
		return nil
	}
	return err
}

// programTime is how long the program may take for an answer.
const programTime = time.Minute

// askProgram asks the system of the settings for its answer to what was said.
// It goes on when the customer's browser has left: the answer waits for them.
func (c customers) askProgram(ctx context.Context, x *chat, locale string, show func(string)) (string, error) {
	lines, err := c.lines(ctx, x)
	if err != nil {
		return "", err
	}
	type message struct {
		Role    string `json:"role"`
		Content string `json:"content"`
	}
	var history []message
	for _, l := range lines[max(0, len(lines)-chatHistory):] {
		switch {
		case l.Kind != "":
		case l.From == string(talks.FromCustomer):
			history = append(history, message{"user", l.Text})
		default:
			history = append(history, message{"assistant", l.Text})
		}
	}
	body, err := json.Marshal(map[string]any{"model": x.set.Model, "stream": true, "messages": history})
	if err != nil {
		return "", touch.Wrap(touch.Internal, err, "the prompt can't be written")
	}
	who := access.Principal{Workspace: x.ws, User: x.set.By, Subject: x.subject, Scopes: []access.Scope{access.Decide}}
	ctx, cancel := context.WithTimeout(context.WithValue(context.WithoutCancel(ctx), inside{}, who), programTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Config.Base()+"/openai/v1/chat/completions", bytes.NewReader(body))
	if err != nil {
		return "", touch.Wrap(touch.Internal, err, "the prompt can't be sent")
	}
	h := r.Header
	h.Set("Authorization", "Bearer inside")
	h.Set("Content-Type", "application/json")
	h.Set("X-Fairtouch-System", string(x.set.System))
	h.Set("X-Fairtouch-Channel", string(touch.Chat))
	h.Set("X-Fairtouch-Locale", locale)
	h.Set("X-Fairtouch-Conversation", x.id)
	gate, err := c.inner()
	if err != nil {
		return "", err
	}
	w := &heardStream{head: http.Header{}, show: show}
	w.serve(gate, r)
	return w.result()
}

// heardStream reads a streamed answer as the gateway writes it.
type heardStream struct {
	head   http.Header
	status int
	rest   []byte // of an event that is not whole yet, or an answer in one piece
	text   strings.Builder
	whole  bool // the end sign came
	code   string
	show   func(string)
}

// Header implements http.ResponseWriter.
func (w *heardStream) Header() http.Header { return w.head }

// WriteHeader implements http.ResponseWriter.
func (w *heardStream) WriteHeader(code int) { w.status = code }

// FlushError lets a http.ResponseController flush: nothing is buffered here.
func (w *heardStream) FlushError() error { return nil }

// Write implements http.ResponseWriter.
func (w *heardStream) Write(b []byte) (int, error) {
	w.rest = append(w.rest, b...)
	for w.head.Get("Content-Type") == "text/event-stream" {
		event, rest, ok := bytes.Cut(w.rest, []byte("\n\n"))
		if !ok {
			break
		}
		w.rest = rest
		w.event(event)
	}
	return len(b), nil
}

func (w *heardStream) event(raw []byte) {
	for line := range bytes.Lines(raw) {
		data, ok := bytes.CutPrefix(bytes.TrimSpace(line), []byte("data:"))
		if !ok {
			continue
		}
		if data = bytes.TrimSpace(data); string(data) == "[DONE]" {
			w.whole = true
			continue
		}
		var chunk struct {
			Choices []struct {
				Delta struct {
					Content string `json:"content"`
				} `json:"delta"`
			} `json:"choices"`
			Error *struct {
				Code string `json:"code"`
			} `json:"error"`
		}
		if json.Unmarshal(data, &chunk) != nil {
			continue
		}
		if chunk.Error != nil {
			w.code = chunk.Error.Code
		}
		for _, ch := range chunk.Choices {
			w.text.WriteString(ch.Delta.Content)
			if w.show != nil && ch.Delta.Content != "" {
				w.show(ch.Delta.Content)
			}
		}
	}
}

// serve runs the gateway; a stream that it breaks off ends here as one that is
// not whole.
func (w *heardStream) serve(gate http.Handler, r *http.Request) {
	defer func() {
		if p := recover(); p != nil && p != http.ErrAbortHandler {
			panic(p)
		}
	}()
	gate.ServeHTTP(w, r)
}

// inOnePiece reads a refusal, or the answer of a provider that doesn't stream.
func (w *heardStream) inOnePiece() {
	var doc struct {
		Choices []struct {
			Message struct {
				Content string `json:"content"`
			} `json:"message"`
		} `json:"choices"`
		Error struct {
			Code string `json:"code"`
		} `json:"error"`
	}
	if json.Unmarshal(w.rest, &doc) != nil {
		return
	}
	if w.code = doc.Error.Code; len(doc.Choices) > 0 {
		w.whole = true
		w.text.WriteString(doc.Choices[0].Message.Content)
		if w.show != nil {
			w.show(w.text.String())
		}
	}
}

func (w *heardStream) result() (string, error) {
	if w.head.Get("Content-Type") == "application/json" {
		w.inOnePiece()
	}
	switch {
	case w.code == "handoff.silent":
		return "", errProgramSilent
	case w.status == http.StatusForbidden:
		return "", &refusedByPath{w.code}
	case w.code != "" || !w.whole || w.text.Len() == 0:
		return "", touch.Errorf(touch.Unavailable, "the program gave no answer")
	}
	return w.text.String(), nil
}
