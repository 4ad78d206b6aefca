package access

import (
	"context"
	"strings"
	"sync"
	"time"

	"fairtouch/touch"
)

// Desk checks credentials and hands them out.
type Desk struct {
	store Store
	now   func() time.Time

	mu    sync.Mutex             // guards keys and tries
	keys  map[string]cachedKey   // by hash; see keyTTL
	tries map[string][]time.Time // failed sign-ins by login
}

type cachedKey struct {
	p  Principal
	at time.Time
}

// keyTTL bounds how long a key that another node revoked goes on working here.
// A key revoked on this node stops at once.
const keyTTL = time.Second

// Sessions last twelve hours, invitations a day.
const (
	SessionLife = 12 * time.Hour
	InviteLife  = 24 * time.Hour
	maxTries    = 8 // failed sign-ins per login and quarter of an hour
	tryWindow   = 15 * time.Minute
)

// NewDesk makes a desk over a store and a clock.
func NewDesk(store Store, now func() time.Time) *Desk {
	return &Desk{store: store, now: now, keys: map[string]cachedKey{}, tries: map[string][]time.Time{}}
}

// CreateKey makes a key and returns its secret, which is shown this once.
func (d *Desk) CreateKey(ctx context.Context, ws touch.Workspace, owner touch.UserID, name string, scopes []Scope) (Key, string, error) {
	secret, _ := NewSecret()
	secret = "ft_" + secret
	k := Key{ID: touch.NewKeyID(), Workspace: ws, Owner: owner, Name: name, Hash: HashSecret(secret), Scopes: scopes, CreatedAt: d.now()}
	if err := d.store.PutKey(ctx, k); err != nil {
		return Key{}, "", err
	}
	return k, secret, nil
}

// ByKey returns the principal of a bearer secret.
func (d *Desk) ByKey(ctx context.Context, secret string) (Principal, error) {
	if !strings.HasPrefix(secret, "ft_") {
		return Principal{}, touch.Errorf(touch.Unauthenticated, "that is not a Fairtouch key; keys begin with ft_")
	}
	hash, now := HashSecret(secret), d.now()
	d.mu.Lock()
	c, ok := d.keys[hash]
	d.mu.Unlock()
	if ok && now.Sub(c.at) < keyTTL {
		return c.p, nil
	}
	k, err := d.store.KeyByHash(ctx, hash)
	switch {
	case touch.CodeOf(err) == touch.Unknown, err == nil && !k.RevokedAt.IsZero():
		d.forget(hash)
		return Principal{}, touch.Errorf(touch.Unauthenticated, "unknown or revoked key; make one with `fairtouch keys create`")
	case err != nil:
		return Principal{}, touch.Wrap(touch.Unavailable, err, "keys can't be read now; try again")
	}
	p := Principal{Workspace: k.Workspace, User: k.Owner, Name: k.Name, Key: k.ID, Scopes: k.Scopes}
	d.remember(hash, p, now)
	return p, nil
}

func (d *Desk) remember(hash string, p Principal, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.keys) > 10_000 {
		clear(d.keys)
	}
	d.keys[hash] = cachedKey{p, now}
}

func (d *Desk) forget(hash string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.keys, hash)
}

// RevokeKey stops a key; on this node at once, on others within a second.
func (d *Desk) RevokeKey(ctx context.Context, ws touch.Workspace, id touch.KeyID) error {
	if err := d.store.RevokeKey(ctx, ws, id, d.now()); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	clear(d.keys)
	return nil
}

// Keys lists the workspace's keys.
func (d *Desk) Keys(ctx context.Context, ws touch.Workspace) ([]Key, error) {
	return d.store.Keys(ctx, ws)
}

// Invite makes a one-time link's token.
func (d *Desk) Invite(ctx context.Context, ws touch.Workspace, role Role) (string, error) {
	token, hash := NewSecret()
	return token, d.store.PutInvite(ctx, Invite{Hash: hash, Workspace: ws, Role: role, ExpiresAt: d.now().Add(InviteLife)})
}

// Peek returns the invitation behind a token without using it up.
func (d *Desk) Peek(ctx context.Context, token string) (Invite, error) {
	return d.store.InviteByHash(ctx, HashSecret(token), d.now())
}

// Join turns an invitation into an account.
func (d *Desk) Join(ctx context.Context, token, login, name, password string) (User, error) {
	login = strings.ToLower(strings.TrimSpace(login))
	if login == "" || len(login) > 200 || strings.ContainsAny(login, " \t\n\x00") {
		return User{}, touch.Fielderr("login", "choose a sign-in name without spaces, such as your e-mail address")
	}
	hash, err := HashPassword(password)
	if err != nil {
		return User{}, err
	}
	if _, err := d.store.UserByLogin(ctx, login); err == nil {
		return User{}, touch.Fielderr("login", "somebody has that sign-in name already; choose another")
	}
	inv, err := d.store.TakeInvite(ctx, HashSecret(token), d.now())
	if err != nil {
		return User{}, touch.Errorf(touch.Unknown, "this link was used or is too old; ask an administrator for a new one")
	}
	u := User{ID: touch.NewUserID(), Workspace: inv.Workspace, Login: login, Name: strings.TrimSpace(name), Role: inv.Role, Password: hash, CreatedAt: d.now()}
	if u.Name == "" {
		u.Name = login
	}
	return u, d.store.PutUser(ctx, u)
}

// SignIn checks a password and opens a session; the token goes into a cookie.
func (d *Desk) SignIn(ctx context.Context, login, password string) (User, string, error) {
	login = strings.ToLower(strings.TrimSpace(login))
	if !d.mayTry(login) {
		return User{}, "", touch.Errorf(touch.RateLimited, "too many tries for this sign-in name; wait a quarter of an hour")
	}
	u, err := d.store.UserByLogin(ctx, login)
	if err != nil && touch.CodeOf(err) != touch.Unknown {
		return User{}, "", err
	}
	if err != nil || !u.RetiredAt.IsZero() || !CheckPassword(u.Password, password) {
		if err != nil { // spend the same time on a name that doesn't exist
			CheckPassword("argon2id$2$19456$1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", password)
		}
		d.tried(login)
		return User{}, "", touch.Errorf(touch.Unauthenticated, "sign-in name or password is wrong")
	}
	token, err := d.OpenSession(ctx, u)
	return u, token, err
}

// OpenSession opens a session for a user who has been identified.
func (d *Desk) OpenSession(ctx context.Context, u User) (string, error) {
	token, hash := NewSecret()
	return token, d.store.PutSession(ctx, Session{Hash: hash, Workspace: u.Workspace, User: u.ID, ExpiresAt: d.now().Add(SessionLife)})
}

func (d *Desk) mayTry(login string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	var live []time.Time
	for _, t := range d.tries[login] {
		if d.now().Sub(t) < tryWindow {
			live = append(live, t)
		}
	}
	if len(live) == 0 {
		delete(d.tries, login)
	} else {
		d.tries[login] = live
	}
	return len(live) < maxTries
}

func (d *Desk) tried(login string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.tries) > 10_000 {
		clear(d.tries)
	}
	d.tries[login] = append(d.tries[login], d.now())
}

// BySession returns the principal of a session cookie.
func (d *Desk) BySession(ctx context.Context, token string) (Principal, error) {
	s, err := d.store.SessionByHash(ctx, HashSecret(token), d.now())
	if err != nil {
		return Principal{}, err
	}
	u, err := d.store.UserByID(ctx, s.Workspace, s.User)
	if err != nil {
		return Principal{}, err
	}
	if !u.RetiredAt.IsZero() {
		return Principal{}, touch.Errorf(touch.Unauthenticated, "this account is retired")
	}
	return u.Principal(), nil
}

// SignOut ends a session.
func (d *Desk) SignOut(ctx context.Context, token string) error {
	return d.store.DropSession(ctx, HashSecret(token))
}

// Users lists the workspace's staff.
func (d *Desk) Users(ctx context.Context, ws touch.Workspace) ([]User, error) {
	return d.store.Users(ctx, ws)
}
