package app

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/consent"
	"fairtouch/internal/explain"
	"fairtouch/internal/govern"
	"fairtouch/internal/provider"
	"fairtouch/internal/seal"
	"fairtouch/internal/sqlstore"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// CaseToReview implements console.Conversations. That p read the decision is
// recorded. Under blind review nothing that the machine said is handed out.
func (s staff) CaseToReview(ctx context.Context, p access.Principal, id string) (console.ReviewPage, error) {
	var out console.ReviewPage
	k, err := s.DB.CaseByID(ctx, p.Workspace, id)
	if err != nil {
		return out, err
	}
	out.Case = console.Case{ID: k.ID, Kind: k.Kind, Decision: k.Decision, At: k.At, Due: k.Due, Late: time.Now().After(k.Due)}
	if out.Text, err = s.caseText(ctx, p.Workspace, k); err != nil {
		return out, err
	}
	d, err := s.Stored(ctx, p.Workspace, k.Decision)
	switch {
	case errors.Is(err, seal.ErrErased):
		out.Of = console.Decision{Decision: touch.Decision{ID: k.Decision}, Erased: true}
	case err != nil:
		return out, err
	default:
		if out.Of, err = s.decision(ctx, p, k.Decision, d); err != nil {
			return out, err
		}
	}
	set, err := s.TalkSettings(ctx, p.Workspace)
	if err != nil {
		return out, err
	}
	if out.Actions, err = s.actions(ctx, p.Workspace, out.Of.System); err != nil {
		return out, err
	}
	out.Blind = blindFor(set.Blind, &out.Of.Decision, out.Actions)
	if out.Timed, err = s.timingAgreed(ctx, p.Workspace); err != nil {
		return out, err
	}
	if out.Timed {
		if out.Began, err = s.began(p, id, time.Now()); err != nil {
			return out, err
		}
	}
	if out.Blind {
		out.Of = hidden(out.Of)
	}
	return out, nil
}

// blindFor reports whether a decision is reviewed blind: its system asks for it,
// a model chose among actions, and the reviewer can choose among them, too.
func blindFor(systems []string, d *touch.Decision, actions []string) bool {
	return slices.Contains(systems, string(d.System)) && d.Verdict == touch.Allow && d.Outcome != nil && len(actions) > 1
}

// notBlind refuses a decision's own page to whoever may have to judge it blind:
// until its review is on record, nobody with the right to review sees what the
// machine chose. Who can't review may look.
func (s staff) notBlind(ctx context.Context, p access.Principal, d *touch.Decision) error {
	if !p.Can(access.Rights) {
		return nil
	}
	set, err := s.TalkSettings(ctx, p.Workspace)
	if err != nil || !slices.Contains(set.Blind, string(d.System)) {
		return err
	}
	if _, err := s.DB.CaseOf(ctx, p.Workspace, d.ID); err != nil {
		if touch.CodeOf(err) == touch.Unknown {
			return nil // nobody waits for a review
		}
		return err
	}
	actions, err := s.actions(ctx, p.Workspace, d.System)
	if err != nil || !blindFor(set.Blind, d, actions) {
		return err
	}
	return touch.Errorf(touch.Forbidden, "a person asked for a review of this decision, and its reviewer chooses first: it opens once the review is on record, under Conversations")
}

// blindNow tells of a decision and its system whether a blind review of it waits
// that p may have to make.
func (s staff) blindNow(ctx context.Context, p access.Principal) (func(id touch.DecisionID, system touch.SystemID) bool, error) {
	set, err := s.TalkSettings(ctx, p.Workspace)
	waits := map[touch.DecisionID]bool{}
	if err == nil && len(set.Blind) > 0 && p.Can(access.Rights) {
		var open []sqlstore.Case
		open, err = s.DB.Cases(ctx, p.Workspace, 10_000)
		for _, k := range open {
			waits[k.Decision] = true
		}
	}
	return func(id touch.DecisionID, system touch.SystemID) bool {
		return waits[id] && slices.Contains(set.Blind, string(system))
	}, err
}

// hidden is a decision without what the machine answered: the data stays, and
// whose it is.
func hidden(d console.Decision) console.Decision {
	out := console.Decision{Subject: d.Subject, Owner: d.Owner, Dropped: d.Dropped, Reasons: slices.Clone(d.Reasons)}
	out.Decision = touch.Decision{ID: d.ID, System: d.System, Purpose: d.Purpose, Channel: d.Channel, At: d.At}
	for i := range out.Reasons {
		out.Reasons[i].Share = 0
	}
	slices.SortFunc(out.Reasons, func(a, b explain.Reason) int { return strings.Compare(a.Concept, b.Concept) }) // their order would tell
	return out
}

// actions are what a system's model chooses among; none for one that only writes.
func (s staff) actions(ctx context.Context, ws touch.Workspace, id touch.SystemID) ([]string, error) {
	w, err := s.Worlds.Load(ctx, ws)
	if err != nil {
		return nil, err
	}
	var tree *provider.Tree
	if b, ok := w.Systems[id]; ok {
		switch t := b.Provider.(type) {
		case *provider.Tree:
			tree = t
		case provider.Corrected:
			tree = t.Tree
		}
	}
	var out []string
	if tree == nil {
		return out, nil
	}
	for _, b := range tree.Spec().Bands {
		if !slices.Contains(out, b.Action) {
			out = append(out, b.Action)
		}
	}
	return out, nil
}

// ReviewCase implements console.Conversations: the review is a decision of its
// own on record, beside the one that it is about, before the case closes.
func (s staff) ReviewCase(ctx context.Context, p access.Principal, id string, f console.ReviewForm) (console.ReviewDone, error) {
	page, old, known, err := s.reviewed(ctx, p, id)
	if err != nil {
		return console.ReviewDone{}, err
	}
	r := govern.Reviewing{Old: old, Known: known, Key: id, Action: strings.TrimSpace(f.Action),
		Review: touch.Review{Of: old.Decision.ID, Outcome: touch.ReviewOutcome(f.Outcome), By: p.User, Reason: strings.TrimSpace(f.Reason), Saw: f.Saw, Blind: page.Blind}}
	if old.Decision.Outcome != nil {
		r.Review.Machine = old.Decision.Outcome.Action
	}
	if err := settle(&r, &page); err != nil {
		return console.ReviewDone{}, err
	}
	d, err := s.Path.Review(ctx, govern.Caller{Workspace: p.Workspace, Operator: p.User}, r)
	if errors.Is(err, govern.ErrReviewed) {
		if first, ferr := s.Stored(ctx, p.Workspace, d.ID); ferr == nil { // it may have died before it closed the case
			err = s.link(ctx, p.Workspace, &first.Decision, first.Subject, id)
		}
		if err == nil || errors.Is(err, govern.ErrReviewed) {
			err = touch.Errorf(touch.Conflict, "a colleague has reviewed this case; yours was not recorded")
		}
		return console.ReviewDone{}, err
	}
	if err != nil {
		return console.ReviewDone{}, err
	}
	if err := s.link(ctx, p.Workspace, &d, known.ID, id); err != nil {
		return console.ReviewDone{}, err
	}
	if page.Timed {
		err = s.timed(ctx, p, id, old.Decision.System, f.Began)
	}
	return console.ReviewDone{Review: d.ID, Outcome: d.Review.Outcome, Action: r.Action, Machine: r.Review.Machine, Blind: page.Blind}, err
}

// reviewed reads what a review is about, and refuses who may not review it.
func (s staff) reviewed(ctx context.Context, p access.Principal, id string) (page console.ReviewPage, old govern.Stored, known consent.Known, err error) {
	if err = p.Require(access.Rights); err != nil {
		return page, old, known, err
	}
	k, err := s.DB.CaseByID(ctx, p.Workspace, id)
	if err != nil {
		return page, old, known, err
	}
	d, err := s.Stored(ctx, p.Workspace, k.Decision)
	if err != nil {
		return page, old, known, err
	}
	if d.Operator != "" && d.Operator == p.User {
		return page, old, known, touch.Errorf(touch.Forbidden, "who made a decision can't review it; a colleague must")
	}
	set, err := s.TalkSettings(ctx, p.Workspace)
	if err != nil {
		return page, old, known, err
	}
	if page.Actions, err = s.actions(ctx, p.Workspace, d.Decision.System); err != nil {
		return page, old, known, err
	}
	page.Blind = blindFor(set.Blind, &d.Decision, page.Actions)
	if page.Timed, err = s.timingAgreed(ctx, p.Workspace); err != nil {
		return page, old, known, err
	}
	if d.Subject != "" {
		known, err = s.Ledger.ByID(ctx, p.Workspace, d.Subject)
	}
	return page, d.Stored, known, err
}

// settle checks a review, and works out what it says. Under blind review the
// reviewer's own choice says whether the machine's stands.
func settle(r *govern.Reviewing, page *console.ReviewPage) error {
	switch {
	case page.Blind && !slices.Contains(page.Actions, r.Action):
		return touch.Fielderr("action", "Choose what should happen, before you see what the machine chose")
	case page.Blind:
		r.Review.Outcome = touch.Overturned
		if r.Action == r.Review.Machine {
			r.Review.Outcome = touch.Confirmed
		}
	case r.Review.Outcome != touch.Confirmed && r.Review.Outcome != touch.Overturned:
		return touch.Fielderr("outcome", "Choose whether the decision stands")
	case r.Review.Outcome == touch.Confirmed:
		r.Action = r.Review.Machine
	case r.Action == "" || len([]rune(r.Action)) > 200:
		return touch.Fielderr("action", "Say in up to 200 letters what happens instead")
	}
	for _, x := range r.Review.Saw {
		if !slices.Contains(console.SawAll(), x) {
			return touch.Fielderr("saw", "Tick what you looked at")
		}
	}
	switch {
	case len(r.Review.Saw) == 0:
		return touch.Fielderr("saw", "Tick what you looked at; a review that looks at nothing is none")
	case len([]rune(r.Review.Reason)) < 10 || len(r.Review.Reason) > 4000:
		return touch.Fielderr("reason", "Say why, in a sentence; the customer reads it")
	}
	return nil
}

func (s staff) link(ctx context.Context, ws touch.Workspace, d *touch.Decision, subject touch.SubjectID, caseID string) error {
	return s.DB.PutReviewed(ctx, ws, sqlstore.Reviewed{Review: d.ID, Decision: d.Review.Of, Subject: subject, System: d.System, Outcome: string(d.Review.Outcome), At: d.At}, caseID)
}

// began is when a reviewer opened a case, signed: the form brings it back.
func (s staff) began(p access.Principal, id string, at time.Time) (string, error) {
	us := strconv.FormatInt(at.UnixMicro(), 10)
	tag, err := s.Keeper.Lookup(p.Workspace, "began/"+id+"/"+string(p.User)+"/"+us)
	return us + "." + tag, err
}

// timed keeps how long a review took. A time that was not signed here counts
// for nothing.
func (s staff) timed(ctx context.Context, p access.Principal, id string, system touch.SystemID, began string) error {
	us, _, _ := strings.Cut(began, ".")
	n, err := strconv.ParseInt(us, 10, 64)
	if err != nil {
		return nil
	}
	at := time.UnixMicro(n)
	if want, err := s.began(p, id, at); err != nil || want != began {
		return err
	}
	who, err := s.Keeper.Lookup(p.Workspace, "reviewer/"+string(p.User))
	if err != nil {
		return err
	}
	return s.DB.PutReviewTime(ctx, p.Workspace, sqlstore.ReviewTime{ID: "time/" + id, System: system, Reviewer: who, Took: time.Since(at), At: time.Now()})
}
