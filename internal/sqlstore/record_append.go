package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"fairtouch/internal/record"
	"fairtouch/touch"
)

// AppendRows implements record.Store.
func (db *DB) AppendRows(ctx context.Context, rows []record.Row) []error {
	r := &request{ctx: ctx, rows: rows, errs: make([]error, len(rows))}
	if len(rows) == 0 {
		return r.errs
	}
	err := db.submit(db.appends, r)
	if err == nil {
		err = r.err
	}
	if err != nil {
		for i := range r.errs {
			r.errs[i] = err
		}
	}
	return r.errs
}

// pendingRow is a row of the group and where its error goes.
type pendingRow struct {
	row *record.Row
	err *error
}

// appendGroup writes the record rows of a group: all together, or, if careful,
// row by row, so that one bad row leaves the others alone.
func appendGroup(ctx context.Context, tx *Tx, group []*request, careful bool) error {
	var all []pendingRow
	for _, r := range group {
		gone := r.rows != nil && r.ctx.Err() != nil
		for i := range r.rows {
			r.errs[i] = nil
			if gone {
				r.errs[i] = touch.Wrap(touch.Unavailable, r.ctx.Err(), "the request ended before the store took it")
				continue
			}
			all = append(all, pendingRow{&r.rows[i], &r.errs[i]})
		}
	}
	if len(all) == 0 {
		return nil
	}
	if !careful {
		return appendRows(ctx, tx, all)
	}
	for _, p := range all {
		*p.err = nil
		err, fatal := tx.nested(ctx, func(ctx context.Context, tx *Tx) error { return appendRows(ctx, tx, []pendingRow{p}) })
		if fatal != nil {
			return fatal
		}
		if *p.err == nil {
			*p.err = err
		}
	}
	return nil
}

// appendRows checks and writes rows. A row that may not be written gets its own
// error; an error that is returned concerns all of them.
func appendRows(ctx context.Context, tx *Tx, rows []pendingRow) error {
	rows, later := sameKeys(rows)
	if err := refuseDuplicates(ctx, tx, rows); err != nil {
		return err
	}
	if err := refuseStale(ctx, tx, rows); err != nil {
		return err
	}
	for _, f := range later {
		*f.err = afterFirst(f.first)
	}
	var a insertArgs
	for _, p := range rows {
		if *p.err == nil {
			a.add(p.row)
		}
	}
	return a.insert(ctx, tx)
}

// follower is a row whose idempotency key came earlier in the group.
type follower struct {
	pendingRow
	first pendingRow
}

type wsKey struct {
	ws  touch.Workspace
	key string
}

// sameKeys sets the followers apart.
func sameKeys(rows []pendingRow) (first []pendingRow, later []follower) {
	seen := map[wsKey]pendingRow{}
	first = make([]pendingRow, 0, len(rows))
	for _, p := range rows {
		k := wsKey{p.row.Workspace, p.row.KeyHash}
		if lead, ok := seen[k]; ok && k.key != "" {
			later = append(later, follower{p, lead})
			continue
		}
		if k.key != "" {
			seen[k] = p
		}
		first = append(first, p)
	}
	return first, later
}

// afterFirst is what a follower is told: whatever the first was told, or that
// the first was recorded.
func afterFirst(p pendingRow) error {
	if *p.err != nil {
		return *p.err
	}
	return &record.DuplicateError{Decision: p.row.Decision.ID, Event: p.row.ID, Subject: p.row.Subject, Reply: p.row.Reply}
}

// refuseDuplicates finds rows whose idempotency key was used before.
func refuseDuplicates(ctx context.Context, tx *Tx, rows []pendingRow) error {
	byWS := map[touch.Workspace]map[string]pendingRow{}
	for _, p := range rows {
		if p.row.KeyHash == "" {
			continue
		}
		if byWS[p.row.Workspace] == nil {
			byWS[p.row.Workspace] = map[string]pendingRow{}
		}
		byWS[p.row.Workspace][p.row.KeyHash] = p
	}
	for ws, m := range byWS {
		keys := make([]string, 0, len(m))
		for k := range m {
			keys = append(keys, k)
		}
		if err := findDuplicates(ctx, tx, ws, keys, m); err != nil {
			return err
		}
	}
	return nil
}

func findDuplicates(ctx context.Context, tx *Tx, ws touch.Workspace, keys []string, m map[string]pendingRow) error {
	return tx.among(keys, 2, func(in string, args []any) error {
		q := "SELECT key_hash, decision_id, event_id, subject_id, reply FROM idempotency WHERE ws = $1 AND key_hash " + in
		return tx.Each(ctx, q, append([]any{string(ws)}, args...), func(rows *sql.Rows) error {
			d, key, err := scanDuplicate(rows)
			if err == nil {
				*m[key].err = d
			}
			return err
		})
	})
}

func scanDuplicate(rows *sql.Rows) (*record.DuplicateError, string, error) {
	var d record.DuplicateError
	var key string
	var subject sql.NullString
	err := rows.Scan(&key, &d.Decision, &d.Event, &subject, &d.Reply)
	d.Subject = touch.SubjectID(subject.String)
	return &d, key, err
}

// refuseStale finds rows whose person was erased, or has another version than
// the row's guard. It locks the persons until the commit.
func refuseStale(ctx context.Context, tx *Tx, rows []pendingRow) error {
	byWS := map[touch.Workspace]map[string]int64{}
	for _, p := range rows {
		if p.row.Subject == "" || *p.err != nil {
			continue
		}
		if byWS[p.row.Workspace] == nil {
			byWS[p.row.Workspace] = map[string]int64{}
		}
		byWS[p.row.Workspace][string(p.row.Subject)] = -1 // unknown or erased
	}
	lock := tx.ForShare()
	for _, p := range rows {
		if p.row.State != nil {
			lock = tx.ForUpdate() // two writers that both want more than FOR SHARE would deadlock
		}
	}
	for ws, m := range byWS {
		if err := readVersions(ctx, tx, ws, m, lock); err != nil {
			return err
		}
	}
	if err := refuseOldEpochs(ctx, tx, rows); err != nil {
		return err
	}
	for _, p := range rows {
		if p.row.Subject == "" || *p.err != nil {
			continue
		}
		version := byWS[p.row.Workspace][string(p.row.Subject)]
		switch {
		case version < 0, p.row.Guard != nil && p.row.Guard.Version != version:
			*p.err = record.ErrStale
		case p.row.State != nil:
			// Later rows of this group that rest on the old version are stale.
			byWS[p.row.Workspace][string(p.row.Subject)] = version + 1
		}
	}
	return nil
}

// refuseOldEpochs finds rows whose workspace has changed since, where their
// guard asks for that. It holds the epochs until the commit.
func refuseOldEpochs(ctx context.Context, tx *Tx, rows []pendingRow) error {
	held := map[touch.Workspace]int64{}
	for _, p := range rows {
		if *p.err != nil || p.row.Guard == nil || p.row.Guard.Epoch == 0 {
			continue
		}
		ws := p.row.Workspace
		if _, ok := held[ws]; !ok {
			var n int64
			err := tx.QueryRow(ctx, "SELECT epoch FROM epochs WHERE ws = $1"+tx.ForShare(), []any{string(ws)}, &n)
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return err
			}
			held[ws] = n
		}
		if held[ws] != p.row.Guard.Epoch {
			*p.err = record.ErrStale
		}
	}
	return nil
}

func readVersions(ctx context.Context, tx *Tx, ws touch.Workspace, m map[string]int64, lock string) error {
	ids := make([]string, 0, len(m))
	for id := range m {
		ids = append(ids, id)
	}
	return tx.among(ids, 2, func(in string, args []any) error {
		q := "SELECT id, version FROM subjects WHERE ws = $1 AND id " + in + " AND erased_at IS NULL ORDER BY id" + lock
		return tx.Each(ctx, q, append([]any{string(ws)}, args...), func(rows *sql.Rows) error {
			var id string
			var version int64
			if err := rows.Scan(&id, &version); err != nil {
				return err
			}
			m[id] = version
			return nil
		})
	})
}

// insertArgs gathers the values of the many-row inserts.
type insertArgs struct {
	events, subjects, decisions, keys, opened, closed, states, lines []any
	bumped                                                           []*record.Row
}

func (a *insertArgs) add(r *record.Row) {
	ws := string(r.Workspace)
	a.events = append(a.events, ws, string(r.ID), r.LeafID, string(r.Kind), r.SealedFor,
		Micros(r.At), r.Commitment[:], r.CipherHash[:], r.Cipher)
	if r.Subject != "" {
		a.subjects = append(a.subjects, ws, string(r.ID), string(r.Subject))
	}
	if r.Kind == record.Opened {
		a.opened = append(a.opened, ws, string(r.ID), Micros(r.At))
	}
	if r.Closes != "" {
		a.closed = append(a.closed, string(r.Closes), ws)
	}
	if r.State != nil {
		a.setState(r)
		a.bumped = append(a.bumped, r)
	}
	for i, l := range r.Lines {
		a.lines = append(a.lines, ws, string(r.ID), int64(i), l.Purpose, l.System, l.Channel, l.State, l.Basis, l.Notice, Micros(r.At))
	}
	if d := r.Decision; d != nil {
		a.decisions = append(a.decisions, ws, string(d.ID), string(r.ID), string(d.System), d.Purpose,
			string(d.Channel), string(d.Verdict), string(d.StoppedAt), d.Reason, d.Arm, d.Jurisdiction,
			d.Band, string(d.Campaign), Micros(d.At))
	}
	if r.KeyHash != "" {
		a.keys = append(a.keys, ws, r.KeyHash, string(r.Decision.ID), string(r.ID), r.Reply, nullable(string(r.Subject)), Micros(r.At))
	}
}

func (a *insertArgs) insert(ctx context.Context, tx *Tx) error {
	_, e1 := insertMany(ctx, tx, "INSERT INTO events (ws, id, leaf_id, kind, sealed_for, at, commitment, cipher_hash, cipher) VALUES ", 9, "", a.events)
	if e1 != nil {
		return e1
	}
	_, e2 := insertMany(ctx, tx, "INSERT INTO event_subjects (ws, event_id, subject_id) VALUES ", 3, "", a.subjects)
	if e2 != nil {
		return e2
	}
	_, e3 := insertMany(ctx, tx, "INSERT INTO decisions (ws, id, event_id, system, purpose, channel, verdict, stopped_at, reason, arm, jurisdiction, band, campaign, at) VALUES ", 14, "", a.decisions)
	if e3 != nil {
		return e3
	}
	if err := a.streams(ctx, tx); err != nil {
		return err
	}
	if err := a.insertStates(ctx, tx); err != nil {
		return err
	}
	return a.insertKeys(ctx, tx)
}

// streams notes which events are open. Rows of one group may open and close one.
func (a *insertArgs) streams(ctx context.Context, tx *Tx) error {
	if _, err := insertMany(ctx, tx, "INSERT INTO open_events (ws, event_id, at) VALUES ", 3, "", a.opened); err != nil {
		return err
	}
	for i := 0; i < len(a.closed); i += 2 {
		if _, err := tx.Exec(ctx, "DELETE FROM open_events WHERE event_id = $1 AND ws = $2", a.closed[i:i+2]...); err != nil {
			return err
		}
	}
	return nil
}

// setState keeps the last projection of a person in this group: one statement
// may not change one row twice.
func (a *insertArgs) setState(r *record.Row) {
	for i := 0; i < len(a.states); i += 3 {
		if a.states[i] == string(r.Workspace) && a.states[i+1] == string(r.Subject) {
			a.states[i+2] = r.State
			return
		}
	}
	a.states = append(a.states, string(r.Workspace), string(r.Subject), r.State)
}

// insertStates replaces the projections of the persons whose permissions
// changed, and changes the persons' versions.
func (a *insertArgs) insertStates(ctx context.Context, tx *Tx) error {
	_, err := insertMany(ctx, tx, "INSERT INTO consent_state (ws, subject_id, sealed) VALUES ", 3,
		" ON CONFLICT (ws, subject_id) DO UPDATE SET sealed = excluded.sealed", a.states)
	for i := 0; i < len(a.bumped) && err == nil; i++ {
		if err = BumpSubject(ctx, tx, a.bumped[i].Workspace, a.bumped[i].Subject); err == nil {
			err = bumpCluster(ctx, tx, a.bumped[i].Workspace, a.bumped[i].Subject)
		}
	}
	if err != nil {
		return err
	}
	_, err = insertMany(ctx, tx, "INSERT INTO consent_log (ws, event_id, n, purpose, system, channel, state, basis, notice, at) VALUES ", 10, "", a.lines)
	return err
}

// insertKeys writes the idempotency keys. On PostgreSQL another node may have
// taken one since refuseDuplicates looked; the insert waits for it and then
// fails, and the row is tried alone, where refuseDuplicates sees it.
func (a *insertArgs) insertKeys(ctx context.Context, tx *Tx) error {
	_, err := insertMany(ctx, tx, "INSERT INTO idempotency (ws, key_hash, decision_id, event_id, reply, subject_id, at) VALUES ", 7, "", a.keys)
	return err
}

func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// Duplicate looks an idempotency key up before any work is done; nil if it
// wasn't used.
func (db *DB) Duplicate(ctx context.Context, ws touch.Workspace, keyHash string) (*record.DuplicateError, error) {
	var out *record.DuplicateError
	err := db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		out = nil
		q := "SELECT key_hash, decision_id, event_id, subject_id, reply FROM idempotency WHERE ws = $1 AND key_hash = $2"
		return tx.Each(ctx, q, []any{string(ws), keyHash}, func(rows *sql.Rows) (err error) {
			out, _, err = scanDuplicate(rows)
			return err
		})
	})
	if err != nil && errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return out, err
}
