package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"fairtouch/touch"
)

// CopyDraft is a text that people approve before it is used, as it is stored.
type CopyDraft struct {
	ID       string
	Subject  touch.SubjectID // "" where it is about nobody
	System   touch.SystemID
	Look     string           // keyed hash of the canonical text
	Decision touch.DecisionID // that it came from; "" for none
	Sealed   []byte           // text and findings
	At       time.Time
	Asked    []CopyAsked
	Answers  []CopyAnswer
}

// CopyAsked is that somebody asked for a draft's words.
type CopyAsked struct {
	By       touch.UserID
	Decision touch.DecisionID
	At       time.Time
}

// CopyAnswer is what one person last said of a draft. The reason is sealed.
type CopyAnswer struct {
	By     touch.UserID
	State  string // approved, returned
	Sealed []byte
	Via    string
	At     time.Time
}

// KeepDraft keeps a draft durably and who asked for it, the first of d.Asked.
// Where the same words of the same system, about the same person, are kept
// already, only the question is added, and their id comes back. A person who
// was erased is Unknown.
func (db *DB) KeepDraft(ctx context.Context, ws touch.Workspace, d CopyDraft) (id string, err error) {
	err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		n := 0
		if d.Subject != "" {
			if err := tx.QueryRow(ctx, "SELECT COUNT(*) FROM subject_keys WHERE ws = $1 AND subject_id = $2", []any{string(ws), string(d.Subject)}, &n); err != nil {
				return err
			}
			if n == 0 {
				return touch.Errorf(touch.Unknown, "this person's data was erased")
			}
		}
		if _, err := tx.Exec(ctx, `INSERT INTO copy_drafts (ws, id, subject_id, system, look, decision_id, sealed, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (ws, look, system, subject_id) DO NOTHING`, string(ws), d.ID, string(d.Subject), string(d.System), d.Look, string(d.Decision), d.Sealed, Micros(d.At)); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, "SELECT id FROM copy_drafts WHERE ws = $1 AND look = $2 AND system = $3 AND subject_id = $4",
			[]any{string(ws), d.Look, string(d.System), string(d.Subject)}, &id); err != nil {
			return err
		}
		for _, a := range d.Asked {
			if _, err := tx.Exec(ctx, `INSERT INTO copy_asked (ws, draft_id, by_user, decision_id, subject_id, at) VALUES ($1, $2, $3, $4, $5, $6)
				ON CONFLICT (ws, draft_id, by_user, decision_id) DO NOTHING`, string(ws), id, string(a.By), string(a.Decision), string(d.Subject), Micros(a.At)); err != nil {
				return err
			}
		}
		return nil
	})
	return id, err
}

// AnswerDraft keeps what somebody says of a draft, in place of what they said
// before. A draft that is gone is Unknown.
func (db *DB) AnswerDraft(ctx context.Context, ws touch.Workspace, draft string, a CopyAnswer) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		var subject string
		err := tx.QueryRow(ctx, "SELECT subject_id FROM copy_drafts WHERE ws = $1 AND id = $2"+tx.ForUpdate(), []any{string(ws), draft}, &subject)
		if err == sql.ErrNoRows {
			return touch.Errorf(touch.Unknown, "no such draft here, or it is past its time")
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO copy_answers (ws, draft_id, by_user, subject_id, state, sealed, via, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (ws, draft_id, by_user) DO UPDATE SET state = excluded.state, sealed = excluded.sealed, via = excluded.via, at = excluded.at`,
			string(ws), draft, string(a.By), subject, a.State, a.Sealed, a.Via, Micros(a.At))
		return err
	})
}

// DraftByID reads one with its questions and answers; Unknown for none.
func (db *DB) DraftByID(ctx context.Context, ws touch.Workspace, id string) (CopyDraft, error) {
	all, err := db.drafts(ctx, ws, "d.id = $2", "", id)
	if err == nil && len(all) == 0 {
		err = touch.Errorf(touch.Unknown, "no such draft here, or it is past its time")
	}
	if err != nil {
		return CopyDraft{}, err
	}
	return all[0], nil
}

// DraftsByLook finds the drafts of one text, of whichever system and person.
func (db *DB) DraftsByLook(ctx context.Context, ws touch.Workspace, look string) ([]CopyDraft, error) {
	return db.drafts(ctx, ws, "d.look = $2", "", look)
}

// DraftsOfDecision lists the drafts that came from a decision, or were made from it.
func (db *DB) DraftsOfDecision(ctx context.Context, ws touch.Workspace, id touch.DecisionID) ([]CopyDraft, error) {
	return db.drafts(ctx, ws, "EXISTS (SELECT 1 FROM copy_asked x WHERE x.ws = d.ws AND x.draft_id = d.id AND x.decision_id = $2)", "", string(id))
}

// OpenDrafts lists at most limit drafts that nobody has sent back and that fewer
// than people have approved, the oldest first.
func (db *DB) OpenDrafts(ctx context.Context, ws touch.Workspace, people, limit int) ([]CopyDraft, error) {
	return db.drafts(ctx, ws, `NOT EXISTS (SELECT 1 FROM copy_answers x WHERE x.ws = d.ws AND x.draft_id = d.id AND x.state = 'returned')
		AND (SELECT COUNT(*) FROM copy_answers x WHERE x.ws = d.ws AND x.draft_id = d.id AND x.state = 'approved') < $2`, " ORDER BY d.at, d.id LIMIT $3", people, limit)
}

// AnsweredDrafts lists at most limit drafts that somebody has answered, the newest first.
func (db *DB) AnsweredDrafts(ctx context.Context, ws touch.Workspace, limit int) ([]CopyDraft, error) {
	return db.drafts(ctx, ws, "EXISTS (SELECT 1 FROM copy_answers x WHERE x.ws = d.ws AND x.draft_id = d.id)", " ORDER BY d.at DESC, d.id LIMIT $2", limit)
}

// drafts reads drafts with their questions and answers in one snapshot.
func (db *DB) drafts(ctx context.Context, ws touch.Workspace, where, tail string, args ...any) ([]CopyDraft, error) {
	var out []CopyDraft
	args = append([]any{string(ws)}, args...)
	err := db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		out = out[:0]
		if tail == "" {
			tail = " ORDER BY d.at, d.id"
		}
		err := tx.Each(ctx, "SELECT d.id, d.subject_id, d.system, d.look, d.decision_id, d.sealed, d.at FROM copy_drafts d WHERE d.ws = $1 AND "+where+tail, args, func(rows *sql.Rows) error {
			var d CopyDraft
			var at int64
			err := rows.Scan(&d.ID, &d.Subject, &d.System, &d.Look, &d.Decision, &d.Sealed, &at)
			d.At = Time(at)
			out = append(out, d)
			return err
		})
		for i := range out {
			if err == nil {
				err = said(ctx, tx, ws, &out[i])
			}
		}
		return err
	})
	return out, err
}

// said reads who asked for a draft, and who answered.
func said(ctx context.Context, tx *Tx, ws touch.Workspace, d *CopyDraft) error {
	err := tx.Each(ctx, "SELECT by_user, decision_id, at FROM copy_asked WHERE ws = $1 AND draft_id = $2 ORDER BY at, by_user", []any{string(ws), d.ID}, func(rows *sql.Rows) error {
		var a CopyAsked
		var at int64
		err := rows.Scan(&a.By, &a.Decision, &at)
		a.At = Time(at)
		d.Asked = append(d.Asked, a)
		return err
	})
	if err != nil {
		return err
	}
	return tx.Each(ctx, "SELECT by_user, state, sealed, via, at FROM copy_answers WHERE ws = $1 AND draft_id = $2 ORDER BY at, by_user", []any{string(ws), d.ID}, func(rows *sql.Rows) error {
		var a CopyAnswer
		var at int64
		err := rows.Scan(&a.By, &a.State, &a.Sealed, &a.Via, &at)
		a.At = Time(at)
		d.Answers = append(d.Answers, a)
		return err
	})
}

// sweepDrafts removes what belonged to drafts that are gone.
func sweepDrafts(ctx context.Context, tx *Tx, ws touch.Workspace) error {
	for _, t := range []string{"copy_asked", "copy_answers"} {
		if _, err := tx.Exec(ctx, "DELETE FROM "+t+" WHERE ws = $1 AND draft_id NOT IN (SELECT id FROM copy_drafts)", string(ws)); err != nil {
			return err
		}
	}
	return nil
}
