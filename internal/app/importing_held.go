package app

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/touch"
)

// Held is what of an import waits for a confirmation.
type Held struct {
	Waiting int      // permissions that are on record as asked for, and permit nothing
	Why     []string // whose rule asks for it, each once
}

func (h *Held) add(x Held) {
	h.Waiting += x.Waiting
	for _, w := range x.Why {
		if !slices.Contains(h.Why, w) {
			h.Why = append(h.Why, w)
		}
	}
}

// Print writes it for a person; nothing where nothing waits.
func (h *Held) Print(w io.Writer) error {
	if h.Waiting == 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "%d of them wait for a confirmation at the address and permit nothing until then; confirmed_at and confirmed_by would have shown one\n", h.Waiting)
	for _, x := range h.Why {
		if err == nil {
			_, err = fmt.Fprintf(w, "  %s\n", x)
		}
	}
	return err
}

// confirmer knows which imported yes has to be confirmed.
type confirmer struct {
	rules   *consent.Rules
	texts   map[string]bool // hashes of the workspace's texts that ask for it themselves
	company string          // where it is; counts for whom no place is known
	now     time.Time
}

func (a *App) confirmer(ctx context.Context, ws touch.Workspace) (*confirmer, error) {
	all, err := docs[consent.Notice](ctx, a.DB, ws, DocNotice)
	if err != nil {
		return nil, err
	}
	co, err := a.Worlds.CompanyOf(ctx, ws)
	c := &confirmer{rules: a.rules, texts: map[string]bool{}, company: co.Country, now: time.Now()}
	for _, n := range all {
		if n.Confirm {
			c.texts[n.Hash] = true
		}
	}
	return c, err
}

// hold turns each yes of a person that has to be confirmed, and says not when and
// where it was, into one that was asked for.
func (c *confirmer) hold(p *Imported) (out Held) {
	for i := range p.Events {
		e := &p.Events[i]
		why := c.asks(e, p.Places)
		if why == "" || e.Shown() {
			continue
		}
		e.State, e.Basis, e.Assurance = consent.Requested, consent.ByNone, ""
		out.add(Held{1, []string{why}})
	}
	return out
}

// asks says whose rule wants a yes confirmed, "" for none: the text's own, or
// that of a place where the person may live.
func (c *confirmer) asks(e *consent.Event, places []string) string {
	if !e.State.Positive() || e.Basis != consent.ByConsent || e.Scope.Channel != touch.Email && e.Scope.Channel != consent.Any {
		return ""
	}
	if c.texts[e.Notice] {
		return "the text that was shown asks for a confirmation"
	}
	if len(places) == 0 {
		places = []string{c.company}
	}
	for _, p := range places {
		if r, ok := c.rules.Confirms(e.Scope.Channel, p, c.now); ok {
			return r.ID + ": " + r.Citation
		}
	}
	return ""
}
