package console

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"

	"fairtouch/internal/access"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

// Prompts is what the page Prompts asks: language models through the gateway.
type Prompts interface {
	Prompts(ctx context.Context, p access.Principal) (PromptsPage, error)
	// BindPrompts lets a system write text through the gateway.
	BindPrompts(ctx context.Context, p access.Principal, b PromptBinding) error
	// LimitKey limits a key's use of it.
	LimitKey(ctx context.Context, p access.Principal, key touch.KeyID, systems, models []string, perMinute, perDay int) error
	// TryPrompt sends one prompt through the whole path, on record like any other.
	TryPrompt(ctx context.Context, p access.Principal, system touch.SystemID, person, text string) (Tried, error)
}

// PromptsPage is the page Prompts.
type PromptsPage struct {
	Bound     []PromptBinding
	Systems   []SystemLine // that could be bound
	Keys      []access.Key
	Providers []string
	Tried     *Tried
	System    string
	Person    string
	Text      string
}

// PromptBinding is a system that writes text through the gateway.
type PromptBinding struct {
	System    touch.SystemID
	Providers []string
	Models    []string
	Tools     []string
	Found     string
	Approvals int // people who must approve its copy before it is used
	Calls     int
}

// Tried is one prompt's way.
type Tried struct {
	Status   int
	Found    []TypeCount // personal data in the prompt
	Sent     string      // the prompt as it left, types in place of values
	Answer   string
	Label    string
	Human    string
	Handoff  bool
	Refusal  string
	Decision string
	Micros   string // until the provider was asked
}

// TypeCount is how often a type was found.
type TypeCount struct {
	Type string
	N    int
}

func (c *Console) promptsShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.promptsPage(w, r, p, http.StatusOK, PromptsPage{}, nil)
}

func (c *Console) promptsPage(w http.ResponseWriter, r *http.Request, p access.Principal, status int, keep PromptsPage, ps view.Problems) error {
	v, err := c.Backend.Prompts.Prompts(r.Context(), p)
	if err != nil {
		return err
	}
	v.Tried, v.System, v.Person, v.Text = keep.Tried, keep.System, keep.Person, keep.Text
	return c.t.prompts.Render(w, status, page[PromptsPage]{c.frame(p, "/console/prompts", ps), v})
}

func (c *Console) promptsBack(w http.ResponseWriter, r *http.Request, p access.Principal, err error) error {
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		return c.promptsPage(w, r, p, http.StatusUnprocessableEntity, PromptsPage{}, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/prompts")
}

func (c *Console) promptsBind(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	get := func(k string) string { return strings.TrimSpace(r.PostForm.Get(k)) }
	people, err := strconv.Atoi(cmp.Or(get("approvals"), "0"))
	if err != nil {
		return c.promptsBack(w, r, p, touch.Fielderr("approvals", "Choose how many people approve its copy"))
	}
	return c.promptsBack(w, r, p, c.Backend.Prompts.BindPrompts(r.Context(), p, PromptBinding{System: touch.SystemID(get("system")),
		Providers: r.PostForm["provider"], Models: list(get("models")), Tools: list(get("tools")), Found: get("found"), Approvals: people}))
}

func (c *Console) promptsLimit(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	get := func(k string) string { return strings.TrimSpace(r.PostForm.Get(k)) }
	number := func(k string) (int, error) {
		if get(k) == "" {
			return 0, nil
		}
		n, err := strconv.Atoi(get(k))
		if err != nil || n < 0 {
			return 0, touch.Fielderr(k, "Write a whole number, or leave it empty for no limit")
		}
		return n, nil
	}
	minute, err := number("per_minute")
	day, err2 := number("per_day")
	if err == nil {
		err = err2
	}
	if err == nil {
		err = c.Backend.Prompts.LimitKey(r.Context(), p, touch.KeyID(get("key")), list(get("key_systems")), list(get("key_models")), minute, day)
	}
	return c.promptsBack(w, r, p, err)
}

func (c *Console) promptsTry(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	get := func(k string) string { return strings.TrimSpace(r.PostForm.Get(k)) }
	keep := PromptsPage{System: get("try_system"), Person: get("person"), Text: r.PostForm.Get("prompt")}
	got, err := c.Backend.Prompts.TryPrompt(r.Context(), p, touch.SystemID(keep.System), keep.Person, keep.Text)
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		return c.promptsPage(w, r, p, http.StatusUnprocessableEntity, keep, ps)
	}
	if err != nil {
		return err
	}
	keep.Tried = &got
	return c.promptsPage(w, r, p, http.StatusOK, keep, nil)
}
