package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"fairtouch/touch"
)

// Secret implements seal.Store.
func (db *DB) Secret(ctx context.Context, ws touch.Workspace, name string) ([]byte, bool, error) {
	var out []byte
	err := db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		return tx.QueryRow(ctx, "SELECT wrapped FROM secrets WHERE ws = $1 AND name = $2", []any{string(ws), name}, &out)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	return out, err == nil, err
}

// PutSecret implements seal.Store: the first secret of a name stays.
func (db *DB) PutSecret(ctx context.Context, ws touch.Workspace, name string, wrapped []byte) ([]byte, error) {
	var out []byte
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO secrets (ws, name, wrapped) VALUES ($1, $2, $3) ON CONFLICT (ws, name) DO NOTHING", string(ws), name, wrapped)
		if err != nil {
			return err
		}
		return tx.QueryRow(ctx, "SELECT wrapped FROM secrets WHERE ws = $1 AND name = $2", []any{string(ws), name}, &out)
	})
	return out, err
}

// Workspace is a company's part of the installation, with a log of its own.
type Workspace struct {
	ID        touch.Workspace
	Name      string
	Kind      string // real, demo
	LogOrigin string // the transparency log's name; never changes
	CreatedAt time.Time
	Settings  string // JSON
}

// CreateWorkspace makes a workspace unless it exists, and returns the stored one.
func (db *DB) CreateWorkspace(ctx context.Context, w Workspace) (Workspace, error) {
	if w.ID == "" || w.LogOrigin == "" {
		return Workspace{}, touch.Fielderr("workspace", "a workspace needs an id and the name of its log")
	}
	if w.Settings == "" {
		w.Settings = "{}"
	}
	if w.CreatedAt.IsZero() {
		w.CreatedAt = time.Now()
	}
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO workspaces (ws, name, kind, log_origin, created_at, settings)
			VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (ws) DO NOTHING`,
			string(w.ID), w.Name, w.Kind, w.LogOrigin, Micros(w.CreatedAt), w.Settings)
		return err
	})
	if err != nil {
		return Workspace{}, err
	}
	all, err := db.AllWorkspaces(ctx)
	for _, have := range all {
		if have.ID == w.ID {
			return have, nil
		}
	}
	return Workspace{}, err
}

// AllWorkspaces lists the workspaces by id.
func (db *DB) AllWorkspaces(ctx context.Context) ([]Workspace, error) {
	var out []Workspace
	err := db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		out = out[:0]
		return tx.Each(ctx, "SELECT ws, name, kind, log_origin, created_at, settings FROM workspaces ORDER BY ws", nil, func(rows *sql.Rows) error {
			var w Workspace
			var at int64
			if err := rows.Scan(&w.ID, &w.Name, &w.Kind, &w.LogOrigin, &at, &w.Settings); err != nil {
				return err
			}
			w.CreatedAt = Time(at)
			out = append(out, w)
			return nil
		})
	})
	return out, err
}
