package record_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"fairtouch/internal/record"
	"fairtouch/internal/seal"
	"fairtouch/internal/sqlstore"
	"fairtouch/internal/storetest"
)

// count reads how often a long test repeats; the environment raises it.
func count(t testing.TB, name string, normal int) int {
	t.Helper()
	s := os.Getenv(name)
	if s == "" {
		return normal
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// verifyDir verifies a small data directory, in bounded time, without starting
// anything in it.
func verifyDir(t testing.TB, dir string, o record.VerifyOptions) (*record.Report, error) {
	t.Helper()
	return verifyWithin(t, dir, o, 20*time.Second)
}

func verifyWithin(t testing.TB, dir string, o record.VerifyOptions, limit time.Duration) (*record.Report, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	db, err := sqlstore.Open(ctx, sqlstore.Config{Dir: dir})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	keeper, err := seal.Open(ctx, seal.Config{DataDir: dir}, db)
	if err != nil {
		return nil, err
	}
	rec, err := record.Open(ctx, record.Config{Store: db, Keeper: keeper, Dir: filepath.Join(dir, "log"), ReadOnly: true})
	if err != nil {
		return nil, err
	}
	return rec.Verify(ctx, ws, o)
}

func sound(t testing.TB, dir string) *record.Report {
	t.Helper()
	rep, err := verifyWithin(t, dir, record.VerifyOptions{}, 10*time.Minute) // a soak's record is large
	if err != nil {
		t.Fatal(err)
	}
	if rep.Class != record.Sound {
		t.Fatalf("a sound record did not verify:\n%s", strings.Join(rep.Lines, "\n"))
	}
	return rep
}

// base makes a data directory with a record of several kinds.
func base(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	w := openAt(t, dir)
	fill(t, w, 4, 70)
	for i := range 30 {
		if _, err := w.Rec.Append(t.Context(), ws, record.Entry{Kind: record.PilotGate, Payload: fmt.Appendf(nil, `{"step":%d}`, i)}); err != nil {
			t.Fatal(err)
		}
	}
	s, _, err := w.Person(t.Context(), "person-3")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Rec.Erase(t.Context(), ws, s.ID); err != nil {
		t.Fatal(err)
	}
	closeWorld(t, w)
	return dir
}

func TestSoundRecordVerifies(t *testing.T) {
	rep := sound(t, base(t))
	last := rep.Lines[len(rep.Lines)-1]
	if rep.Decisions != 280 || rep.Size != 311 || rep.Erased != 70 || !strings.HasSuffix(last, ": ok") {
		t.Fatalf("%+v", rep)
	}
}

// tampering alters a data directory and says how.
type tampering func(t testing.TB, dir string, rng *rand.Rand) string

func TestEveryTamperingIsFound(t *testing.T) {
	from := base(t)
	early := filepath.Join(t.TempDir(), "early")
	if err := os.CopyFS(early, os.DirFS(filepath.Join(from, "log"))); err != nil {
		t.Fatal(err)
	}
	w := openAt(t, from)
	fill(t, w, 1, 9)
	closeWorld(t, w)
	rollback := func(t testing.TB, dir string, _ *rand.Rand) string {
		logs := filepath.Join(dir, "log")
		if err := errors.Join(os.RemoveAll(logs), os.CopyFS(logs, os.DirFS(early))); err != nil {
			t.Fatal(err)
		}
		return "log rolled back"
	}
	kinds := []tampering{flipFile, flipFile, flipRow, flipRow, deleteRow, swapRows, rollback, deleteFile, truncateFile}
	for seed := range uint64(count(t, "FAIRTOUCH_TAMPER", 63)) {
		rng := rand.New(rand.NewPCG(seed, 1))
		dir := filepath.Join(t.TempDir(), "d")
		if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(dir, "kek"), 0o600); err != nil {
			t.Fatal(err)
		}
		what := kinds[seed%uint64(len(kinds))](t, dir, rng)
		start := time.Now()
		rep, err := verifyDir(t, dir, record.VerifyOptions{})
		if d := time.Since(start); d > 10*time.Second {
			t.Errorf("seed %d (%s) took %v", seed, what, d)
		}
		if err == nil && rep.Class == record.Sound {
			t.Errorf("seed %d: %s was not found", seed, what)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
}

func pickFile(t testing.TB, dir string, rng *rand.Rand) string {
	t.Helper()
	var all []string
	root := filepath.Join(dir, "log", string(ws))
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == ".state" {
			return fs.SkipDir
		}
		if err == nil && !d.IsDir() {
			all = append(all, p)
		}
		return err
	})
	if err != nil || len(all) == 0 {
		t.Fatal(err, len(all))
	}
	return all[rng.IntN(len(all))]
}

func flipFile(t testing.TB, dir string, rng *rand.Rand) string {
	path := pickFile(t, dir, rng)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := rng.IntN(len(b))
	b[at] ^= 1 << rng.IntN(8)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("bit at byte %d of %s", at, strings.TrimPrefix(path, dir))
}

func truncateFile(t testing.TB, dir string, rng *rand.Rand) string {
	path := pickFile(t, dir, rng)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, rng.Int64N(info.Size())); err != nil {
		t.Fatal(err)
	}
	return "cut " + strings.TrimPrefix(path, dir)
}

// deleteFile removes a file that today's tree needs.
func deleteFile(t testing.TB, dir string, rng *rand.Rand) string {
	names := []string{"checkpoint", "tile/0/000", "tile/0/001.p/64", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/64"}
	name := names[rng.IntN(len(names))]
	if err := os.Remove(filepath.Join(dir, "log", string(ws), name)); err != nil {
		t.Fatal(err)
	}
	return "removed " + name
}

func rawSQL(t testing.TB, dir string, fn func(db *sql.DB)) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, sqlstore.FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	fn(db)
}

func mustExec(t testing.TB, db *sql.DB, q string, args ...any) {
	t.Helper()
	if _, err := db.Exec(q, args...); err != nil {
		t.Fatal(q, err)
	}
}

// flipRow changes one byte or number of one row of the record.
func flipRow(t testing.TB, dir string, rng *rand.Rand) (what string) {
	blobs := []string{"commitment", "cipher_hash", "cipher"}
	texts := map[string][]string{"events": {"id", "leaf_id", "kind", "sealed_for"}, "decisions": {"id", "system", "verdict", "band", "purpose", "channel", "arm", "jurisdiction"}}
	rawSQL(t, dir, func(db *sql.DB) {
		switch pick := rng.IntN(5); pick {
		case 0, 1:
			col, seq := blobs[rng.IntN(3)], 1+rng.IntN(311)
			var b []byte
			if err := db.QueryRow("SELECT "+col+" FROM events WHERE seq = ?", seq).Scan(&b); err != nil {
				t.Fatal(err)
			}
			b[rng.IntN(len(b))] ^= 1 << rng.IntN(8)
			mustExec(t, db, "UPDATE events SET "+col+" = ? WHERE seq = ?", b, seq)
			what = fmt.Sprintf("events.%s of %d", col, seq)
		case 2:
			seq := 1 + rng.IntN(200)
			col := texts["events"][rng.IntN(4)]
			mustExec(t, db, "UPDATE events SET "+col+" = '!' || substr("+col+", 2) WHERE seq = ?", seq)
			what = fmt.Sprintf("events.%s of %d", col, seq)
		case 3:
			seq := 1 + rng.IntN(200)
			col := texts["decisions"][rng.IntN(8)]
			mustExec(t, db, "UPDATE decisions SET "+col+" = '!' || substr("+col+", 2) WHERE event_id = (SELECT id FROM events WHERE seq = ?)", seq)
			what = fmt.Sprintf("decisions.%s of %d", col, seq)
		case 4:
			q := []string{"UPDATE events SET at = at + 1 WHERE seq = ?", "UPDATE log_index SET log_index = log_index + 1 WHERE seq = ?",
				"UPDATE log_checkpoints SET size = size - 1 WHERE ? > 0", "UPDATE log_checkpoints SET note = replace(note, 'a', 'b') WHERE ? > 0"}[rng.IntN(4)]
			mustExec(t, db, q, 1+rng.IntN(200))
			what = q
		}
	})
	return what
}

func deleteRow(t testing.TB, dir string, rng *rand.Rand) (what string) {
	rawSQL(t, dir, func(db *sql.DB) {
		seq := 1 + rng.IntN(200)
		q := []string{"DELETE FROM events WHERE seq = ?", "DELETE FROM log_index WHERE seq = ?", "DELETE FROM log_checkpoints WHERE ? > 0",
			"DELETE FROM decisions WHERE event_id = (SELECT id FROM events WHERE seq = ?)",
			"DELETE FROM subject_keys WHERE ? > 0"}[rng.IntN(5)]
		mustExec(t, db, q, seq)
		what = q
	})
	return what
}

// swapRows exchanges the sealed payloads, or the order, of two rows.
func swapRows(t testing.TB, dir string, rng *rand.Rand) (what string) {
	rawSQL(t, dir, func(db *sql.DB) {
		a, b := 1+rng.IntN(150), 160+rng.IntN(150)
		what = fmt.Sprintf("rows %d and %d swapped", a, b)
		mustExec(t, db, "UPDATE events SET seq = -1 WHERE seq = ?", a)
		mustExec(t, db, "UPDATE events SET seq = ? WHERE seq = ?", a, b)
		mustExec(t, db, "UPDATE events SET seq = ? WHERE seq = -1", b)
	})
	return what
}

func TestLostReceiptIsEvidence(t *testing.T) {
	dir := t.TempDir()
	w := openAt(t, dir)
	receipts := fill(t, w, 1, 3)
	closeWorld(t, w)
	rawSQL(t, dir, func(db *sql.DB) {
		mustExec(t, db, "DELETE FROM events WHERE id = ?", receipts[1].ID)
	})
	rep, err := verifyDir(t, dir, record.VerifyOptions{Receipts: []string{receipts[0].Signature, receipts[1].Signature}})
	if err != nil || rep.Class != record.Tampered {
		t.Fatalf("%v %v", rep, err)
	}
}

func TestOverdueRowIsReported(t *testing.T) {
	dir := t.TempDir()
	db, err := sqlstore.Open(t.Context(), sqlstore.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	w, err := storetest.BuildWorld(t.Context(), db, dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Rec.Close(); err != nil { // nothing feeds the log any more
		t.Fatal(err)
	}
	fill(t, w, 1, 5)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	rep, err := verifyDir(t, dir, record.VerifyOptions{Now: time.Now().Add(time.Hour)})
	if err != nil || rep.Class != record.Overdue {
		t.Fatalf("%+v %v", rep, err)
	}
	sound(t, dir)
}
