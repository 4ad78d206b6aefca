package app

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/rights"
	"fairtouch/touch"
)

// Purposes of a no that concern no message: what US state laws and the
// training of models are refused under.
const (
	PurposeSale     = "sale"
	PurposeSharing  = "sharing"
	PurposeTraining = "model-training"
)

// saysNo are the ledger's entries for a request that is a no.
func saysNo(r *rights.Request) []consent.Event {
	e := consent.Event{Scope: stopAll, State: consent.Objected, Basis: consent.ByNone, Actor: consent.Self, Assurance: consent.ByDevice,
		Surface: "rights request", Method: r.Via, Source: r.ID, OccurredAt: r.ReceivedAt} // a yes that came after the request is not undone by it
	if r.Mandate != nil {
		e.Actor = consent.Agent
	}
	if r.Proof == rights.ProofLogin {
		e.Assurance = consent.ByLogin
	}
	switch r.Kind {
	case rights.Objection, rights.Restriction:
	case rights.Erasure: // nothing goes out while it runs
		e.OccurredAt = time.Time{}
	case rights.NoProfiling:
		e.Scope, e.State = stopAI, consent.OptedOut
	case rights.NoTraining:
		e.Scope.Purpose, e.State = PurposeTraining, consent.OptedOut
	case rights.NoSale:
		e.Scope.Purpose, e.State = PurposeSale, consent.OptedOut
	case rights.NoSharing:
		e.Scope.Purpose, e.State = PurposeSharing, consent.OptedOut
	default:
		return nil
	}
	return []consent.Event{e}
}

// RunRight carries a request out, or goes on with one that was interrupted: the
// ledger first, so that the very next touch is stopped, then other systems, and
// an erasure here last, because it destroys what tells other systems whom it is
// about. force ends it although other systems failed for good; it is done in
// part then, and says which. One node at a time runs a request: another is told
// Conflict.
func (a *App) RunRight(ctx context.Context, ws touch.Workspace, by touch.UserID, id string, force bool) (v RightView, err error) {
	// The run ends before its lease, so that two never overlap.
	ctx, cancel := context.WithTimeout(ctx, runLimit)
	defer cancel()
	l, held, err := a.DB.TakeLease(ctx, "right/"+id, touch.RandomID(), runLimit+time.Minute)
	if err != nil {
		return RightView{}, err
	}
	if !held {
		return RightView{}, touch.Errorf(touch.Conflict, "this request is being carried out right now; look again in a moment")
	}
	defer func() { err = errors.Join(err, a.DB.DropLease(context.WithoutCancel(ctx), l)) }()
	return a.runRight(ctx, ws, by, id, force)
}

// runLimit is how long one run may take; what isn't done then goes on in the next.
const runLimit = 5 * time.Minute

func (a *App) runRight(ctx context.Context, ws touch.Workspace, by touch.UserID, id string, force bool) (RightView, error) {
	r, k, err := a.openRight(ctx, ws, id)
	if err != nil {
		return RightView{}, err
	}
	if k.ID == "" {
		return a.endErased(ctx, ws, r)
	}
	if r.Kind.ByPerson() {
		return RightView{}, touch.Fielderr("kind", "a member of the staff carries this out; say when it is done")
	}
	first := r.State == rights.Verified
	if r.State != rights.Running {
		v, err := a.changeRight(ctx, ws, id, func(_ *rights.Book, _ consent.Known, r *rights.Request, now time.Time) error { return r.Start(by, now) })
		if err != nil {
			return v, err
		}
	}
	if es := saysNo(r); len(es) > 0 && (first || !a.isSaid(k, es[0])) {
		if _, err := a.Ledger.RecordByID(ctx, ws, k.ID, es...); err != nil {
			return RightView{}, err
		}
	}
	missing, wait, err := a.elsewhere(ctx, ws, r)
	if err != nil || wait || len(missing) > 0 && !force {
		v, readErr := a.Right(ctx, ws, id)
		if err == nil {
			err = readErr
		}
		return v, err
	}
	if r.Kind == rights.Erasure {
		if wait, err := a.lastMail(ctx, ws, r, missing, force); err != nil || wait {
			v, readErr := a.Right(ctx, ws, id)
			return v, errors.Join(err, readErr)
		}
		return a.eraseFor(ctx, ws, r, k, missing)
	}
	return a.changeRight(ctx, ws, id, func(_ *rights.Book, _ consent.Known, r *rights.Request, now time.Time) error {
		return r.Finish(by, strings.Join(missing, "; "), now)
	})
}

// RunRights goes on with every request that runs, and with every no that a
// crash kept from running, and ends those of persons who were erased. One that
// fails doesn't stop the others.
func (a *App) RunRights(ctx context.Context, ws touch.Workspace) (n int, err error) {
	all, err := a.Rights(ctx, ws)
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, x := range all {
		runs := x.State == rights.Running || x.State == rights.Verified && x.Kind.OptOut()
		if x.Erased() && !x.State.Open() || !x.Erased() && (!runs || x.Kind.ByPerson()) {
			continue
		}
		switch _, err := a.RunRight(ctx, ws, "", x.ID, false); {
		case touch.CodeOf(err) == touch.Conflict: // another node has it, or somebody changed it
		case err != nil:
			errs = append(errs, err)
		default:
			n++
		}
	}
	return n, errors.Join(errs...)
}

// isSaid reports whether a no stands in the ledger already, so that a run that
// goes on says it once.
func (a *App) isSaid(k consent.Known, e consent.Event) bool {
	for _, x := range k.Members[0].Projection.Entries {
		if x.Scope == e.Scope && x.No != nil {
			return true
		}
	}
	return false
}

// elsewhere makes one attempt in other systems. wait: some still work on it.
func (a *App) elsewhere(ctx context.Context, ws touch.Workspace, r *rights.Request) (missing []string, wait bool, err error) {
	ops := r.Kind.Ops()
	if len(ops) == 0 {
		return nil, false, nil
	}
	run, err := a.runner(ctx, ws)
	if err != nil {
		return nil, false, err
	}
	rows, err := run.Run(ctx, ws, r.ID, r.Person(), ops...)
	if err != nil {
		return nil, false, err
	}
	for i := range rows { // what was begun in a system that is no longer connected never ends by itself
		gone := !slices.ContainsFunc(run.Connectors, func(c rights.Connector) bool { return c.Name() == rows[i].System })
		if e := &rows[i]; gone && e.State != rights.CallEnded && e.State != rights.CallFailed {
			e.State, e.Fault = rights.CallFailed, "removed"
			if err := a.DB.PutCall(ctx, ws, *e); err != nil {
				return nil, false, err
			}
		}
	}
	done, missing := rights.Settled(rows)
	return missing, !done, nil
}

// DryRight says what other systems would do, and changes nothing.
func (a *App) DryRight(ctx context.Context, ws touch.Workspace, id string) ([]rights.Entry, error) {
	r, k, err := a.openRight(ctx, ws, id)
	if err != nil {
		return nil, err
	}
	if k.ID == "" {
		return nil, touch.Errorf(touch.Conflict, "the person was erased")
	}
	run, err := a.runner(ctx, ws)
	if err != nil {
		return nil, err
	}
	return run.Dry(ctx, r.Person(), r.Kind.Ops()...), nil
}

// RetryRight makes what failed in other systems due again, and runs.
func (a *App) RetryRight(ctx context.Context, ws touch.Workspace, by touch.UserID, id string) (RightView, error) {
	run, err := a.runner(ctx, ws)
	if err != nil {
		return RightView{}, err
	}
	if err := run.Retry(ctx, ws, id); err != nil {
		return RightView{}, err
	}
	return a.RunRight(ctx, ws, by, id, false)
}

// eraseFor erases here. What is left of the request is what was asked, when,
// and how it ended; the event of its end is nobody's.
func (a *App) eraseFor(ctx context.Context, ws touch.Workspace, r *rights.Request, k consent.Known, missing []string) (RightView, error) {
	if len(missing) > 0 { // said before the erasure: afterwards nothing can be added to the request
		if err := a.note(ctx, ws, rights.EventKind, map[string]any{"request": r.ID, "kind": r.Kind, "what": "missing", "systems": missing}); err != nil {
			return RightView{}, err
		}
	}
	if _, err := a.EraseEverywhere(ctx, ws, k); err != nil {
		return RightView{}, err
	}
	r.State = rights.Running
	return a.endErased(ctx, ws, r)
}

// endErased writes how the request of an erased person ended. It may be called
// again after a crash.
func (a *App) endErased(ctx context.Context, ws touch.Workspace, r *rights.Request) (RightView, error) {
	if !r.State.Open() {
		return a.Right(ctx, ws, r.ID)
	}
	calls, err := a.DB.Calls(ctx, ws, r.ID)
	if err != nil {
		return RightView{}, err
	}
	to := rights.Done
	if _, missing := rights.Settled(calls); len(missing) > 0 {
		to = rights.Partly
	}
	if r.Kind != rights.Erasure || r.State != rights.Running { // another request of theirs, that the erasure overtook
		to = rights.Cancelled
	}
	if err := a.note(ctx, ws, rights.EventKind, map[string]any{"request": r.ID, "kind": r.Kind, "what": to, "systems": len(calls)}); err != nil {
		return RightView{}, err
	}
	if err := a.DB.EndErased(ctx, ws, r.ID, to, time.Now().UTC()); err != nil {
		return RightView{}, err
	}
	return a.Right(ctx, ws, r.ID)
}

// Answer is what a person gets who asked what is held, or why.
type Answer struct {
	Request     string                     `json:"request"`
	Kind        rights.Kind                `json:"kind"`
	Made        time.Time                  `json:"made"`
	Dossier     *Dossier                   `json:"dossier,omitzero"`
	Explained   []Explained                `json:"decisions,omitzero"`
	Elsewhere   map[string]json.RawMessage `json:"other_systems,omitzero"`
	NotAnswered []string                   `json:"systems_that_did_not_answer,omitzero"`
}

// Explained is one decision about a person, as it was made (GDPR Art. 15(1)(h)).
type Explained struct {
	Decision       touch.DecisionID `json:"decision"`
	At             time.Time        `json:"at"`
	System         touch.SystemID   `json:"system"`
	Verdict        touch.Verdict    `json:"verdict"`
	Outcome        any              `json:"outcome,omitzero"`
	Reasons        []string         `json:"reasons"`
	Counterfactual string           `json:"counterfactual,omitzero"`
	Inputs         map[string]any   `json:"inputs,omitzero"`
	NotUsed        []string         `json:"not_used,omitzero"`
	Alternative    string           `json:"without_ai,omitzero"`
	Significance   string           `json:"significance"` // never claimed here: a named person's judgement
}

// AnswerRight makes the answer to a request that shows data. It is made anew
// each time and kept nowhere; that it was made is on record.
func (a *App) AnswerRight(ctx context.Context, ws touch.Workspace, id string) (*Answer, error) {
	r, k, err := a.openRight(ctx, ws, id)
	if err != nil {
		return nil, err
	}
	switch {
	case k.ID == "":
		return nil, touch.Errorf(touch.Unknown, "the person was erased")
	case !r.Kind.Discloses():
		return nil, touch.Fielderr("kind", "this request has no answer to download")
	case r.State != rights.Running && r.State != rights.Done && r.State != rights.Partly:
		return nil, touch.Errorf(touch.Conflict, "this request is %s; the answer comes once it was run", r.State)
	}
	out := &Answer{Request: r.ID, Kind: r.Kind, Made: time.Now().UTC()}
	if out.Dossier, err = a.Dossier(ctx, ws, k); err != nil {
		return nil, err
	}
	if r.Kind == rights.Explanation {
		out.Explained, err = a.explained(ctx, ws, out.Dossier)
		out.Dossier = nil
		return out, err
	}
	run, err := a.runner(ctx, ws)
	if err != nil {
		return nil, err
	}
	out.Elsewhere, out.NotAnswered = run.Collect(ctx, r.Person())
	if r.Kind == rights.Portability { // what the person provided, and what was observed: not what was inferred (WP 242 rev.01)
		for i := range out.Dossier.Identities {
			for j := range out.Dossier.Identities[i].Decisions {
				d := &out.Dossier.Identities[i].Decisions[j]
				d.Explain, d.Public, d.Decision.Outcome, d.Decision.Explanation = nil, touch.Explanation{}, nil, nil
			}
			out.Dossier.Identities[i].Other = nil
		}
	}
	return out, nil
}

func (a *App) explained(ctx context.Context, ws touch.Workspace, d *Dossier) ([]Explained, error) {
	out := []Explained{}
	for _, one := range d.Identities {
		for _, e := range one.Decisions {
			x := Explained{Decision: e.Decision.ID, At: e.Decision.At, System: e.Decision.System, Verdict: e.Decision.Verdict, Inputs: e.Features,
				NotUsed: e.Held, Significance: "see the register of AI systems"}
			if e.Decision.Outcome != nil {
				x.Outcome = e.Decision.Outcome
			}
			if e.Decision.Explanation != nil {
				x.Reasons, x.Counterfactual = e.Decision.Explanation.Sentences, e.Decision.Explanation.Counterfactual
			}
			if e.Decision.Alternative != nil {
				x.Alternative = e.Decision.Alternative.Text
			}
			for _, c := range e.Decision.Checks {
				if e.Decision.Verdict != touch.Allow && c.Verdict != touch.Allow {
					x.Reasons = append(x.Reasons, c.Reason)
				}
			}
			if s, err := a.Stored(ctx, ws, e.Decision.ID); err == nil && x.Counterfactual == "" {
				x.Counterfactual, _ = a.Counterfactual(ctx, ws, &s, true)
			}
			out = append(out, x)
		}
	}
	return out, nil
}
