package pii

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"io"
	"strings"
	"sync"
)

// MemoryVault is a Vault in memory: each value under AES-256-GCM with a key of
// its subject's. It is for programs that use the library alone, and for tests.
type MemoryVault struct {
	rnd io.Reader

	mu   sync.Mutex
	keys map[string]cipher.AEAD         // tenant NUL subject
	rows map[string]map[string]sealedIn // tenant NUL purpose -> token
}

type sealedIn struct {
	subject string
	typ     Type
	nonce   []byte
	sealed  []byte
}

// NewMemoryVault makes an empty vault; rnd is a source of secret randomness
// such as crypto/rand.Reader.
func NewMemoryVault(rnd io.Reader) *MemoryVault {
	return &MemoryVault{rnd: rnd, keys: map[string]cipher.AEAD{}, rows: map[string]map[string]sealedIn{}}
}

var errGone = errors.New("pii: the value can't be opened; its key was destroyed or the row was changed")

func join(parts ...string) string { return strings.Join(parts, "\x00") }

func (m *MemoryVault) key(s Scope) (cipher.AEAD, error) {
	id := join(s.Tenant, s.Subject)
	if k, ok := m.keys[id]; ok {
		return k, nil
	}
	b := make([]byte, 32)
	if _, err := io.ReadFull(m.rnd, b); err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(b)
	if err != nil {
		return nil, err
	}
	k, err := cipher.NewGCM(block)
	if err == nil {
		m.keys[id] = k
	}
	return k, err
}

// Put implements Vault.
func (m *MemoryVault) Put(_ context.Context, s Scope, es []Entry) (taken []string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k, err := m.key(s)
	if err != nil {
		return nil, err
	}
	place := join(s.Tenant, s.Purpose)
	if m.rows[place] == nil {
		m.rows[place] = map[string]sealedIn{}
	}
	for _, e := range es {
		if old, ok := m.rows[place][e.Token]; ok {
			if v, err := m.open(s, e.Token, old); err != nil || v != e.Value {
				taken = append(taken, e.Token)
			}
			continue
		}
		nonce := make([]byte, k.NonceSize())
		if _, err := io.ReadFull(m.rnd, nonce); err != nil {
			return nil, err
		}
		aad := []byte(join(s.Tenant, s.Purpose, string(e.Type), e.Token))
		m.rows[place][e.Token] = sealedIn{s.Subject, e.Type, nonce, k.Seal(nil, nonce, []byte(e.Value), aad)}
	}
	return taken, nil
}

func (m *MemoryVault) open(s Scope, token string, r sealedIn) (string, error) {
	k, ok := m.keys[join(s.Tenant, r.subject)]
	if !ok {
		return "", errGone
	}
	b, err := k.Open(nil, r.nonce, r.sealed, []byte(join(s.Tenant, s.Purpose, string(r.typ), token)))
	if err != nil {
		return "", errGone
	}
	return string(b), nil
}

// Get implements Vault.
func (m *MemoryVault) Get(_ context.Context, s Scope, tokens []string) (map[string]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := map[string]string{}
	for _, t := range tokens {
		if r, ok := m.rows[join(s.Tenant, s.Purpose)][t]; ok {
			v, err := m.open(s, t, r)
			if err != nil {
				return nil, err
			}
			out[t] = v
		}
	}
	return out, nil
}

// Forget destroys a subject's key and deletes its rows. No token of the
// subject's can be restored after it returns.
func (m *MemoryVault) Forget(tenant, subject string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.keys, join(tenant, subject))
	for place, rows := range m.rows {
		if !strings.HasPrefix(place, tenant+"\x00") {
			continue
		}
		for t, r := range rows {
			if r.subject == subject {
				delete(rows, t)
			}
		}
	}
}
