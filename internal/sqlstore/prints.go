package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"fairtouch/internal/disclose/prints"
	"fairtouch/touch"
)

// OutputPrint is the fingerprint of something that AI made. Exact and Form are
// keyed hashes of a prints.Print's.
type OutputPrint struct {
	ID          string
	Subject     touch.SubjectID  // "" where it is about nobody
	Decision    touch.DecisionID // "" for none
	Event       touch.EventID    // of the record
	Exact, Form string
	Picture     uint64
	Media       string // media type
	Source      string // IPTC's digital source type; "" for text
	What        string // marked, rendered
	Channel     touch.Channel
	At          time.Time
	Delivered   time.Time // zero: not known
	Shown       time.Time // zero: not known
}

// OutputMatch is a fingerprint that was recognised.
type OutputMatch struct {
	OutputPrint
	How      string // exact, form, picture
	Distance int    // bits of 64, for pictures
}

const printColumns = "id, subject_id, decision_id, event_id, exact, form, picture, media, source, what, channel, at, delivered, shown"

// PutPrint keeps a fingerprint durably. A second of the same bytes for the same
// decision is not kept, and none about somebody who was erased: Unknown.
func (db *DB) PutPrint(ctx context.Context, ws touch.Workspace, p OutputPrint) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		n := 0
		if p.Subject != "" {
			if err := tx.QueryRow(ctx, "SELECT COUNT(*) FROM subject_keys WHERE ws = $1 AND subject_id = $2", []any{string(ws), string(p.Subject)}, &n); err != nil {
				return err
			}
			if n == 0 {
				return touch.Errorf(touch.Unknown, "this person's data was erased")
			}
		}
		if err := tx.QueryRow(ctx, "SELECT COUNT(*) FROM output_prints WHERE ws = $1 AND exact = $2 AND decision_id = $3", []any{string(ws), p.Exact, string(p.Decision)}, &n); err != nil || n > 0 {
			return err
		}
		_, err := tx.Exec(ctx, "INSERT INTO output_prints (ws, "+printColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, 0)",
			string(ws), p.ID, string(p.Subject), string(p.Decision), string(p.Event), p.Exact, p.Form, int64(p.Picture), p.Media, p.Source, p.What, string(p.Channel), Micros(p.At))
		return err
	})
}

// FindPrints recognises an output among a workspace's: the same bytes first, then
// the same text, then similar pictures, the nearest first; at most limit. A
// picture is compared with every one that is kept, some thousands a query.
func (db *DB) FindPrints(ctx context.Context, ws touch.Workspace, exact, form string, picture uint64, limit int) ([]OutputMatch, error) {
	var out []OutputMatch
	seen := map[string]bool{}
	for _, q := range []struct{ how, column, value string }{{"exact", "exact", exact}, {"form", "form", form}} {
		if q.value == "" {
			continue
		}
		rows, err := db.prints(ctx, "WHERE ws = $1 AND "+q.column+" = $2 ORDER BY id DESC LIMIT $3", string(ws), q.value, limit)
		if err != nil {
			return nil, err
		}
		for _, p := range rows {
			if !seen[p.ID] {
				seen[p.ID] = true
				out = append(out, OutputMatch{p, q.how, 0})
			}
		}
	}
	if picture == 0 {
		return out[:min(len(out), limit)], nil
	}
	near, err := db.nearPrints(ctx, ws, picture)
	for d := 0; err == nil && d <= prints.Near; d++ {
		for _, p := range near[d] {
			if !seen[p.ID] {
				out = append(out, OutputMatch{p, "picture", d})
			}
		}
	}
	return out[:min(len(out), limit)], err
}

// nearPrints lists similar pictures by how far they are.
func (db *DB) nearPrints(ctx context.Context, ws touch.Workspace, picture uint64) ([prints.Near + 1][]OutputPrint, error) {
	const batch = 8192
	var near [prints.Near + 1][]OutputPrint
	for after := ""; ; {
		rows, err := db.prints(ctx, "WHERE ws = $1 AND id > $2 AND picture <> 0 ORDER BY id LIMIT $3", string(ws), after, batch)
		if err != nil {
			return near, err
		}
		for _, p := range rows {
			if d := prints.Distance(p.Picture, picture); d <= prints.Near {
				near[d] = append(near[d], p)
			}
		}
		if len(rows) < batch {
			return near, nil
		}
		after = rows[len(rows)-1].ID
	}
}

// PrintsOf lists the fingerprints of a decision's outputs, the first first.
func (db *DB) PrintsOf(ctx context.Context, ws touch.Workspace, id touch.DecisionID) ([]OutputPrint, error) {
	return db.prints(ctx, "WHERE ws = $1 AND decision_id = $2 ORDER BY id", string(ws), string(id))
}

func (db *DB) prints(ctx context.Context, where string, args ...any) ([]OutputPrint, error) {
	var out []OutputPrint
	err := db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		out = out[:0]
		return tx.Each(ctx, "SELECT "+printColumns+" FROM output_prints "+where, args, func(rows *sql.Rows) error {
			var p OutputPrint
			var picture, at, delivered, shown int64
			err := rows.Scan(&p.ID, &p.Subject, &p.Decision, &p.Event, &p.Exact, &p.Form, &picture, &p.Media, &p.Source, &p.What, &p.Channel, &at, &delivered, &shown)
			p.Picture, p.At = uint64(picture), Time(at)
			if delivered != 0 {
				p.Delivered = Time(delivered)
			}
			if shown != 0 {
				p.Shown = Time(shown)
			}
			out = append(out, p)
			return err
		})
	})
	return out, err
}

// PrintByID reads one; Unknown where there is none.
func (db *DB) PrintByID(ctx context.Context, ws touch.Workspace, id string) (OutputPrint, error) {
	rows, err := db.prints(ctx, "WHERE ws = $1 AND id = $2", string(ws), id)
	if err == nil && len(rows) == 0 {
		err = touch.Errorf(touch.Unknown, "there is no output of this id, or the person's data was erased")
	}
	if err != nil {
		return OutputPrint{}, err
	}
	return rows[0], nil
}

// PrintReached writes when an output was delivered, or shown, and reports whether
// this was the first word of it. A later one changes nothing.
func (db *DB) PrintReached(ctx context.Context, ws touch.Workspace, id string, shown bool, at time.Time) (first bool, err error) {
	column := "delivered"
	if shown {
		column = "shown"
	}
	err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := tx.Exec(ctx, "UPDATE output_prints SET "+column+" = $1 WHERE ws = $2 AND id = $3 AND "+column+" = 0", Micros(at), string(ws), id)
		first = n > 0
		return err
	})
	return first, err
}
