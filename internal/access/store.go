package access

import (
	"context"
	"time"

	"fairtouch/touch"
)

// KeyStore keeps API keys. Every write is durable before it returns.
type KeyStore interface {
	// PutKey inserts a key; the hash is unique over all workspaces.
	PutKey(ctx context.Context, k Key) error
	// KeyByHash returns the live or revoked key with this hash, or touch.Unknown.
	KeyByHash(ctx context.Context, hash string) (Key, error)
	// Keys lists a workspace's keys, newest first.
	Keys(ctx context.Context, ws touch.Workspace) ([]Key, error)
	// RevokeKey marks the key revoked, or answers touch.Unknown.
	RevokeKey(ctx context.Context, ws touch.Workspace, id touch.KeyID, at time.Time) error
}

// StaffStore keeps accounts, sessions and invitations. Every write is durable
// before it returns.
type StaffStore interface {
	// PutUser inserts a user; (workspace, login) is unique: touch.Conflict.
	PutUser(ctx context.Context, u User) error
	// UserByLogin finds a user by login in any workspace, or touch.Unknown.
	UserByLogin(ctx context.Context, login string) (User, error)
	// UserByID returns a user of the workspace, or touch.Unknown.
	UserByID(ctx context.Context, ws touch.Workspace, id touch.UserID) (User, error)
	// Users lists a workspace's users by login.
	Users(ctx context.Context, ws touch.Workspace) ([]User, error)
	// PutSession inserts a session.
	PutSession(ctx context.Context, s Session) error
	// SessionByHash returns an unexpired session, or touch.Unknown.
	SessionByHash(ctx context.Context, hash string, now time.Time) (Session, error)
	// DropSession deletes a session; dropping an absent one is not an error.
	DropSession(ctx context.Context, hash string) error
}

// InviteStore keeps one-time invitations.
type InviteStore interface {
	// PutInvite inserts an invitation.
	PutInvite(ctx context.Context, i Invite) error
	// InviteByHash returns an unexpired, unused invitation, or touch.Unknown.
	InviteByHash(ctx context.Context, hash string, now time.Time) (Invite, error)
	// TakeInvite consumes it, exactly once however many try; touch.Unknown for the others.
	TakeInvite(ctx context.Context, hash string, now time.Time) (Invite, error)
}

// Store is all three.
type Store interface {
	KeyStore
	StaffStore
	InviteStore
}
