package app

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/record"
	"fairtouch/internal/rights"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

// deadlines is read once; it never changes while the program runs.
var deadlines = sync.OnceValues(rights.Open)

// RightView is a request with what its page shows.
type RightView struct {
	rights.Request
	Erased bool           // the person is gone: only what was asked and how it ended is left
	Due    rights.Day     // by when an answer is owed
	Rule   rights.Rule    // whose deadline
	Calls  []rights.Entry // what other systems did
	Mails  []rights.Mail  // what the person was told by mail, or why not
}

// rightAAD binds a sealed request to its row.
func rightAAD(id string) []byte { return []byte("right\x00" + id) }

// dueAt is the first moment that is too late.
func dueAt(d rights.Day) time.Time { return rights.DayOf(d).AddDate(0, 0, 1) }

// AskRight takes a request in about the person of an external id, or of
// ask.Subject where a link knows them. What needs no more proof and no human
// is carried out at once.
func (a *App) AskRight(ctx context.Context, ws touch.Workspace, ask rights.Ask) (RightView, error) {
	b, err := deadlines()
	if err != nil {
		return RightView{}, err
	}
	var k consent.Known
	if ask.Subject != "" {
		k, err = a.Ledger.ByID(ctx, ws, ask.Subject)
	} else {
		k, _, err = a.Ledger.Find(ctx, ws, ask.External)
	}
	if err != nil {
		return RightView{}, err
	}
	if ask.Place == "" {
		co, err := a.Worlds.CompanyOf(ctx, ws)
		if err != nil {
			return RightView{}, err
		}
		ask.Place = co.Country
	}
	ask.Subject = k.ID
	if ask.ID == "" {
		ask.ID = touch.NewID("req")
	}
	if ask.Kind == rights.Appeal {
		if err := a.appealed(ctx, ws, k.ID, ask.Of); err != nil {
			return RightView{}, err
		}
	}
	r, err := rights.New(b, ask, time.Now().UTC())
	if err != nil {
		return RightView{}, err
	}
	if err := a.keepRight(ctx, ws, k, r, 0, 0); err != nil {
		return RightView{}, err
	}
	if r.State == rights.Verified && r.Kind.OptOut() {
		return a.RunRight(ctx, ws, ask.By, r.ID, false)
	}
	return a.Right(ctx, ws, r.ID)
}

// appealed checks that an appeal is against a request of the same person that
// was refused or done in part.
func (a *App) appealed(ctx context.Context, ws touch.Workspace, of touch.SubjectID, id string) error {
	row, err := a.DB.RightOf(ctx, ws, id)
	if err != nil || row.Subject != of || row.State != rights.Refused && row.State != rights.Partly {
		return touch.Fielderr("of", "an appeal names a request of the same person that was refused, or done in part")
	}
	return nil
}

// keepRight puts the steps since an earlier one on record, and writes the
// request over the version that was read; 0 inserts it.
func (a *App) keepRight(ctx context.Context, ws touch.Workspace, k consent.Known, r *rights.Request, was, stepsWere int) error {
	for i := stepsWere; i < len(r.Steps); i++ {
		s := &r.Steps[i]
		body, err := json.Marshal(map[string]any{"request": r.ID, "kind": r.Kind, "what": s.What, "by": s.By, "note": s.Note, "proof": r.Proof,
			"due": r.Due().Format(time.DateOnly), "rule": r.Deadline.Rule})
		if err != nil {
			return touch.Wrap(touch.Internal, err, "an event can't be written")
		}
		got, err := a.Record.Append(ctx, ws, record.Entry{Kind: rights.EventKind, Payload: body, Subject: &record.Subject{ID: k.ID, Key: k.Key}})
		if err != nil {
			return err
		}
		s.Event = touch.EventID(got.ID)
	}
	row, err := rightRow(k, r)
	if err != nil {
		return err
	}
	mails, err := a.owedMails(ctx, ws, r, r.Steps[stepsWere:])
	if err != nil {
		return err
	}
	if was == 0 {
		err = a.DB.PutRight(ctx, ws, row, mails...)
	} else {
		err = a.DB.ChangeRight(ctx, ws, was, row, mails...)
	}
	if err != nil || len(r.Steps) == stepsWere {
		return err
	}
	return a.Announce(ctx, ws, k.ID, "rights."+r.Steps[len(r.Steps)-1].What, map[string]any{"request": r.ID, "kind": r.Kind, "state": r.State,
		"external_id": r.External, "due": r.Due().Format(time.DateOnly)})
}

func rightRow(k consent.Known, r *rights.Request) (sqlstore.Right, error) {
	b, err := json.Marshal(r)
	if err != nil {
		return sqlstore.Right{}, touch.Wrap(touch.Internal, err, "a request can't be written")
	}
	sealed, err := k.Key.Seal(b, rightAAD(r.ID))
	return sqlstore.Right{ID: r.ID, Subject: k.ID, Kind: r.Kind, Rule: r.Deadline.Rule, State: r.State, Version: r.Version, Received: r.ReceivedAt,
		Due: dueAt(r.Due()), Changed: r.Steps[len(r.Steps)-1].At, Sealed: sealed}, err
}

// openRight reads a request and its person. Of an erased person only the row
// is left.
func (a *App) openRight(ctx context.Context, ws touch.Workspace, id string) (*rights.Request, consent.Known, error) {
	row, err := a.DB.RightOf(ctx, ws, id)
	if err != nil {
		return nil, consent.Known{}, err
	}
	if row.Erased() {
		r := &rights.Request{ID: row.ID, Kind: row.Kind, State: row.State, ReceivedAt: row.Received, Version: row.Version}
		r.Deadline.Rule, r.Deadline.Due = row.Rule, row.Due.AddDate(0, 0, -1)
		return r, consent.Known{}, nil
	}
	k, err := a.Ledger.ByID(ctx, ws, row.Subject)
	if err != nil {
		return nil, k, err
	}
	b, err := k.Key.Open(row.Sealed, rightAAD(id))
	if err != nil {
		return nil, k, err
	}
	var r rights.Request
	return &r, k, touch.Wrap(touch.Tampered, json.Unmarshal(b, &r), "a request can't be read")
}

// Right reads one request, with what other systems did.
func (a *App) Right(ctx context.Context, ws touch.Workspace, id string) (RightView, error) {
	r, k, err := a.openRight(ctx, ws, id)
	if err != nil {
		return RightView{}, err
	}
	v := RightView{Request: *r, Erased: k.ID == "", Due: r.Due()}
	if b, err := deadlines(); err == nil {
		v.Rule, _ = b.ByID(r.Deadline.Rule)
	}
	if v.Calls, err = a.DB.Calls(ctx, ws, id); err != nil {
		return v, err
	}
	v.Mails, err = a.DB.MailsOf(ctx, ws, id)
	return v, err
}

// Rights lists requests, what is due first at the top. Nobody is named.
func (a *App) Rights(ctx context.Context, ws touch.Workspace) ([]sqlstore.Right, error) {
	return a.DB.Rights(ctx, ws, 1000)
}

// changeRight reads a request, changes it and keeps it.
func (a *App) changeRight(ctx context.Context, ws touch.Workspace, id string, f func(b *rights.Book, k consent.Known, r *rights.Request, now time.Time) error) (RightView, error) {
	b, err := deadlines()
	if err != nil {
		return RightView{}, err
	}
	r, k, err := a.openRight(ctx, ws, id)
	if err != nil {
		return RightView{}, err
	}
	if k.ID == "" {
		return RightView{}, touch.Errorf(touch.Conflict, "the person was erased; nothing of this request can be changed")
	}
	was, steps := r.Version, len(r.Steps)
	if err := f(b, k, r, time.Now().UTC()); err != nil {
		return RightView{}, err
	}
	if err := a.keepRight(ctx, ws, k, r, was, steps); err != nil {
		return RightView{}, err
	}
	return a.Right(ctx, ws, id)
}

// VerifyRight records that the person is known for sure, and how. external and
// email are what other systems know them by; they may be "". An id of somebody
// else is refused.
func (a *App) VerifyRight(ctx context.Context, ws touch.Workspace, by touch.UserID, id string, p rights.Proof, external, email string) (RightView, error) {
	return a.changeRight(ctx, ws, id, func(b *rights.Book, k consent.Known, r *rights.Request, now time.Time) error {
		if err := a.isTheirs(ctx, ws, k, external); err != nil {
			return err
		}
		if external != "" {
			r.External = external
		}
		if email != "" {
			r.Email = email
		}
		return r.Verify(b, p, by, now)
	})
}

// IdentifyRight adds what other systems know the person by, after the staff
// compared it; either may be "". An id of somebody else is refused.
func (a *App) IdentifyRight(ctx context.Context, ws touch.Workspace, by touch.UserID, id, external, email string) (RightView, error) {
	return a.changeRight(ctx, ws, id, func(_ *rights.Book, k consent.Known, r *rights.Request, now time.Time) error {
		if err := a.isTheirs(ctx, ws, k, external); err != nil {
			return err
		}
		return r.Identify(external, email, by, now)
	})
}

// isTheirs refuses an id of somebody else.
func (a *App) isTheirs(ctx context.Context, ws touch.Workspace, k consent.Known, external string) error {
	if external == "" {
		return nil
	}
	same, _, err := a.KnownPerson(ctx, ws, external)
	if err != nil {
		return err
	}
	if same.ID != k.ID && (same.Cluster == "" || same.Cluster != k.Cluster) {
		return touch.Fielderr("external_id", "this is the id of somebody else, or of nobody")
	}
	return nil
}

// ExtendRight moves the due day to the law's furthest, with a reason.
func (a *App) ExtendRight(ctx context.Context, ws touch.Workspace, by touch.UserID, id, reason string) (RightView, error) {
	return a.changeRight(ctx, ws, id, func(_ *rights.Book, _ consent.Known, r *rights.Request, now time.Time) error {
		return r.Extend(by, reason, now)
	})
}

// RefuseRight ends a request with a reason.
func (a *App) RefuseRight(ctx context.Context, ws touch.Workspace, by touch.UserID, id, reason string) (RightView, error) {
	return a.changeRight(ctx, ws, id, func(_ *rights.Book, _ consent.Known, r *rights.Request, now time.Time) error {
		return r.Refuse(by, reason, now)
	})
}

// CancelRight ends a request because the person wants it so.
func (a *App) CancelRight(ctx context.Context, ws touch.Workspace, by touch.UserID, id string) (RightView, error) {
	return a.changeRight(ctx, ws, id, func(_ *rights.Book, _ consent.Known, r *rights.Request, now time.Time) error {
		return r.Cancel(by, now)
	})
}

// FinishRight ends what a member of the staff carried out; missing says what
// couldn't be done.
func (a *App) FinishRight(ctx context.Context, ws touch.Workspace, by touch.UserID, id, missing string) (RightView, error) {
	return a.changeRight(ctx, ws, id, func(_ *rights.Book, _ consent.Known, r *rights.Request, now time.Time) error {
		if !r.Kind.ByPerson() {
			return touch.Fielderr("kind", "this is carried out by running it")
		}
		return errors.Join(r.Start(by, now), r.Finish(by, missing, now))
	})
}
