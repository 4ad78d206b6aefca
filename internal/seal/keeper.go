package seal

import (
	"context"
	"sync"

	"github.com/tink-crypto/tink-go/v2/tink"

	"fairtouch/touch"
)

// Store keeps wrapped secrets. The empty workspace is the installation itself.
type Store interface {
	// Secret returns a secret as it was put, and whether there is one.
	Secret(ctx context.Context, ws touch.Workspace, name string) ([]byte, bool, error)
	// PutSecret stores a secret durably unless one of that name exists, and
	// returns the one that is stored: of two nodes that race, the first wins.
	PutSecret(ctx context.Context, ws touch.Workspace, name string, wrapped []byte) ([]byte, error)
}

// Keeper makes, wraps and opens keys. It is safe for concurrent use. A nil or
// zero Keeper refuses.
type Keeper struct {
	kek   tink.AEAD
	weak  bool
	store Store

	mu     sync.Mutex // owns spaces
	spaces map[touch.Workspace]*space
}

// Open finds the key-encryption key and checks that it is the one that the
// data was written under. It returns ErrWrongKEK or ErrNoKEK if not; both mean
// that nothing may start.
func Open(ctx context.Context, cfg Config, store Store) (*Keeper, error) {
	check, exists, err := store.Secret(ctx, "", nameCheck)
	if err != nil {
		return nil, err
	}
	key, weak, err := loadKEK(ctx, cfg, store, exists)
	if err != nil {
		return nil, err
	}
	kek, err := newAEAD(key)
	if err != nil {
		return nil, err
	}
	if !exists {
		if check, err = kek.Encrypt([]byte(checkText), []byte(nameCheck)); err != nil {
			return nil, touch.Wrap(touch.Internal, err, "a key can't be used")
		}
		if check, err = store.PutSecret(ctx, "", nameCheck, check); err != nil {
			return nil, err
		}
	}
	if text, err := kek.Decrypt(check, []byte(nameCheck)); err != nil || string(text) != checkText {
		return nil, ErrWrongKEK
	}
	return &Keeper{kek: kek, weak: weak, store: store, spaces: map[touch.Workspace]*space{}}, nil
}

// Weak reports whether the key-encryption key lies in a file beside the data.
func (k *Keeper) Weak() bool { return k != nil && k.weak }

// NewSubjectKey makes a person's key, and wraps it for storage.
func (k *Keeper) NewSubjectKey(ws touch.Workspace, id touch.SubjectID) (SubjectKey, []byte, error) {
	if k == nil || k.kek == nil {
		return SubjectKey{}, nil, ErrNoKey
	}
	raw := newKey()
	wrapped, err := k.kek.Encrypt(raw, subjectAAD(ws, id))
	if err != nil {
		return SubjectKey{}, nil, touch.Wrap(touch.Internal, err, "a key can't be wrapped")
	}
	a, err := newAEAD(raw)
	return SubjectKey{aead: a}, wrapped, err
}

// OpenSubjectKey unwraps a person's key for the length of one request. An
// empty wrapped key means that the person was erased: ErrErased.
func (k *Keeper) OpenSubjectKey(ws touch.Workspace, id touch.SubjectID, wrapped []byte) (SubjectKey, error) {
	if k == nil || k.kek == nil {
		return SubjectKey{}, ErrNoKey
	}
	if len(wrapped) == 0 {
		return SubjectKey{}, ErrErased
	}
	raw, err := k.kek.Decrypt(wrapped, subjectAAD(ws, id))
	if err != nil {
		return SubjectKey{}, ErrBroken
	}
	a, err := newAEAD(raw)
	return SubjectKey{aead: a}, err
}

// subjectAAD binds a wrapped key to its owner, so that rows can't be swapped.
func subjectAAD(ws touch.Workspace, id touch.SubjectID) []byte {
	b := make([]byte, 0, len("subject")+len(ws)+len(id)+2)
	b = append(b, "subject\x00"...)
	b = append(b, ws...)
	b = append(b, 0)
	return append(b, id...)
}

// SubjectKey seals and opens what concerns one person. The zero value refuses.
type SubjectKey struct{ aead tink.AEAD }

// Overhead is what sealing adds to a plaintext, in bytes: nonce and tag.
const Overhead = 12 + 16

// Valid reports whether the key can be used.
func (s SubjectKey) Valid() bool { return s.aead != nil }

// Seal encrypts with AES-256-GCM under a random 96-bit nonce. The same aad
// must be given to Open; use the id of the row that will hold the ciphertext.
func (s SubjectKey) Seal(plaintext, aad []byte) ([]byte, error) {
	if s.aead == nil {
		return nil, ErrNoKey
	}
	out, err := s.aead.Encrypt(plaintext, aad)
	return out, touch.Wrap(touch.Internal, err, "data can't be sealed")
}

// Open decrypts what Seal made. Anything else is ErrBroken.
func (s SubjectKey) Open(sealed, aad []byte) ([]byte, error) {
	if s.aead == nil {
		return nil, ErrNoKey
	}
	out, err := s.aead.Decrypt(sealed, aad)
	if err != nil {
		return nil, ErrBroken
	}
	return out, nil
}
