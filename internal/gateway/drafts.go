package gateway

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fairtouch/internal/campaign"
	"fairtouch/touch"
)

// Drafts keeps what a model wrote until people have approved it.
type Drafts interface {
	// PutUp keeps the texts of one answer durably, sealed, as asked for by d's
	// operator, and returns each one's standing in the same order. A text that is
	// known already, of the same system and person, stays the draft that it is.
	PutUp(ctx context.Context, ws touch.Workspace, d Written) ([]campaign.CopyStanding, error)
}

// Written is what one call wrote.
type Written struct {
	System   touch.SystemID
	Decision touch.DecisionID
	Subject  touch.SubjectID // "" for nobody
	By       touch.UserID    // who asked: the key's owner
	Needs    int             // different people
	Locale   string
	Texts    []string // canonical
}

// written gathers the prose of an answer as the client gets it, without a label:
// one text for each choice, block or part. The zero value gathers nothing.
type written struct {
	on    bool
	spots []string // in their order
	texts map[string]*strings.Builder
}

func (w *written) add(spot, text string) {
	if !w.on || spot == "" || text == "" {
		return
	}
	b := w.texts[spot]
	if b == nil {
		if w.texts == nil {
			w.texts = map[string]*strings.Builder{}
		}
		b = &strings.Builder{}
		w.texts[spot], w.spots = b, append(w.spots, spot)
	}
	if b.Len() <= maxHeard { // past it, it is too long to be approved anyway
		b.WriteString(text)
	}
}

// has reports whether a spot has words already.
func (w *written) has(spot string) bool { return w.texts[spot] != nil }

// canonical lists the texts that can be approved, each once, and how many are
// too long for it.
func (w *written) canonical() (out []string, long int) {
	for _, spot := range w.spots {
		raw := w.texts[spot].String()
		switch text, err := campaign.Canonical(raw); {
		case err == nil && !slices.Contains(out, text):
			out = append(out, text)
		case err != nil && len(raw) > campaign.MaxCopy:
			long++
		}
	}
	return out, long
}

// putUp keeps the words of an answer whose system asks for approvals, before the
// answer's end leaves. The checks say so on the decision.
func (j *job) putUp() ([]touch.Check, error) {
	w := &j.answer.written
	if !w.on {
		return nil, nil
	}
	texts, long := w.canonical()
	var out []touch.Check
	add := func(format string, args ...any) {
		out = append(out, touch.Check{Step: touch.StepModel, Rule: "copy.approval", Verdict: touch.Allow, Reason: fmt.Sprintf(format, args...), Owner: "reviewer"})
	}
	if long > 0 {
		add("%d texts are longer than 64 KB: their parts must be put up for approval before they are used.", long)
	}
	if len(texts) == 0 {
		return out, nil
	}
	if j.s.cfg.Drafts == nil {
		return nil, touch.Errorf(touch.Unavailable, "this system's copy needs an approval, and nothing here keeps drafts")
	}
	all, err := j.s.cfg.Drafts.PutUp(context.WithoutCancel(j.r.Context()), j.who.Workspace, Written{System: j.system.ID, Decision: j.use.Decision(),
		Subject: j.use.Subject(), By: j.who.User, Needs: j.binding.Approvals, Locale: j.use.Disclosure().Label.Locale, Texts: texts})
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, s := range all {
		if s.Draft == "" { // the person was erased meanwhile: nothing of theirs is kept
			continue
		}
		ids = append(ids, s.Draft)
		switch s.State {
		case campaign.CopyApproved:
			add("These very words were approved before, by %d people (%s).", s.Approved, s.Draft)
		case campaign.CopyReturned:
			add("These very words were sent back before (%s); they may not be used.", s.Draft)
		default:
			add("Before these words are used, people must approve them: %d of %d have (%s).", s.Approved, s.Needs, s.Draft)
		}
	}
	if !j.sent {
		j.w.Header().Set("X-Fairtouch-Drafts", strings.Join(ids, ", "))
	}
	return out, nil
}
