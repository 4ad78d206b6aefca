package app

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/api"
	"fairtouch/internal/record"
	"fairtouch/internal/rights"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

// rightsDesk answers the API's questions about requests.
type rightsDesk struct{ *App }

// Open implements api.Rights.
func (d rightsDesk) Open(ctx context.Context, who access.Principal, ask rights.Ask, key string) (api.RightCase, bool, error) {
	if ask.Decision != "" {
		if err := d.concerns(ctx, who.Workspace, ask.Decision, ask.External); err != nil {
			return api.RightCase{}, false, err
		}
	}
	if key == "" {
		v, err := d.AskRight(ctx, who.Workspace, ask)
		return rightCase(&v), false, err
	}
	h, err := d.Keeper.Lookup(who.Workspace, "right\x00"+key)
	if err != nil {
		return api.RightCase{}, false, err
	}
	sum := sha256.Sum256([]byte(h))
	ask.ID = touch.IDFrom("req", [16]byte(sum[:16]))
	if v, err := d.again(ctx, who, ask); touch.CodeOf(err) != touch.Unknown {
		return v, true, err
	}
	v, err := d.AskRight(ctx, who.Workspace, ask)
	if touch.CodeOf(err) == touch.Conflict { // the same key, at the same time
		v, err := d.again(ctx, who, ask)
		return v, true, err
	}
	return rightCase(&v), false, err
}

// concerns refuses a decision that is not about the person: a client's word is
// no proof of that.
func (d rightsDesk) concerns(ctx context.Context, ws touch.Workspace, id, external string) error {
	theirs := touch.Fielderr("decision", "there is no such decision about this person")
	s, err := d.Stored(ctx, ws, touch.DecisionID(id))
	if err != nil {
		return theirs
	}
	k, ok, err := d.KnownPerson(ctx, ws, external)
	if err != nil {
		return err
	}
	same, err := d.Ledger.ByID(ctx, ws, s.Subject)
	if err != nil || !ok || same.ID != k.ID && (same.Cluster == "" || same.Cluster != k.Cluster) {
		return theirs
	}
	return nil
}

// again finds the request that a key named before, or Unknown. A key that named
// another request is a Conflict.
func (d rightsDesk) again(ctx context.Context, who access.Principal, ask rights.Ask) (api.RightCase, error) {
	row, err := d.DB.RightOf(ctx, who.Workspace, ask.ID)
	if err != nil {
		return api.RightCase{}, err
	}
	other := touch.Errorf(touch.Conflict, "this Idempotency-Key was used for another request")
	if row.Kind != ask.Kind {
		return api.RightCase{}, other
	}
	if !row.Erased() {
		if k, ok, err := d.KnownPerson(ctx, who.Workspace, ask.External); err != nil || !ok || k.ID != row.Subject {
			return api.RightCase{}, other
		}
	}
	v, err := d.Right(ctx, who.Workspace, ask.ID)
	return rightCase(&v), err
}

// List implements api.Rights.
func (d rightsDesk) List(ctx context.Context, ws touch.Workspace, f api.RightFilter) ([]api.RightRow, error) {
	var after *sqlstore.Right
	if f.After != "" {
		row, err := d.DB.RightOf(ctx, ws, f.After)
		if err != nil {
			return nil, touch.Fielderr("after", "is the last id of the page before")
		}
		after = &row
	}
	all, err := d.DB.RightsPage(ctx, ws, f.State, f.Open, f.Kind, after, f.Limit)
	return rightRows(all), err
}

// Of implements api.Rights.
func (d rightsDesk) Of(ctx context.Context, ws touch.Workspace, external string) ([]api.RightRow, error) {
	k, ok, err := d.KnownPerson(ctx, ws, external)
	if err != nil || !ok {
		return nil, err
	}
	all, err := d.DB.RightsOf(ctx, ws, k.ID)
	return rightRows(all), err
}

func rightRows(all []sqlstore.Right) []api.RightRow {
	out := make([]api.RightRow, len(all))
	for i := range all {
		r := &all[i]
		due := r.Due.AddDate(0, 0, -1)
		out[i] = api.RightRow{ID: r.ID, Kind: r.Kind, State: r.State, Rule: r.Rule, Received: r.Received, Due: due.Format(time.DateOnly),
			Late: r.State.Open() && !utcNow().Before(r.Due), Erased: r.Erased()}
	}
	return out
}

func rightCase(v *RightView) api.RightCase {
	out := api.RightCase{RightRow: api.RightRow{ID: v.ID, Kind: v.Kind, State: v.State, Rule: v.Deadline.Rule, Received: v.ReceivedAt, Due: v.Due.Format(time.DateOnly),
		Late: v.State.Open() && !utcNow().Before(dueAt(v.Due)), Erased: v.Erased},
		ExternalID: v.External, Email: v.Email, Claimed: v.Claimed, Place: v.Place, Locale: v.Locale, Text: v.Text, Via: v.Via, Proof: v.Proof, Verified: v.VerifiedAt,
		Decision: v.Decision, Of: v.Of, Mandate: v.Mandate, Reason: v.Reason, Extended: v.Extended, Citation: v.Rule.Citation, Draft: v.Rule.Status != "certified",
		Calls: rightCalls(v.Calls), Steps: v.Steps, Mails: []api.RightMail{}}
	if out.Steps == nil {
		out.Steps = []rights.Step{}
	}
	if v.Deadline.Furthest.After(v.Deadline.Due) {
		out.Furthest = v.Deadline.Furthest.Format(time.DateOnly)
	}
	for _, m := range v.Mails {
		out.Mails = append(out.Mails, api.RightMail{What: string(m.About), State: string(m.State), At: m.At})
	}
	return out
}

func rightCalls(all []rights.Entry) []api.RightCall {
	out := make([]api.RightCall, len(all))
	for i, e := range all {
		out[i] = api.RightCall{System: e.System, Op: e.Op, State: e.State, Outcome: e.Outcome, Receipt: e.Key, Fault: e.Fault, At: e.At}
	}
	return out
}

// seen puts on record that a key's owner read a person's request.
func (d rightsDesk) seen(ctx context.Context, who access.Principal, what, id string) error {
	row, err := d.DB.RightOf(ctx, who.Workspace, id)
	if err != nil || row.Erased() {
		return err
	}
	k, err := d.Ledger.ByID(ctx, who.Workspace, row.Subject)
	if err != nil {
		return err
	}
	body, err := json.Marshal(map[string]any{"by": who.User, "key": who.Key, "name": "API", "what": what, "id": id})
	if err != nil {
		return touch.Wrap(touch.Internal, err, "the view can't be recorded")
	}
	_, err = d.Record.Append(ctx, who.Workspace, record.Entry{Kind: record.View, Payload: body, Subject: &record.Subject{ID: k.ID, Key: k.Key}})
	return err
}

// Read implements api.Rights.
func (d rightsDesk) Read(ctx context.Context, who access.Principal, id string) (api.RightCase, error) {
	if err := d.seen(ctx, who, "request", id); err != nil {
		return api.RightCase{}, err
	}
	return asCase(d.Right(ctx, who.Workspace, id))
}

func asCase(v RightView, err error) (api.RightCase, error) {
	if err != nil {
		return api.RightCase{}, err
	}
	return rightCase(&v), nil
}

// Verify implements api.Rights.
func (d rightsDesk) Verify(ctx context.Context, who access.Principal, id string, p rights.Proof, external, email string) (api.RightCase, error) {
	return asCase(d.VerifyRight(ctx, who.Workspace, who.User, id, p, external, email))
}

// Identify implements api.Rights.
func (d rightsDesk) Identify(ctx context.Context, who access.Principal, id, external, email string) (api.RightCase, error) {
	return asCase(d.IdentifyRight(ctx, who.Workspace, who.User, id, external, email))
}

// Run implements api.Rights.
func (d rightsDesk) Run(ctx context.Context, who access.Principal, id string, how api.RightRun) (api.RightCase, error) {
	row, err := d.DB.RightOf(ctx, who.Workspace, id)
	if err != nil {
		return api.RightCase{}, err
	}
	if row.Kind == rights.Erasure && row.State.Open() && !how.Irrevocable {
		return api.RightCase{}, touch.Fielderr("irrevocable", "an erasure can't be undone: send true")
	}
	if how.Retry {
		return asCase(d.RetryRight(ctx, who.Workspace, who.User, id))
	}
	return asCase(d.RunRight(ctx, who.Workspace, who.User, id, how.Force))
}

// Extend implements api.Rights.
func (d rightsDesk) Extend(ctx context.Context, who access.Principal, id, reason string) (api.RightCase, error) {
	return asCase(d.ExtendRight(ctx, who.Workspace, who.User, id, reason))
}

// Refuse implements api.Rights.
func (d rightsDesk) Refuse(ctx context.Context, who access.Principal, id, reason string) (api.RightCase, error) {
	return asCase(d.RefuseRight(ctx, who.Workspace, who.User, id, reason))
}

// Finish implements api.Rights.
func (d rightsDesk) Finish(ctx context.Context, who access.Principal, id, missing string) (api.RightCase, error) {
	return asCase(d.FinishRight(ctx, who.Workspace, who.User, id, missing))
}

// Cancel implements api.Rights.
func (d rightsDesk) Cancel(ctx context.Context, who access.Principal, id string) (api.RightCase, error) {
	return asCase(d.CancelRight(ctx, who.Workspace, who.User, id))
}

// Plan implements api.Rights.
func (d rightsDesk) Plan(ctx context.Context, ws touch.Workspace, id string) ([]api.RightCall, error) {
	all, err := d.DryRight(ctx, ws, id)
	return rightCalls(all), err
}

// Answer implements api.Rights.
func (d rightsDesk) Answer(ctx context.Context, who access.Principal, id string) (any, error) {
	if err := d.seen(ctx, who, "answer to a request", id); err != nil {
		return nil, err
	}
	return d.AnswerRight(ctx, who.Workspace, id)
}

// Evidence implements api.Rights.
func (d rightsDesk) Evidence(ctx context.Context, who access.Principal, id string) (any, error) {
	if err := d.seen(ctx, who, "evidence of a request", id); err != nil {
		return nil, err
	}
	return d.RightPack(ctx, who.Workspace, id)
}
