package seal

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"fairtouch/touch"
)

// space is the part of a workspace's keys that concerns no single person. They
// live as long as the workspace, so they may stay in memory.
type space struct {
	pepper       []byte
	key          SubjectKey
	receipt, log ed25519.PrivateKey
}

// LoadWorkspace makes or reads a workspace's pepper, workspace key and signing
// keys. Lookup, WorkspaceKey and Signer refuse until it was called once.
func (k *Keeper) LoadWorkspace(ctx context.Context, ws touch.Workspace) error {
	if k == nil || k.kek == nil || ws == "" {
		return ErrNoKey
	}
	if k.space(ws) != nil {
		return nil
	}
	s := &space{}
	var raw [4][]byte
	for i, name := range []string{"pepper", "workspace-key", "receipt-key", "log-key"} {
		b, err := k.secret(ctx, ws, name)
		if err != nil {
			return err
		}
		raw[i] = b
	}
	a, err := newAEAD(raw[1])
	if err != nil {
		return err
	}
	s.pepper, s.key = raw[0], SubjectKey{aead: a}
	s.receipt, s.log = ed25519.NewKeyFromSeed(raw[2]), ed25519.NewKeyFromSeed(raw[3])
	k.mu.Lock()
	defer k.mu.Unlock()
	k.spaces[ws] = s
	return nil
}

// secret reads a 32-byte secret, or makes it. Of two nodes, the first wins.
func (k *Keeper) secret(ctx context.Context, ws touch.Workspace, name string) ([]byte, error) {
	aad := []byte("secret\x00" + string(ws) + "\x00" + name)
	wrapped, ok, err := k.store.Secret(ctx, ws, name)
	if err != nil {
		return nil, err
	}
	if !ok {
		if wrapped, err = k.kek.Encrypt(newKey(), aad); err != nil {
			return nil, touch.Wrap(touch.Internal, err, "a key can't be wrapped")
		}
		if wrapped, err = k.store.PutSecret(ctx, ws, name, wrapped); err != nil {
			return nil, err
		}
	}
	raw, err := k.kek.Decrypt(wrapped, aad)
	if err != nil || len(raw) != KeySize {
		return nil, ErrBroken
	}
	return raw, nil
}

func (k *Keeper) space(ws touch.Workspace) *space {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.spaces[ws]
}

// Lookup returns the keyed hash (HMAC-SHA-256 under the workspace's pepper,
// hex) that stands for an identifier in the store. The caller normalises the
// identifier first. Without the pepper a list of e-mail addresses can't be
// matched with it.
func (k *Keeper) Lookup(ws touch.Workspace, normalised string) (string, error) {
	s := k.space(ws)
	if s == nil {
		return "", ErrNoKey
	}
	m := hmac.New(sha256.New, s.pepper)
	m.Write([]byte(normalised))
	return hex.EncodeToString(m.Sum(nil)), nil
}

// WorkspaceKey seals what concerns no single person.
func (k *Keeper) WorkspaceKey(ws touch.Workspace) (SubjectKey, error) {
	s := k.space(ws)
	if s == nil {
		return SubjectKey{}, ErrNoKey
	}
	return s.key, nil
}

// Purpose separates the signing keys, so that a receipt can never pass for a
// checkpoint.
type Purpose int

// The purposes. The zero value is none, and refuses.
const (
	ForReceipts Purpose = iota + 1
	ForLog
)

// SigningKey returns the Ed25519 key of a workspace for one purpose.
func (k *Keeper) SigningKey(ws touch.Workspace, p Purpose) (ed25519.PrivateKey, error) {
	s := k.space(ws)
	switch {
	case s == nil:
		return nil, ErrNoKey
	case p == ForReceipts:
		return s.receipt, nil
	case p == ForLog:
		return s.log, nil
	}
	return nil, ErrNoKey
}

// Forget drops a workspace's keys from memory, after the store has removed it.
func (k *Keeper) Forget(ws touch.Workspace) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.spaces, ws)
}
