package seal

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/tink-crypto/tink-go/v2/tink"
	"pgregory.net/rapid"

	"fairtouch/touch"
)

type memory map[string][]byte

func (m memory) Secret(_ context.Context, ws touch.Workspace, name string) ([]byte, bool, error) {
	b, ok := m[string(ws)+"/"+name]
	return b, ok, nil
}

func (m memory) PutSecret(_ context.Context, ws touch.Workspace, name string, b []byte) ([]byte, error) {
	if have, ok := m[string(ws)+"/"+name]; ok {
		return have, nil
	}
	m[string(ws)+"/"+name] = b
	return b, nil
}

func open(t testing.TB, cfg Config, m memory) *Keeper {
	t.Helper()
	k, err := Open(t.Context(), cfg, m)
	if err != nil {
		t.Fatal(err)
	}
	if err := k.LoadWorkspace(t.Context(), "acme"); err != nil {
		t.Fatal(err)
	}
	return k
}

func TestWrongKEKIsRefusedBeforeAnythingIsWritten(t *testing.T) {
	m := memory{}
	open(t, Config{DataDir: t.TempDir()}, m)
	n := len(m)
	other := filepath.Join(t.TempDir(), "other")
	if err := os.WriteFile(other, newKey(), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Config{KEKFile: other}, m); !errors.Is(err, ErrWrongKEK) {
		t.Fatalf("a wrong key was taken: %v", err)
	}
	dir := t.TempDir()
	if _, err := Open(t.Context(), Config{DataDir: dir}, m); !errors.Is(err, ErrNoKEK) {
		t.Fatalf("a lost key was replaced by a new one: %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 || len(m) != n {
		t.Fatal("a refused start left something behind")
	}
}

func TestKeyFileThatOthersCanReadIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kek")
	if err := os.WriteFile(path, newKey(), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Config{KEKFile: path}, memory{}); touch.CodeOf(err) != touch.Invalid {
		t.Fatalf("got %v", err)
	}
}

func TestDefaultKeyIsCalledWeakAndSurvivesARestart(t *testing.T) {
	dir, m := t.TempDir(), memory{}
	a := open(t, Config{DataDir: dir}, m)
	b := open(t, Config{DataDir: dir}, m)
	la, _ := a.Lookup("acme", "jane")
	lb, _ := b.Lookup("acme", "jane")
	if !a.Weak() || la != lb || len(la) != 64 {
		t.Fatalf("weak %v, %s, %s", a.Weak(), la, lb)
	}
	info, err := os.Stat(filepath.Join(dir, "kek"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v %v", info.Mode(), err)
	}
}

type fakeKMS struct{ aead tink.AEAD }

func (f fakeKMS) Supported(uri string) bool         { return uri == "fake://key" }
func (f fakeKMS) GetAEAD(string) (tink.AEAD, error) { return f.aead, nil }

func TestKMSKeepsTheKeyWrappedBesideTheData(t *testing.T) {
	a, err := newAEAD(newKey())
	if err != nil {
		t.Fatal(err)
	}
	m := memory{}
	cfg := Config{KMS: fakeKMS{a}, KMSURI: "fake://key"}
	k := open(t, cfg, m)
	_, wrapped, err := k.NewSubjectKey("acme", "sub_1")
	if err != nil || k.Weak() {
		t.Fatal(err)
	}
	if _, err := open(t, cfg, m).OpenSubjectKey("acme", "sub_1", wrapped); err != nil {
		t.Fatal(err)
	}
	cfg.KMSURI = "fake://other"
	if _, err := Open(t.Context(), cfg, m); err == nil {
		t.Fatal("a key that the client doesn't serve was taken")
	}
}

func TestKeysCantBeSwappedBetweenPersonsOrWorkspaces(t *testing.T) {
	k := open(t, Config{DataDir: t.TempDir()}, memory{})
	_, wrapped, err := k.NewSubjectKey("acme", "sub_1")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		ws touch.Workspace
		id touch.SubjectID
	}{{"acme", "sub_2"}, {"other", "sub_1"}, {"acme\x00sub_1", ""}} {
		if _, err := k.OpenSubjectKey(c.ws, c.id, wrapped); !errors.Is(err, ErrBroken) {
			t.Fatalf("%v opened it: %v", c, err)
		}
	}
	if _, err := k.OpenSubjectKey("acme", "sub_1", nil); !errors.Is(err, ErrErased) {
		t.Fatalf("erased: %v", err)
	}
}

func TestZeroValuesRefuse(t *testing.T) {
	var s SubjectKey
	if _, err := s.Seal([]byte("x"), nil); !errors.Is(err, ErrNoKey) {
		t.Fatal("a zero key sealed")
	}
	if _, err := s.Open(make([]byte, 64), nil); !errors.Is(err, ErrNoKey) {
		t.Fatal("a zero key opened")
	}
	for _, k := range []*Keeper{nil, {}} {
		_, _, e1 := k.NewSubjectKey("a", "b")
		_, e2 := k.OpenSubjectKey("a", "b", []byte("x"))
		_, e3 := k.Lookup("a", "b")
		_, e4 := k.SigningKey("a", ForLog)
		_, e5 := k.WorkspaceKey("a")
		for _, err := range []error{e1, e2, e3, e4, e5} {
			if !errors.Is(err, ErrNoKey) {
				t.Fatalf("a zero keeper gave %v", err)
			}
		}
	}
}

func TestPurposesHaveDistinctKeys(t *testing.T) {
	k := open(t, Config{DataDir: t.TempDir()}, memory{})
	a, e1 := k.SigningKey("acme", ForReceipts)
	b, e2 := k.SigningKey("acme", ForLog)
	if e1 != nil || e2 != nil || a.Equal(b) {
		t.Fatal("receipts and checkpoints share a key")
	}
	if _, err := k.SigningKey("acme", 0); !errors.Is(err, ErrNoKey) {
		t.Fatal("no purpose, yet a key")
	}
}

func TestAnyFlippedBitIsFound(t *testing.T) {
	k := open(t, Config{DataDir: t.TempDir()}, memory{})
	key, _, err := k.NewSubjectKey("acme", "sub_1")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		plain, aad := rapid.SliceOf(rapid.Byte()).Draw(t, "plain"), rapid.SliceOf(rapid.Byte()).Draw(t, "aad")
		sealed, err := key.Seal(plain, aad)
		if err != nil {
			t.Fatal(err)
		}
		back, err := key.Open(sealed, aad)
		if err != nil || !bytes.Equal(back, plain) || len(sealed) != len(plain)+Overhead {
			t.Fatalf("%v", err)
		}
		sealed[rapid.IntRange(0, len(sealed)-1).Draw(t, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		if _, err := key.Open(sealed, aad); !errors.Is(err, ErrBroken) {
			t.Fatalf("a flipped bit passed: %v", err)
		}
	})
}

func BenchmarkOpenKeyAndSeal3KB(b *testing.B) {
	k := open(b, Config{DataDir: b.TempDir()}, memory{})
	_, wrapped, err := k.NewSubjectKey("acme", "sub_1")
	if err != nil {
		b.Fatal(err)
	}
	plain := make([]byte, 3<<10)
	for b.Loop() {
		key, err := k.OpenSubjectKey("acme", "sub_1", wrapped)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := key.Seal(plain, []byte("evt")); err != nil {
			b.Fatal(err)
		}
	}
}
