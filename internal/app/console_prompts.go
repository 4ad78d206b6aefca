package app

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/gateway"
	"fairtouch/internal/web/console"
	"fairtouch/pii"
	"fairtouch/touch"
)

// Prompts implements console.Prompts.
func (s staff) Prompts(ctx context.Context, p access.Principal) (console.PromptsPage, error) {
	var out console.PromptsPage
	bound, err := s.Bindings(ctx, p.Workspace)
	if err != nil {
		return out, err
	}
	systems, err := s.Systems(ctx, p)
	if err != nil {
		return out, err
	}
	for _, b := range bound {
		l := console.PromptBinding{System: b.System, Providers: b.Providers, Models: b.Models, Tools: b.Tools, Found: b.Found, Approvals: b.Approvals}
		for _, x := range systems {
			if x.ID == b.System {
				l.Calls = x.N
			}
		}
		out.Bound = append(out.Bound, l)
	}
	for _, x := range systems {
		if x.Kind.Generates() && x.State == "active" {
			out.Systems = append(out.Systems, x)
		}
	}
	ups, err := s.upstreams()
	if err != nil {
		return out, err
	}
	for name := range ups {
		out.Providers = append(out.Providers, name)
	}
	slices.Sort(out.Providers)
	if p.Can(access.Admin) {
		out.Keys, err = s.Desk.Keys(ctx, p.Workspace)
		out.Keys = slices.DeleteFunc(out.Keys, func(k access.Key) bool { return !k.RevokedAt.IsZero() })
	}
	return out, err
}

// BindPrompts implements console.Prompts.
func (s staff) BindPrompts(ctx context.Context, p access.Principal, b console.PromptBinding) error {
	have, err := s.Bindings(ctx, p.Workspace)
	if err != nil {
		return err
	}
	next := gateway.Binding{System: b.System}
	for _, x := range have {
		if x.System == b.System {
			next = x // what the form doesn't show stays
		}
	}
	next.Providers, next.Models, next.Tools, next.Found, next.Approvals = b.Providers, b.Models, b.Tools, b.Found, b.Approvals
	return s.PutBinding(ctx, p.Workspace, next, p.User)
}

// LimitKey implements console.Prompts.
func (s staff) LimitKey(ctx context.Context, p access.Principal, key touch.KeyID, systems, models []string, perMinute, perDay int) error {
	r := gateway.Rule{Key: key, Models: models, PerMinute: perMinute, PerDay: perDay}
	for _, x := range systems {
		r.Systems = append(r.Systems, touch.SystemID(x))
	}
	keys, err := s.Desk.Keys(ctx, p.Workspace)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(keys, func(k access.Key) bool { return k.ID == key }) {
		return touch.Fielderr("key", "Choose a key of this workspace")
	}
	return s.PutRule(ctx, p.Workspace, r, p.User)
}

// answered is a response that nobody but this process reads.
type answered struct {
	head http.Header
	code int
	body bytes.Buffer
}

func (a *answered) Header() http.Header         { return a.head }
func (a *answered) WriteHeader(code int)        { a.code = code }
func (a *answered) Write(b []byte) (int, error) { return a.body.Write(b) }

// TryPrompt implements console.Prompts: it goes in by the front door, with a key
// of the person who tries, which lives as long as the call.
func (s staff) TryPrompt(ctx context.Context, p access.Principal, system touch.SystemID, person, text string) (console.Tried, error) {
	if strings.TrimSpace(text) == "" || len(text) > 20_000 {
		return console.Tried{}, touch.Fielderr("prompt", "Write a prompt of up to 20,000 characters")
	}
	out, err := s.seen(ctx, text)
	if err != nil {
		return out, err
	}
	key, secret, err := s.Desk.CreateKey(ctx, p.Workspace, p.User, "a prompt that was tried", []access.Scope{access.Decide})
	if err != nil {
		return out, err
	}
	defer func() { _ = s.Desk.RevokeKey(context.WithoutCancel(ctx), p.Workspace, key.ID) }()
	h, err := s.Gateway()
	if err != nil {
		return out, err
	}
	body, err := json.Marshal(map[string]any{"model": "sandbox", "messages": []map[string]string{{"role": "user", "content": text}}})
	if err != nil {
		return out, touch.Wrap(touch.Internal, err, "the prompt can't be written")
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.Config.Base()+"/openai/v1/chat/completions", bytes.NewReader(body))
	if err != nil {
		return out, touch.Wrap(touch.Internal, err, "the prompt can't be sent")
	}
	r.Header.Set("Authorization", "Bearer "+secret)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Fairtouch-System", string(system))
	r.Header.Set("X-Fairtouch-Facts", `{"minor":false,"business":false,"first_contact":false}`)
	if person != "" {
		r.Header.Set("X-Fairtouch-Subject", person)
	}
	w := &answered{head: http.Header{}, code: http.StatusOK}
	h.ServeHTTP(w, r)
	return read(out, w), nil
}

// seen is what the detector finds, and the prompt without it.
func (a *App) seen(ctx context.Context, text string) (console.Tried, error) {
	scanner, err := pii.New(pii.Options{Model: a.Names})
	if err != nil {
		return console.Tried{}, touch.Wrap(touch.Internal, err, "the detector can't be made")
	}
	fs, err := scanner.Find(ctx, text, pii.Context{})
	if err != nil {
		return console.Tried{}, touch.Wrap(touch.Unavailable, err, "the model of names did not answer; try again")
	}
	found := pii.Resolve(fs)
	counts := map[string]int{}
	for _, f := range found {
		counts[string(f.Type)]++
	}
	var out console.Tried
	for k, n := range counts {
		out.Found = append(out.Found, console.TypeCount{Type: k, N: n})
	}
	slices.SortFunc(out.Found, func(a, b console.TypeCount) int { return strings.Compare(a.Type, b.Type) })
	out.Sent = text
	for i := len(found) - 1; i >= 0; i-- {
		f := found[i]
		out.Sent = out.Sent[:f.Start] + "<" + string(f.Type) + ">" + out.Sent[f.End:]
	}
	return out, nil
}

func read(out console.Tried, w *answered) console.Tried {
	unescape := func(k string) string {
		v, err := url.PathUnescape(w.head.Get(k))
		if err != nil {
			return w.head.Get(k)
		}
		return v
	}
	out.Status, out.Decision, out.Micros = w.code, w.head.Get("X-Fairtouch-Decision"), w.head.Get("X-Fairtouch-Overhead-Us")
	out.Label, out.Human, out.Handoff = unescape("X-Fairtouch-Disclosure"), w.head.Get("X-Fairtouch-Human"), w.head.Get("X-Fairtouch-Handoff") != ""
	var doc struct {
		Choices []struct {
			Message struct {
				Content string `json:"content"`
			} `json:"message"`
		} `json:"choices"`
		Error struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	if json.Unmarshal(w.body.Bytes(), &doc) == nil && len(doc.Choices) > 0 {
		out.Answer = doc.Choices[0].Message.Content
	}
	doc.Error.Message, _, _ = strings.Cut(doc.Error.Message, " A human: ") // the link stands apart
	if out.Refusal = doc.Error.Message; out.Refusal == "" && w.code != http.StatusOK {
		out.Refusal = http.StatusText(w.code)
	}
	return out
}
