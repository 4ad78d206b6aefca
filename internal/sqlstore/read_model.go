package sqlstore

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"fairtouch/touch"
)

// Tally is how many decisions fell together.
type Tally struct {
	System  touch.SystemID
	Verdict touch.Verdict
	Stopped touch.Step
	Reason  string // the rule that stopped it
	Arm     string
	N       int
}

// Tallies counts a workspace's decisions since a time.
func (db *DB) Tallies(ctx context.Context, ws touch.Workspace, since time.Time) ([]Tally, error) {
	const q = `SELECT system, verdict, stopped_at, reason, arm, count(*) FROM decisions WHERE ws = $1 AND at >= $2 AND arm <> 'review'
		GROUP BY system, verdict, stopped_at, reason, arm ORDER BY count(*) DESC, system, verdict, stopped_at, reason, arm`
	return manyRows(ctx, db, q, []any{string(ws), Micros(since)}, func(rows *sql.Rows) (t Tally, err error) {
		err = rows.Scan(&t.System, &t.Verdict, &t.Stopped, &t.Reason, &t.Arm, &t.N)
		return t, err
	})
}

// DecisionFilter narrows a list of decisions; empty fields don't.
type DecisionFilter struct {
	System   touch.SystemID
	Verdict  touch.Verdict
	Stopped  touch.Step
	Reason   string
	Channel  touch.Channel
	From, To time.Time
	Before   touch.DecisionID // only decisions with a smaller id, which are older
	Limit    int
}

// DecisionLine is a decision as a list shows it: nothing about the person.
type DecisionLine struct {
	ID           touch.DecisionID
	System       touch.SystemID
	Purpose      string
	Channel      touch.Channel
	Verdict      touch.Verdict
	Stopped      touch.Step
	Reason       string
	Arm          string
	Jurisdiction string
	Band         string
	At           time.Time
}

// ListDecisions lists decisions, newest first, a page at a time.
func (db *DB) ListDecisions(ctx context.Context, ws touch.Workspace, f DecisionFilter) ([]DecisionLine, error) {
	var b strings.Builder
	b.WriteString("SELECT id, system, purpose, channel, verdict, stopped_at, reason, arm, jurisdiction, band, at FROM decisions WHERE ws = $1")
	args := []any{string(ws)}
	and := func(cond string, v any) {
		args = append(args, v)
		b.WriteString(" AND " + cond + " $" + strconv.Itoa(len(args)))
	}
	for _, c := range []struct{ col, v string }{{"system =", string(f.System)}, {"verdict =", string(f.Verdict)},
		{"stopped_at =", string(f.Stopped)}, {"reason =", f.Reason}, {"channel =", string(f.Channel)}, {"id <", string(f.Before)}} {
		if c.v != "" {
			and(c.col, c.v)
		}
	}
	if !f.From.IsZero() {
		and("at >=", Micros(f.From))
	}
	if !f.To.IsZero() {
		and("at <", Micros(f.To))
	}
	if f.Limit <= 0 || f.Limit > 201 {
		f.Limit = 50
	}
	and("1 = 1 ORDER BY id DESC LIMIT", f.Limit)
	return manyRows(ctx, db, b.String(), args, func(rows *sql.Rows) (d DecisionLine, err error) {
		var at int64
		err = rows.Scan(&d.ID, &d.System, &d.Purpose, &d.Channel, &d.Verdict, &d.Stopped, &d.Reason, &d.Arm, &d.Jurisdiction, &d.Band, &at)
		d.At = Time(at)
		return d, err
	})
}

// Said is how often something was said of a permission.
type Said struct {
	Purpose, System, Channel, State, Basis string
	N                                      int
}

// Saids counts what was said since a time.
func (db *DB) Saids(ctx context.Context, ws touch.Workspace, since time.Time) ([]Said, error) {
	const q = `SELECT purpose, system, channel, state, basis, count(*) FROM consent_log WHERE ws = $1 AND at >= $2
		GROUP BY purpose, system, channel, state, basis ORDER BY purpose, system, channel, state, basis`
	return manyRows(ctx, db, q, []any{string(ws), Micros(since)}, func(rows *sql.Rows) (s Said, err error) {
		err = rows.Scan(&s.Purpose, &s.System, &s.Channel, &s.State, &s.Basis, &s.N)
		return s, err
	})
}

// EventLine is an event of a kind that concerns no person's content.
type EventLine struct {
	ID touch.EventID
	At time.Time
}

// EventsOfKind lists the newest events of a kind.
func (db *DB) EventsOfKind(ctx context.Context, ws touch.Workspace, kind string, limit int) ([]EventLine, error) {
	return manyRows(ctx, db, "SELECT id, at FROM events WHERE ws = $1 AND kind = $2 ORDER BY seq DESC LIMIT $3", []any{string(ws), kind, limit},
		func(rows *sql.Rows) (e EventLine, err error) {
			var at int64
			err = rows.Scan(&e.ID, &at)
			e.At = Time(at)
			return e, err
		})
}

// CampaignCounts is how many decisions on behalf of a campaign allowed AI, and
// how many did not.
func (db *DB) CampaignCounts(ctx context.Context, ws touch.Workspace, id touch.CampaignID) (reached, refused int, err error) {
	err = db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		const q = "SELECT COALESCE(SUM(CASE WHEN verdict = 'allow' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN verdict = 'allow' THEN 0 ELSE 1 END), 0) FROM decisions WHERE ws = $1 AND campaign = $2"
		return tx.QueryRow(ctx, q, []any{string(ws), string(id)}, &reached, &refused)
	})
	return reached, refused, err
}

// CampaignReached calls f with each decision that allowed AI on behalf of a
// campaign, oldest first.
func (db *DB) CampaignReached(ctx context.Context, ws touch.Workspace, id touch.CampaignID, f func(d touch.DecisionID, at time.Time, system, channel, band string) error) error {
	type row struct {
		id                    touch.DecisionID
		at                    int64
		system, channel, band string
	}
	after, last := int64(0), ""
	for {
		var page []row
		err := db.Read(ctx, func(ctx context.Context, tx *Tx) error {
			page = page[:0]
			const q = "SELECT id, at, system, channel, band FROM decisions WHERE ws = $1 AND campaign = $2 AND verdict = 'allow' AND (at > $3 OR at = $4 AND id > $5) ORDER BY at, id LIMIT 5000"
			return tx.Each(ctx, q, []any{string(ws), string(id), after, after, last}, func(rows *sql.Rows) error {
				var r row
				err := rows.Scan(&r.id, &r.at, &r.system, &r.channel, &r.band)
				page = append(page, r)
				return err
			})
		})
		if err != nil || len(page) == 0 {
			return err
		}
		for _, r := range page {
			if err := f(r.id, Time(r.at), r.system, r.channel, r.band); err != nil {
				return err
			}
		}
		after, last = page[len(page)-1].at, string(page[len(page)-1].id)
	}
}

// CampaignCases counts the cases of a kind about decisions of a campaign.
func (db *DB) CampaignCases(ctx context.Context, ws touch.Workspace, id touch.CampaignID, kind string) (n int, err error) {
	err = db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		const q = "SELECT count(*) FROM cases c JOIN decisions d ON d.ws = c.ws AND d.id = c.decision_id WHERE c.ws = $1 AND d.campaign = $2 AND c.kind = $3"
		return tx.QueryRow(ctx, q, []any{string(ws), string(id), kind}, &n)
	})
	return n, err
}

// SampleDecision is a decision of a sample.
type SampleDecision struct {
	ID      touch.DecisionID
	Verdict touch.Verdict
}

// CampaignSample is some of the latest decisions on behalf of a campaign.
func (db *DB) CampaignSample(ctx context.Context, ws touch.Workspace, id touch.CampaignID, n int) (out []SampleDecision, err error) {
	err = db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		out = out[:0]
		const q = "SELECT id, verdict FROM decisions WHERE ws = $1 AND campaign = $2 ORDER BY at DESC, id DESC LIMIT $3"
		return tx.Each(ctx, q, []any{string(ws), string(id), n}, func(rows *sql.Rows) error {
			var d SampleDecision
			err := rows.Scan(&d.ID, &d.Verdict)
			out = append(out, d)
			return err
		})
	})
	return out, err
}

// CountPeople is how many persons a workspace knows.
func (db *DB) CountPeople(ctx context.Context, ws touch.Workspace) (n int, err error) {
	err = db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		return tx.QueryRow(ctx, "SELECT count(*) FROM subjects WHERE ws = $1", []any{string(ws)}, &n)
	})
	return n, err
}

// TalliesBetween counts a workspace's decisions of a time.
func (db *DB) TalliesBetween(ctx context.Context, ws touch.Workspace, from, to time.Time) ([]Tally, error) {
	const q = `SELECT system, verdict, stopped_at, reason, arm, count(*) FROM decisions WHERE ws = $1 AND at >= $2 AND at < $3 AND arm <> 'review'
		GROUP BY system, verdict, stopped_at, reason, arm ORDER BY count(*) DESC, system, verdict, stopped_at, reason, arm`
	return manyRows(ctx, db, q, []any{string(ws), Micros(from), Micros(to)}, func(rows *sql.Rows) (t Tally, err error) {
		err = rows.Scan(&t.System, &t.Verdict, &t.Stopped, &t.Reason, &t.Arm, &t.N)
		return t, err
	})
}
