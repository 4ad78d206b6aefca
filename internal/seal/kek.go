package seal

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/core/registry"
	"github.com/tink-crypto/tink-go/v2/tink"

	"fairtouch/touch"
)

// KeySize is the length of every symmetric key, in bytes (AES-256).
const KeySize = 32

// Config says where the key-encryption key (KEK) comes from. With a KMS, the
// KEK is made once, wrapped by the KMS, and kept wrapped beside the data. Else
// KEKFile names a file of 32 raw bytes or 64 hex digits. Else a file "kek"
// (mode 0600) under DataDir is made and used, which is the weak choice: who
// copies the directory copies the key.
type Config struct {
	KMS     registry.KMSClient // nil: no KMS
	KMSURI  string             // the KMS key, for example "hcvault://vault:8200/transit/keys/fairtouch"
	KEKFile string             // path; "" for the default file
	DataDir string             // holds the default file
}

const (
	nameCheck  = "kek-check"
	nameKMSKEK = "kek-kms"
	defaultKEK = "kek"
	checkText  = "fairtouch/kek/v1"
)

// loadKEK returns the KEK and whether it is the weak default.
func loadKEK(ctx context.Context, cfg Config, store Store, exists bool) ([]byte, bool, error) {
	switch {
	case cfg.KMS != nil:
		key, err := kmsKEK(ctx, cfg, store, exists)
		return key, false, err
	case cfg.KEKFile != "":
		key, err := readKEK(cfg.KEKFile)
		return key, false, err
	case cfg.DataDir != "":
		key, err := defaultFile(filepath.Join(cfg.DataDir, defaultKEK), exists)
		return key, true, err
	}
	return nil, false, touch.Errorf(touch.Invalid, "no key-encryption key: set FAIRTOUCH_KEK_FILE, a KMS key, or a data directory")
}

func kmsKEK(ctx context.Context, cfg Config, store Store, exists bool) ([]byte, error) {
	if !cfg.KMS.Supported(cfg.KMSURI) {
		return nil, touch.Errorf(touch.Invalid, "the KMS client does not serve the key that the configuration names")
	}
	remote, err := cfg.KMS.GetAEAD(cfg.KMSURI)
	if err != nil {
		return nil, touch.Wrap(touch.Unavailable, err, "the KMS key can't be reached")
	}
	wrapped, ok, err := store.Secret(ctx, "", nameKMSKEK)
	if err != nil {
		return nil, err
	}
	if !ok {
		if exists {
			return nil, ErrNoKEK
		}
		if wrapped, err = remote.Encrypt(newKey(), []byte(nameKMSKEK)); err != nil {
			return nil, touch.Wrap(touch.Unavailable, err, "the KMS refused to wrap a key")
		}
		if wrapped, err = store.PutSecret(ctx, "", nameKMSKEK, wrapped); err != nil {
			return nil, err
		}
	}
	key, err := remote.Decrypt(wrapped, []byte(nameKMSKEK))
	if err != nil {
		return nil, touch.Wrap(touch.Unavailable, err, "the KMS did not unwrap the key-encryption key")
	}
	return key, nil
}

func defaultFile(path string, exists bool) ([]byte, error) {
	key, err := readKEK(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if exists {
		return nil, ErrNoKEK
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, touch.Wrap(touch.Invalid, err, "the file kek can't be made in the data directory")
	}
	key = newKey()
	_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, touch.Wrap(touch.Unavailable, err, "the file kek can't be written")
	}
	return key, syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return touch.Wrap(touch.Unavailable, err, "the data directory can't be opened")
	}
	return touch.Wrap(touch.Unavailable, errors.Join(d.Sync(), d.Close()), "the data directory can't be synced")
}

// readKEK reads 32 raw bytes or 64 hex digits. A file that others can read is
// refused.
func readKEK(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, touch.Wrap(touch.Invalid, err, "the key-encryption key file can't be read")
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, touch.Errorf(touch.Invalid, "the key-encryption key file can be read by others; chmod 600 it")
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, touch.Wrap(touch.Invalid, err, "the key-encryption key file can't be read")
	}
	if len(b) == KeySize {
		return b, nil
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(b)))
	if err != nil || len(key) != KeySize {
		return nil, touch.Errorf(touch.Invalid, "the key-encryption key file must hold 32 bytes or 64 hex digits")
	}
	return key, nil
}

func newKey() []byte {
	key := make([]byte, KeySize)
	if _, err := rand.Read(key); err != nil {
		panic("seal: no randomness: " + err.Error())
	}
	return key
}

func newAEAD(key []byte) (tink.AEAD, error) {
	if len(key) != KeySize {
		return nil, ErrNoKey
	}
	a, err := subtle.NewAESGCM(key)
	if err != nil {
		return nil, touch.Wrap(touch.Internal, err, "a key can't be used")
	}
	return a, nil
}
