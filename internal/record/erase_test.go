package record_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fairtouch/internal/record"
	"fairtouch/internal/seal"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

// search returns the files under dir that hold any of the needles.
func search(t testing.TB, dir string, needles ...[]byte) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		for _, n := range needles {
			if bytes.Contains(b, n) {
				found = append(found, p)
				break
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestNothingReadableIsLeftOfAnErasedPerson(t *testing.T) {
	dir := t.TempDir()
	w := openAt(t, dir)
	receipts := fill(t, w, 5, 60)
	s, _, err := w.Person(t.Context(), "person-2")
	if err != nil {
		t.Fatal(err)
	}
	if len(search(t, dir, s.WrappedKey)) == 0 || len(search(t, dir, []byte(s.Lookup))) == 0 {
		t.Fatal("the search finds nothing even before the erasure")
	}
	if found := search(t, dir, []byte("PLAINTEXT"), []byte("person-2")); len(found) > 0 {
		t.Fatalf("plaintext on disk: %v", found)
	}
	start := time.Now()
	if _, err := w.Rec.Erase(t.Context(), ws, s.ID); err != nil {
		t.Fatal(err)
	}
	if d := time.Since(start); d > time.Second {
		t.Errorf("the erasure took %v", d)
	}
	if found := search(t, dir, s.WrappedKey, []byte(s.Lookup), s.WrappedKey[:24]); len(found) > 0 {
		t.Fatalf("the key or the look-up is still in %v", found)
	}
	// Every proof still holds, the erased person's too.
	logKey, _, err := w.Rec.Keys(t.Context(), ws)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range receipts[120:180] {
		leaf, err := w.Rec.Leaf(t.Context(), ws, touch.EventID(r.ID))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := record.CheckProof(proofOf(t, w, r.ID), logKey, leaf); err != nil {
			t.Fatal(err)
		}
	}
	closeWorld(t, w)
	if rep := sound(t, dir); rep.Erased != 60 {
		t.Fatalf("%d erased rows", rep.Erased)
	}
}

func TestRestoredBackupIsErasedAgainBeforeItServes(t *testing.T) {
	dir, backup, fresh := t.TempDir(), filepath.Join(t.TempDir(), "b"), filepath.Join(t.TempDir(), "f")
	w := openAt(t, dir)
	fill(t, w, 3, 40)
	if err := w.Rec.Backup(t.Context(), backup, w.DB.Snapshot); err != nil {
		t.Fatal(err)
	}
	s, _, err := w.Person(t.Context(), "person-1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Rec.Erase(t.Context(), ws, s.ID); err != nil {
		t.Fatal(err)
	}
	kek, err := os.ReadFile(filepath.Join(dir, "kek"))
	if err != nil {
		t.Fatal(err)
	}
	if len(search(t, backup, bytes.TrimSpace(kek))) > 0 {
		t.Fatal("the key-encryption key is in the backup")
	}
	list, err := w.DB.Erasures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	closeWorld(t, w)
	var b bytes.Buffer
	if err := sqlstore.WriteErasures(&b, list); err != nil {
		t.Fatal(err)
	}
	if list, err = sqlstore.ReadErasures(&b); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlstore.Restore(t.Context(), backup, fresh, nil); touch.CodeOf(err) != touch.Invalid {
		t.Fatalf("restored without a list of erasures: %v", err)
	}
	n, err := sqlstore.Restore(t.Context(), backup, fresh, list)
	if err != nil || n != 1 {
		t.Fatalf("%d erased again, %v", n, err)
	}
	if found := search(t, fresh, s.WrappedKey); len(found) > 0 {
		t.Fatalf("the erased key came back in %v", found)
	}
	if err := os.WriteFile(filepath.Join(fresh, "kek"), kek, 0o600); err != nil {
		t.Fatal(err)
	}
	sound(t, fresh)
	w = openAt(t, fresh)
	fill(t, w, 1, 10)
	closeWorld(t, w)
	sound(t, fresh)
}

func TestHalfRestoredDirectoryIsNotServed(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "restoring"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if db, err := sqlstore.Open(t.Context(), sqlstore.Config{Dir: dir}); touch.CodeOf(err) != touch.Invalid {
		t.Fatalf("%v %v", db, err)
	}
}

func TestLostLogIsRebuiltFromRows(t *testing.T) {
	dir := base(t)
	before := sound(t, dir)
	logs := filepath.Join(dir, "log", string(ws))
	rebuild := func() error {
		db, err := sqlstore.Open(t.Context(), sqlstore.Config{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		keeper, err := seal.Open(t.Context(), seal.Config{DataDir: dir}, db)
		if err != nil {
			t.Fatal(err)
		}
		rec, err := record.Open(t.Context(), record.Config{Store: db, Keeper: keeper, Dir: filepath.Join(dir, "log"), ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		return rec.Rebuild(t.Context(), ws)
	}
	if err := rebuild(); touch.CodeOf(err) != touch.Invalid {
		t.Fatalf("an existing log was overwritten: %v", err)
	}
	if err := os.RemoveAll(logs); err != nil {
		t.Fatal(err)
	}
	if err := rebuild(); err != nil {
		t.Fatal(err)
	}
	if after := sound(t, dir); after.Root != before.Root {
		t.Fatal("the rebuilt log is another one")
	}
	w := openAt(t, dir)
	fill(t, w, 1, 5)
	closeWorld(t, w)
	sound(t, dir)
}
