package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"fairtouch/touch"
)

// document reads the newest version of one document into v. None is Unknown.
func document(ctx context.Context, tx *Tx, ws touch.Workspace, kind, id string, v any) error {
	var body string
	err := tx.QueryRow(ctx, "SELECT body FROM documents WHERE ws = $1 AND kind = $2 AND id = $3 ORDER BY version DESC LIMIT 1",
		[]any{string(ws), kind, id}, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return touch.Errorf(touch.Unknown, "no such %s in this workspace", kind)
	}
	if err != nil {
		return err
	}
	return decode(body, v)
}

func decode(body string, v any) error {
	return touch.Wrap(touch.Internal, json.Unmarshal([]byte(body), v), "a stored document can't be read")
}

// newest calls f with the newest version of every document of a kind, by id.
func newest(ctx context.Context, tx *Tx, ws touch.Workspace, kind string, f func(body string) error) error {
	const q = `SELECT d.body FROM documents d WHERE d.ws = $1 AND d.kind = $2 AND d.version =
		(SELECT max(m.version) FROM documents m WHERE m.ws = d.ws AND m.kind = d.kind AND m.id = d.id) ORDER BY d.id`
	return each(ctx, tx, q, []any{string(ws), kind}, f)
}

// versions calls f with every version of one document, oldest first.
func versions(ctx context.Context, tx *Tx, ws touch.Workspace, kind, id string, f func(body string) error) error {
	const q = "SELECT body FROM documents WHERE ws = $1 AND kind = $2 AND id = $3 ORDER BY version"
	return each(ctx, tx, q, []any{string(ws), kind, id}, f)
}

func each(ctx context.Context, tx *Tx, q string, args []any, f func(body string) error) error {
	var bodies []string
	err := tx.Each(ctx, q, args, func(rows *sql.Rows) error {
		var b string
		err := rows.Scan(&b)
		bodies = append(bodies, b)
		return err
	})
	for _, b := range bodies {
		if err == nil {
			err = f(b)
		}
	}
	return err
}

// saveDocument inserts one version and moves the workspace's epoch on. A
// version that exists is a Conflict.
func saveDocument(ctx context.Context, tx *Tx, ws touch.Workspace, kind, id string, version int, v any, by touch.UserID) error {
	body, err := json.Marshal(v)
	if err != nil {
		return touch.Wrap(touch.Internal, err, "a document can't be written")
	}
	n, err := tx.Exec(ctx, `INSERT INTO documents (ws, kind, id, version, body, by_user, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (ws, kind, id, version) DO NOTHING`, string(ws), kind, id, version, string(body), string(by), Micros(time.Now()))
	if err == nil && n == 0 {
		return touch.Errorf(touch.Conflict, "this %s was changed meanwhile; read it again", kind)
	}
	if err != nil {
		return err
	}
	return moveEpoch(ctx, tx, ws)
}

// nextVersion is one more than the newest version, 1 for a new document.
func nextVersion(ctx context.Context, tx *Tx, ws touch.Workspace, kind, id string) (int, error) {
	var n int
	err := tx.QueryRow(ctx, "SELECT COALESCE(max(version), 0) + 1 FROM documents WHERE ws = $1 AND kind = $2 AND id = $3",
		[]any{string(ws), kind, id}, &n)
	return n, err
}

func moveEpoch(ctx context.Context, tx *Tx, ws touch.Workspace) error {
	_, err := tx.Exec(ctx, "INSERT INTO epochs (ws, epoch) VALUES ($1, 1) ON CONFLICT (ws) DO UPDATE SET epoch = epochs.epoch + 1", string(ws))
	return err
}

// Epoch returns the workspace's epoch: what was read under another one may be
// out of date.
func (db *DB) Epoch(ctx context.Context, ws touch.Workspace) (int64, error) {
	var n int64
	err := db.Read(ctx, func(ctx context.Context, tx *Tx) error { return epoch(ctx, tx, ws, &n) })
	return n, err
}

func epoch(ctx context.Context, tx *Tx, ws touch.Workspace, n *int64) error {
	return tx.QueryRow(ctx, "SELECT COALESCE(max(epoch), 0) FROM epochs WHERE ws = $1", []any{string(ws)}, n)
}

// PutDocument inserts the next version of a free document, such as a notice.
func (db *DB) PutDocument(ctx context.Context, ws touch.Workspace, kind, id string, v any, by touch.UserID) (version int, err error) {
	err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if version, err = nextVersion(ctx, tx, ws, kind, id); err != nil {
			return err
		}
		return saveDocument(ctx, tx, ws, kind, id, version, v, by)
	})
	return version, err
}

// PutVersion inserts one version of a free document: one more than was read, or
// 1. A version that exists is a Conflict: somebody else wrote first.
func (db *DB) PutVersion(ctx context.Context, ws touch.Workspace, kind, id string, version int, v any, by touch.UserID) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error { return saveDocument(ctx, tx, ws, kind, id, version, v, by) })
}

// DocumentVersions calls f with every version of a free document, oldest first.
func (db *DB) DocumentVersions(ctx context.Context, ws touch.Workspace, kind, id string, f func(body string) error) error {
	return db.Read(ctx, func(ctx context.Context, tx *Tx) error { return versions(ctx, tx, ws, kind, id, f) })
}

// Document reads the newest version of a free document into v.
func (db *DB) Document(ctx context.Context, ws touch.Workspace, kind, id string, v any) error {
	return db.Read(ctx, func(ctx context.Context, tx *Tx) error { return document(ctx, tx, ws, kind, id, v) })
}

// Documents calls f with the newest version of each document of a kind, by id.
func (db *DB) Documents(ctx context.Context, ws touch.Workspace, kind string, f func(body string) error) error {
	return db.Read(ctx, func(ctx context.Context, tx *Tx) error { return newest(ctx, tx, ws, kind, f) })
}
