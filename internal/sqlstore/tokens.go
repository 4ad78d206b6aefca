package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"fairtouch/touch"
)

// Token is what a token of a protected text stands for, sealed.
type Token struct {
	Token   string
	Subject touch.SubjectID // "" for the workspace's key
	MAC     string          // keyed hash of the value: tells whether it is the same
	Sealed  []byte
	Wrapped []byte // the person's key, on reading; empty for the workspace's
}

// PutTokens keeps tokens. Those that stand for another value already are
// returned and left as they are.
func (db *DB) PutTokens(ctx context.Context, ws touch.Workspace, purpose string, rows []Token) (taken []string, err error) {
	err = db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		taken = nil
		for _, r := range rows {
			n, err := tx.Exec(ctx, `INSERT INTO text_tokens (ws, purpose, token, subject_id, mac, sealed, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
				ON CONFLICT (ws, purpose, token) DO NOTHING`, string(ws), purpose, r.Token, string(r.Subject), r.MAC, r.Sealed, Micros(time.Now()))
			if err != nil {
				return err
			}
			if n > 0 {
				continue
			}
			var mac string
			if err := tx.QueryRow(ctx, "SELECT mac FROM text_tokens WHERE ws = $1 AND purpose = $2 AND token = $3", []any{string(ws), purpose, r.Token}, &mac); err != nil {
				return err
			}
			if mac != r.MAC {
				taken = append(taken, r.Token)
			}
		}
		return nil
	})
	return taken, err
}

// TokenRows reads the tokens that are kept; others are left out.
func (db *DB) TokenRows(ctx context.Context, ws touch.Workspace, purpose string, tokens []string) ([]Token, error) {
	var out []Token
	err := db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		out = out[:0]
		for _, t := range tokens {
			r := Token{Token: t}
			err := tx.QueryRow(ctx, `SELECT t.subject_id, t.sealed, k.wrapped FROM text_tokens t LEFT JOIN subject_keys k ON k.ws = t.ws AND k.subject_id = t.subject_id
				WHERE t.ws = $1 AND t.purpose = $2 AND t.token = $3`, []any{string(ws), purpose, t}, &r.Subject, &r.Sealed, &r.Wrapped)
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
			if err != nil {
				return err
			}
			out = append(out, r)
		}
		return nil
	})
	return out, err
}
