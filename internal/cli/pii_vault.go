package cli

import (
	"bufio"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"os"

	"fairtouch/pii"
	"fairtouch/touch"
)

// fileVault keeps sealed values in a file of JSON lines. One process writes it;
// the server's vault is another.
type fileVault struct {
	path  string
	aead  cipher.AEAD
	rows  map[string]vaultRow // purpose NUL token
	dirty bool
}

type vaultRow struct {
	Purpose string   `json:"purpose"`
	Token   string   `json:"token"`
	Type    pii.Type `json:"type"`
	Sealed  []byte   `json:"sealed"` // nonce and AES-256-GCM ciphertext
}

func (r vaultRow) key() string { return r.Purpose + "\x00" + r.Token }

func (r vaultRow) bound() []byte {
	return []byte(r.Purpose + "\x00" + string(r.Type) + "\x00" + r.Token)
}

func loadVault(path string, key []byte) (*fileVault, error) {
	sub, err := hkdf.Key(sha256.New, key, nil, "fairtouch pii vault", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(sub)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	v := &fileVault{path: path, aead: aead, rows: map[string]vaultRow{}}
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return v, nil
	}
	if err != nil {
		return nil, fileErr(err, path)
	}
	defer f.Close()
	dec := json.NewDecoder(bufio.NewReader(f))
	for dec.More() {
		var r vaultRow
		if err := dec.Decode(&r); err != nil {
			return nil, touch.Errorf(touch.Invalid, "the vault file is damaged; restore it from a copy")
		}
		v.rows[r.key()] = r
	}
	return v, nil
}

func (v *fileVault) open(r vaultRow) (string, error) {
	n := v.aead.NonceSize()
	if len(r.Sealed) < n {
		return "", touch.Errorf(touch.Tampered, "a value in the vault was cut off")
	}
	b, err := v.aead.Open(nil, r.Sealed[:n], r.Sealed[n:], r.bound())
	if err != nil {
		return "", touch.Errorf(touch.Tampered, "a value in the vault can't be opened: another key, or it was changed")
	}
	return string(b), nil
}

// Put keeps entries until save writes them.
func (v *fileVault) Put(_ context.Context, s pii.Scope, es []pii.Entry) (taken []string, err error) {
	for _, e := range es {
		r := vaultRow{Purpose: s.Purpose, Token: e.Token, Type: e.Type}
		if old, ok := v.rows[r.key()]; ok {
			value, err := v.open(old)
			if err != nil {
				return nil, err
			}
			if value != e.Value {
				taken = append(taken, e.Token)
			}
			continue
		}
		nonce := make([]byte, v.aead.NonceSize())
		if _, err := rand.Read(nonce); err != nil {
			return nil, err
		}
		r.Sealed = v.aead.Seal(nonce, nonce, []byte(e.Value), r.bound())
		v.rows[r.key()], v.dirty = r, true
	}
	return taken, nil
}

// Get implements pii.Vault.
func (v *fileVault) Get(_ context.Context, s pii.Scope, tokens []string) (map[string]string, error) {
	out := map[string]string{}
	for _, t := range tokens {
		if r, ok := v.rows[s.Purpose+"\x00"+t]; ok {
			value, err := v.open(r)
			if err != nil {
				return nil, err
			}
			out[t] = value
		}
	}
	return out, nil
}

// save writes the file anew beside the old one and exchanges them.
func (v *fileVault) save() error {
	if !v.dirty {
		return nil
	}
	tmp := v.path + ".new"
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fileErr(err, v.path)
	}
	w := bufio.NewWriter(f)
	enc := json.NewEncoder(w)
	for _, r := range v.rows {
		if err := enc.Encode(r); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	if err := errors.Join(w.Flush(), f.Sync(), f.Close()); err != nil {
		return fileErr(err, v.path)
	}
	return fileErrOrNil(os.Rename(tmp, v.path), v.path)
}
