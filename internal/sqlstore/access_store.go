package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"fairtouch/internal/access"
	"fairtouch/touch"
)

func microsOrZero(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return Micros(t)
}

func timeOrZero(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return Time(us)
}

// PutKey implements access.KeyStore.
func (db *DB) PutKey(ctx context.Context, k access.Key) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO api_keys (id, ws, owner, name, hash, scopes, created_at, revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
			string(k.ID), string(k.Workspace), string(k.Owner), k.Name, k.Hash, access.Join(k.Scopes), Micros(k.CreatedAt), microsOrZero(k.RevokedAt))
		return err
	})
}

const keyColumns = "SELECT id, ws, owner, name, hash, scopes, created_at, revoked_at FROM api_keys "

func scanKey(rows *sql.Rows) (k access.Key, err error) {
	var scopes string
	var created, revoked int64
	if err = rows.Scan(&k.ID, &k.Workspace, &k.Owner, &k.Name, &k.Hash, &scopes, &created, &revoked); err != nil {
		return k, err
	}
	k.CreatedAt, k.RevokedAt = Time(created), timeOrZero(revoked)
	k.Scopes, err = access.ParseScopes(scopes)
	return k, err
}

// KeyByHash implements access.KeyStore.
func (db *DB) KeyByHash(ctx context.Context, hash string) (access.Key, error) {
	return oneRow(ctx, db, keyColumns+"WHERE hash = $1", []any{hash}, "key", scanKey)
}

// Keys implements access.KeyStore.
func (db *DB) Keys(ctx context.Context, ws touch.Workspace) ([]access.Key, error) {
	return manyRows(ctx, db, keyColumns+"WHERE ws = $1 ORDER BY created_at DESC, id", []any{string(ws)}, scanKey)
}

// RevokeKey implements access.KeyStore.
func (db *DB) RevokeKey(ctx context.Context, ws touch.Workspace, id touch.KeyID, at time.Time) error {
	return db.changeOne(ctx, "key", "UPDATE api_keys SET revoked_at = $1 WHERE ws = $2 AND id = $3 AND revoked_at = 0", Micros(at), string(ws), string(id))
}

// changeOne runs a statement that must change a row.
func (db *DB) changeOne(ctx context.Context, what, q string, args ...any) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := tx.Exec(ctx, q, args...)
		if err == nil && n == 0 {
			err = touch.Errorf(touch.Unknown, "no such %s in this workspace", what)
		}
		return err
	})
}

func oneRow[T any](ctx context.Context, db *DB, q string, args []any, what string, scan func(*sql.Rows) (T, error)) (T, error) {
	out, err := manyRows(ctx, db, q, args, scan)
	var zero T
	switch {
	case err != nil:
		return zero, err
	case len(out) == 0:
		return zero, touch.Errorf(touch.Unknown, "no such %s", what)
	}
	return out[0], nil
}

func manyRows[T any](ctx context.Context, db *DB, q string, args []any, scan func(*sql.Rows) (T, error)) ([]T, error) {
	var out []T
	err := db.Read(ctx, func(ctx context.Context, tx *Tx) error {
		out = out[:0]
		return tx.Each(ctx, q, args, func(rows *sql.Rows) error {
			v, err := scan(rows)
			out = append(out, v)
			return err
		})
	})
	return out, err
}

// PutUser implements access.StaffStore.
func (db *DB) PutUser(ctx context.Context, u access.User) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := tx.Exec(ctx, `INSERT INTO users (id, ws, login, name, role, password, created_at, retired_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (login) DO NOTHING`, string(u.ID), string(u.Workspace), u.Login, u.Name,
			string(u.Role), u.Password, Micros(u.CreatedAt), microsOrZero(u.RetiredAt))
		if err == nil && n == 0 {
			err = touch.Errorf(touch.Conflict, "somebody has that sign-in name already; choose another")
		}
		return err
	})
}

const userColumns = "SELECT id, ws, login, name, role, password, created_at, retired_at FROM users "

func scanUser(rows *sql.Rows) (u access.User, err error) {
	var created, retired int64
	err = rows.Scan(&u.ID, &u.Workspace, &u.Login, &u.Name, &u.Role, &u.Password, &created, &retired)
	u.CreatedAt, u.RetiredAt = Time(created), timeOrZero(retired)
	return u, err
}

// UserByLogin implements access.StaffStore.
func (db *DB) UserByLogin(ctx context.Context, login string) (access.User, error) {
	return oneRow(ctx, db, userColumns+"WHERE login = $1", []any{login}, "user", scanUser)
}

// UserByID implements access.StaffStore.
func (db *DB) UserByID(ctx context.Context, ws touch.Workspace, id touch.UserID) (access.User, error) {
	return oneRow(ctx, db, userColumns+"WHERE ws = $1 AND id = $2", []any{string(ws), string(id)}, "user", scanUser)
}

// Users implements access.StaffStore.
func (db *DB) Users(ctx context.Context, ws touch.Workspace) ([]access.User, error) {
	return manyRows(ctx, db, userColumns+"WHERE ws = $1 ORDER BY login", []any{string(ws)}, scanUser)
}

// PutSession implements access.StaffStore.
func (db *DB) PutSession(ctx context.Context, s access.Session) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO sessions (hash, ws, user_id, expires_at) VALUES ($1, $2, $3, $4)",
			s.Hash, string(s.Workspace), string(s.User), Micros(s.ExpiresAt))
		return err
	})
}

// SessionByHash implements access.StaffStore.
func (db *DB) SessionByHash(ctx context.Context, hash string, now time.Time) (access.Session, error) {
	return oneRow(ctx, db, "SELECT hash, ws, user_id, expires_at FROM sessions WHERE hash = $1 AND expires_at > $2",
		[]any{hash, Micros(now)}, "session", func(rows *sql.Rows) (s access.Session, err error) {
			var until int64
			err = rows.Scan(&s.Hash, &s.Workspace, &s.User, &until)
			s.ExpiresAt = Time(until)
			return s, err
		})
}

// DropSession implements access.StaffStore.
func (db *DB) DropSession(ctx context.Context, hash string) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM sessions WHERE hash = $1", hash)
		return err
	})
}

// PutInvite implements access.InviteStore.
func (db *DB) PutInvite(ctx context.Context, i access.Invite) error {
	return db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO invites (hash, ws, role, expires_at) VALUES ($1, $2, $3, $4)",
			i.Hash, string(i.Workspace), string(i.Role), Micros(i.ExpiresAt))
		return err
	})
}

func scanInvite(rows *sql.Rows) (i access.Invite, err error) {
	var until int64
	err = rows.Scan(&i.Hash, &i.Workspace, &i.Role, &until)
	i.ExpiresAt = Time(until)
	return i, err
}

const inviteColumns = "SELECT hash, ws, role, expires_at FROM invites WHERE hash = $1 AND expires_at > $2"

// InviteByHash implements access.InviteStore.
func (db *DB) InviteByHash(ctx context.Context, hash string, now time.Time) (access.Invite, error) {
	return oneRow(ctx, db, inviteColumns, []any{hash, Micros(now)}, "invitation", scanInvite)
}

// TakeInvite implements access.InviteStore.
func (db *DB) TakeInvite(ctx context.Context, hash string, now time.Time) (access.Invite, error) {
	var out access.Invite
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		err := tx.Each(ctx, inviteColumns+tx.ForUpdate(), []any{hash, Micros(now)}, func(rows *sql.Rows) (err error) {
			out, err = scanInvite(rows)
			return err
		})
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, "DELETE FROM invites WHERE hash = $1", hash)
		if err == nil && (n == 0 || out.Hash == "") {
			err = touch.Errorf(touch.Unknown, "no such invitation")
		}
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		err = touch.Errorf(touch.Unknown, "no such invitation")
	}
	return out, err
}
