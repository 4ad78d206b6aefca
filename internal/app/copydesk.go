package app

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/campaign"
	"fairtouch/internal/gateway"
	"fairtouch/internal/record"
	"fairtouch/internal/seal"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

// CopyDesk keeps the words that AI wrote until people have approved them, and
// says of any words whether they may be used.
type CopyDesk struct{ *App }

// CopyDesk is for the API, the gateway and the command line.
func (a *App) CopyDesk() CopyDesk { return CopyDesk{a} }

// needs is how many people must approve the copy of a system: 0 where it isn't
// bound to the gateway.
func (c CopyDesk) needs(ctx context.Context, ws touch.Workspace, system touch.SystemID) (int, error) {
	var b gateway.Binding
	err := c.DB.Document(ctx, ws, DocBinding, string(system), &b)
	if touch.CodeOf(err) == touch.Unknown {
		return 0, nil
	}
	return b.Approvals, err
}

// keyFor opens what a draft is sealed with: the person's key where it is about
// one, else the workspace's. An erased person's is seal.ErrErased.
func (c CopyDesk) keyFor(ctx context.Context, ws touch.Workspace, id touch.SubjectID) (seal.SubjectKey, *record.Subject, error) {
	if id == "" {
		key, err := c.Keeper.WorkspaceKey(ws)
		return key, nil, err
	}
	k, err := c.Ledger.ByID(ctx, ws, id)
	return k.Key, &record.Subject{ID: k.ID, Key: k.Key}, err
}

func draftAAD(id string) []byte { return []byte("copy\x00" + id) }

func answerAAD(id string, by touch.UserID) []byte {
	return []byte("copy\x00" + id + "\x00" + string(by))
}

// open turns a stored draft into one that can be read.
func (c CopyDesk) open(ctx context.Context, ws touch.Workspace, row sqlstore.CopyDraft) (campaign.Copy, error) {
	d := campaign.Copy{ID: row.ID, System: row.System, Decision: row.Decision, Subject: row.Subject, At: row.At}
	key, _, err := c.keyFor(ctx, ws, row.Subject)
	if err != nil {
		return d, err
	}
	b, err := key.Open(row.Sealed, draftAAD(row.ID))
	if err != nil {
		return d, err
	}
	if err := json.Unmarshal(b, &d.Content); err != nil {
		return d, touch.Wrap(touch.Tampered, err, "a draft can't be read")
	}
	for _, a := range row.Asked {
		d.Asked = append(d.Asked, campaign.CopyAsked(a))
	}
	for _, a := range row.Answers {
		said, err := key.Open(a.Sealed, answerAAD(row.ID, a.By))
		if err != nil {
			return d, err
		}
		d.Answers = append(d.Answers, campaign.CopyAnswer{By: a.By, State: campaign.CopyState(a.State), Said: string(said), Via: a.Via, At: a.At})
	}
	return d, nil
}

// openAll opens drafts; those of a person who was erased meanwhile are left out.
func (c CopyDesk) openAll(ctx context.Context, ws touch.Workspace, rows []sqlstore.CopyDraft) ([]campaign.Copy, error) {
	var out []campaign.Copy
	for _, r := range rows {
		d, err := c.open(ctx, ws, r)
		if errors.Is(err, seal.ErrErased) || r.Subject != "" && touch.CodeOf(err) == touch.Unknown {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// Draft reads one.
func (c CopyDesk) Draft(ctx context.Context, ws touch.Workspace, id string) (campaign.Copy, error) {
	row, err := c.DB.DraftByID(ctx, ws, id)
	if err != nil {
		return campaign.Copy{}, err
	}
	return c.open(ctx, ws, row)
}

// Drafts lists what waits, the oldest first, or what was answered, the newest first.
func (c CopyDesk) Drafts(ctx context.Context, p access.Principal, answered bool) ([]campaign.DraftLine, error) {
	rows, err := c.DB.OpenDrafts(ctx, p.Workspace, campaign.MaxCopyApprovals, maxDrafts)
	if answered {
		rows, err = c.DB.AnsweredDrafts(ctx, p.Workspace, maxDrafts)
	}
	if err != nil {
		return nil, err
	}
	all, err := c.openAll(ctx, p.Workspace, rows)
	if err != nil {
		return nil, err
	}
	needs := map[touch.SystemID]int{}
	out := []campaign.DraftLine{}
	for i := range all {
		d := &all[i]
		if _, ok := needs[d.System]; !ok {
			if needs[d.System], err = c.needs(ctx, p.Workspace, d.System); err != nil {
				return nil, err
			}
		}
		l := campaign.DraftLine{CopyStanding: d.Standing(needs[d.System]), At: d.At, Asked: d.Asked, Findings: len(d.Content.Findings), Text: d.Content.Text}
		if d.Subject != "" {
			l.Text = "" // reading what is about a person is an event of the record; a list isn't
		}
		if answered == (l.State != campaign.CopyWaiting) {
			out = append(out, l)
		}
	}
	return out, nil
}

// maxDrafts bounds a list.
const maxDrafts = 200

// look is the keyed hash by which words are found again.
func (c CopyDesk) look(ws touch.Workspace, canonical string) (string, error) {
	return c.Keeper.Lookup(ws, "copy\x00"+campaign.CopyHash(canonical))
}

// keep seals a draft and keeps it, or finds the one that has its words, system
// and person. canonical is what Canonical gave.
func (c CopyDesk) keep(ctx context.Context, ws touch.Workspace, d campaign.Copy, canonical string, asked campaign.CopyAsked) (campaign.Copy, error) {
	look, err := c.look(ws, canonical)
	if err != nil {
		return d, err
	}
	key, _, err := c.keyFor(ctx, ws, d.Subject)
	if err != nil {
		return d, err
	}
	d.ID, d.At = touch.NewID("drf"), asked.At
	d.Content.Text, d.Content.Hash = canonical, campaign.CopyHash(canonical)
	d.Content.Findings = gateway.CopyChecks(canonical, d.Content.Locale)
	b, err := json.Marshal(d.Content)
	if err != nil {
		return d, touch.Wrap(touch.Internal, err, "a draft can't be written")
	}
	row := sqlstore.CopyDraft{ID: d.ID, Subject: d.Subject, System: d.System, Look: look, Decision: d.Decision, At: d.At, Asked: []sqlstore.CopyAsked{sqlstore.CopyAsked(asked)}}
	if row.Sealed, err = key.Seal(b, draftAAD(d.ID)); err != nil {
		return d, err
	}
	id, err := c.DB.KeepDraft(ctx, ws, row)
	if err != nil {
		return d, err
	}
	return c.Draft(ctx, ws, id)
}

// PutUp implements gateway.Drafts.
func (c CopyDesk) PutUp(ctx context.Context, ws touch.Workspace, w gateway.Written) ([]campaign.CopyStanding, error) {
	out := make([]campaign.CopyStanding, len(w.Texts))
	for i, text := range w.Texts {
		d := campaign.Copy{System: w.System, Decision: w.Decision, Subject: w.Subject, Content: campaign.CopyContent{Locale: w.Locale}}
		d, err := c.keep(ctx, ws, d, text, campaign.CopyAsked{By: w.By, Decision: w.Decision, At: time.Now()})
		if w.Subject != "" && (errors.Is(err, seal.ErrErased) || touch.CodeOf(err) == touch.Unknown) {
			continue // erased meanwhile: nothing of theirs is kept
		}
		if err != nil {
			return nil, err
		}
		out[i] = d.Standing(w.Needs)
	}
	return out, nil
}

// origin is the system and person that a question is about. asked has the
// drafts that the decision or draft has.
func (c CopyDesk) origin(ctx context.Context, ws touch.Workspace, q campaign.CopyQuestion) (system touch.SystemID, subject *touch.SubjectID, asked []campaign.Copy, err error) {
	switch {
	case q.Draft != "":
		d, err := c.Draft(ctx, ws, q.Draft)
		return d.System, &d.Subject, []campaign.Copy{d}, err
	case q.Decision != "":
		d, err := c.Stored(ctx, ws, q.Decision)
		if err != nil {
			return "", nil, nil, err
		}
		rows, err := c.DB.DraftsOfDecision(ctx, ws, q.Decision)
		if err != nil {
			return "", nil, nil, err
		}
		asked, err = c.openAll(ctx, ws, rows)
		return d.Decision.System, &d.Subject, asked, err
	case q.System != "":
		_, err := c.DB.System(ctx, ws, q.System)
		return q.System, nil, nil, err
	}
	return "", nil, nil, touch.Fielderr("system", "say which system wrote it, or name the decision or the draft that it came from")
}

// Check answers whether words may be used.
func (c CopyDesk) Check(ctx context.Context, p access.Principal, q campaign.CopyQuestion) (campaign.CopyStanding, error) {
	text, err := campaign.Canonical(q.Text)
	if err != nil {
		return campaign.CopyStanding{}, err
	}
	system, subject, asked, err := c.origin(ctx, p.Workspace, q)
	if err != nil {
		return campaign.CopyStanding{}, err
	}
	s, err := c.standing(ctx, p.Workspace, system, subject, text)
	if s.State == campaign.CopyUnknown && len(asked) > 0 {
		s.State, s.Decision = campaign.CopyChanged, asked[0].Decision
	}
	return s, err
}

// standing is where canonical words of a system stand for one person; nil
// stands for whoever it is. The strictest of several drafts holds. Words of a
// system that asks for approvals aren't free because somebody names another.
func (c CopyDesk) standing(ctx context.Context, ws touch.Workspace, system touch.SystemID, subject *touch.SubjectID, text string) (campaign.CopyStanding, error) {
	none := campaign.CopyStanding{State: campaign.CopyUnknown, System: system, Hash: campaign.CopyHash(text)}
	var err error
	if none.Needs, err = c.needs(ctx, ws, system); err != nil {
		return none, err
	}
	look, err := c.look(ws, text)
	if err != nil {
		return none, err
	}
	rows, err := c.DB.DraftsByLook(ctx, ws, look)
	if err != nil {
		return none, err
	}
	rows = slices.DeleteFunc(rows, func(d sqlstore.CopyDraft) bool {
		return none.Needs > 0 && d.System != system || subject != nil && d.Subject != "" && d.Subject != *subject
	})
	all, err := c.openAll(ctx, ws, rows)
	if err != nil {
		return none, err
	}
	var found []campaign.CopyStanding
	for i := range all {
		n, err := c.needs(ctx, ws, all[i].System)
		if err != nil {
			return none, err
		}
		if n > 0 {
			found = append(found, all[i].Standing(n))
		}
	}
	switch {
	case len(found) > 0:
		return slices.MinFunc(found, func(x, y campaign.CopyStanding) int { return strictness(x.State) - strictness(y.State) }), nil
	case none.Needs == 0:
		none.State, none.MayUse = campaign.CopyFree, true
	}
	return none, nil
}

func strictness(s campaign.CopyState) int {
	return slices.Index([]campaign.CopyState{campaign.CopyReturned, campaign.CopyWaiting, campaign.CopyApproved}, s)
}

// Submit puts words up for approval: those that somebody changed by hand, or
// that the gateway could not see, such as those in a tool's arguments.
func (c CopyDesk) Submit(ctx context.Context, p access.Principal, q campaign.CopyQuestion) (campaign.CopyStanding, error) {
	text, err := campaign.Canonical(q.Text)
	if err != nil {
		return campaign.CopyStanding{}, err
	}
	if p.User == "" {
		return campaign.CopyStanding{}, touch.Errorf(touch.Forbidden, "a named person asks for an approval; this credential has no owner")
	}
	system, subject, asked, err := c.origin(ctx, p.Workspace, q)
	if err != nil {
		return campaign.CopyStanding{}, err
	}
	n, err := c.needs(ctx, p.Workspace, system)
	if err != nil {
		return campaign.CopyStanding{}, err
	}
	if n == 0 {
		return campaign.CopyStanding{}, touch.Fielderr("system", "this system's copy needs no approval; an administrator can ask for one under Prompts")
	}
	d := campaign.Copy{System: system, Decision: q.Decision}
	if subject != nil {
		d.Subject = *subject
	}
	if len(asked) > 0 {
		d.Decision, d.Content.Locale = asked[0].Decision, asked[0].Content.Locale
		d.Content.From = asked[0].ID
	}
	d, err = c.keep(ctx, p.Workspace, d, text, campaign.CopyAsked{By: p.User, Decision: d.Decision, At: time.Now()})
	if err != nil {
		return campaign.CopyStanding{}, err
	}
	return d.Standing(n), c.recorded(ctx, p.Workspace, &d, map[string]any{"what": "asked", "by": p.User, "from": d.Content.From})
}

// recorded puts what became of a draft on record, under its person's key.
func (c CopyDesk) recorded(ctx context.Context, ws touch.Workspace, d *campaign.Copy, body map[string]any) error {
	body["draft"], body["system"], body["decision"], body["sha256"] = d.ID, d.System, d.Decision, d.Content.Hash
	b, err := json.Marshal(body)
	if err != nil {
		return touch.Wrap(touch.Internal, err, "an approval can't be written")
	}
	_, subject, err := c.keyFor(ctx, ws, d.Subject)
	if err != nil {
		return err
	}
	_, err = c.Record.Append(ctx, ws, record.Entry{Kind: record.CopyMove, Payload: b, Subject: subject})
	return err
}
