package record_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"fairtouch/internal/record"
	"fairtouch/internal/sqlstore"
	"fairtouch/internal/storetest"
	"fairtouch/touch"
)

const ws = storetest.WS

func openAt(t testing.TB, dir string) *storetest.World {
	t.Helper()
	db, err := sqlstore.Open(t.Context(), sqlstore.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	w, err := storetest.BuildWorld(t.Context(), db, dir)
	if err != nil {
		db.Close()
		t.Fatal(err)
	}
	return w
}

func closeWorld(t testing.TB, w *storetest.World) {
	t.Helper()
	if err := errors.Join(w.Rec.Close(), w.DB.Close()); err != nil {
		t.Fatal(err)
	}
}

// fill records n decisions for each of some persons and returns the receipts.
func fill(t testing.TB, w *storetest.World, people, n int) []touch.Receipt {
	t.Helper()
	var out []touch.Receipt
	for p := range people {
		s, subject, err := w.Person(t.Context(), fmt.Sprint("person-", p))
		if err != nil {
			t.Fatal(err)
		}
		var entries []record.Entry
		for range n {
			entries = append(entries, storetest.Decision(&subject, s.Version, touch.RandomID(), "PLAINTEXT-of-person-"+fmt.Sprint(p)))
		}
		got, err := w.Rec.AppendBatch(t.Context(), ws, entries)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range got {
			if r.Err != nil {
				t.Fatal(r.Err)
			}
			out = append(out, r.Receipt)
		}
	}
	return out
}

func proofOf(t testing.TB, w *storetest.World, id string) string {
	t.Helper()
	for start := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		p, err := w.Rec.Proof(t.Context(), ws, touch.EventID(id))
		if err == nil {
			return p
		}
		if time.Since(start) > 5*time.Second {
			t.Fatal(err)
		}
	}
}

func TestReceiptBecomesAProofThatStandsAlone(t *testing.T) {
	w := openAt(t, t.TempDir())
	defer closeWorld(t, w)
	start := time.Now()
	receipts := fill(t, w, 3, 100)
	logKey, receiptKey, err := w.Rec.Keys(t.Context(), ws)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range receipts {
		proof := proofOf(t, w, r.ID)
		leaf, err := w.Rec.Leaf(t.Context(), ws, touch.EventID(r.ID))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := record.CheckProof(proof, logKey, leaf); err != nil {
			t.Fatal(err)
		}
		if _, _, err := record.CheckProof(proof, logKey, nil); err != nil {
			t.Errorf("the proof file alone doesn't hold: %v", err)
		}
		if _, _, err := record.CheckProof(proof, logKey, append(leaf, 'x')); err == nil {
			t.Fatal("another leaf was proved")
		}
		promise, err := record.CheckReceipt(r.Signature, receiptKey)
		if err != nil || promise.Leaf != tlog.RecordHash(leaf) || string(promise.Event) != r.ID {
			t.Fatalf("%+v %v", promise, err)
		}
		if _, err := record.CheckReceipt(strings.Replace(r.Signature, "60", "61", 1), receiptKey); err == nil {
			t.Fatal("an altered receipt passed")
		}
		if !strings.Contains(string(leaf), r.Commitment) || len(leaf) > 1024 {
			t.Fatalf("leaf %q", leaf)
		}
	}
	if d := time.Since(start); d > 3*time.Second {
		t.Errorf("300 records took %v to be provable", d)
	}
}

// A receipt that shares its signature with its neighbours must be worth as
// much as one of its own, and nobody may make another from it.
func TestReceiptOfABatchCannotBeAltered(t *testing.T) {
	w := openAt(t, t.TempDir())
	defer closeWorld(t, w)
	_, key, err := w.Rec.Keys(t.Context(), ws)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{1, 2, 5} {
		receipts := fill(t, w, 1, n)
		for i, r := range receipts {
			if got, err := record.CheckReceipt(r.Signature, key); err != nil || string(got.Event) != r.ID {
				t.Fatalf("receipt %d of %d: %+v %v", i, n, got, err)
			}
			again, err := w.Rec.Receipt(t.Context(), ws, touch.EventID(r.ID))
			if err != nil {
				t.Fatal(err)
			}
			one, err1 := record.CheckReceipt(again.Signature, key)
			two, err2 := record.CheckReceipt(r.Signature, key)
			if err1 != nil || err2 != nil || one != two {
				t.Fatalf("issued again it promises something else: %+v %+v", one, two)
			}
			other := receipts[(i+1)%n]
			if forged := strings.Replace(r.Signature, r.ID, other.ID, 1); n > 1 {
				if _, err := record.CheckReceipt(forged, key); err == nil {
					t.Fatal("a neighbour's id passed")
				}
			}
			for at := range len(r.Signature) - 1 { // the last byte ends the line
				bad := []byte(r.Signature)
				bad[at] ^= 1
				if p, err := record.CheckReceipt(string(bad), key); err == nil && p != two {
					t.Fatalf("byte %d altered, and another promise passed: %+v", at, p)
				}
			}
		}
	}
}

func TestOutsideCheckerAcceptsOurLog(t *testing.T) {
	dir := t.TempDir()
	w := openAt(t, dir)
	fill(t, w, 3, 200)
	logKey, _, err := w.Rec.Keys(t.Context(), ws)
	if err != nil {
		t.Fatal(err)
	}
	closeWorld(t, w)
	v, err := note.NewVerifier(logKey)
	if err != nil {
		t.Fatal(err)
	}
	hasher := func(b []byte) ([][]byte, error) {
		var bundle api.EntryBundle
		err := bundle.UnmarshalText(b)
		var out [][]byte
		for _, e := range bundle.Entries {
			h := tlog.RecordHash(e)
			out = append(out, h[:])
		}
		return out, err
	}
	f := fsck.New(v.Name(), v, client.FileFetcher{Root: filepath.Join(dir, "log", string(ws))}, hasher, fsck.Opts{N: 2})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := f.Check(ctx); err != nil {
		t.Fatal(err)
	}
}

func TestRolledBackLogIsNotServed(t *testing.T) {
	dir := t.TempDir()
	w := openAt(t, dir)
	fill(t, w, 1, 50)
	closeWorld(t, w)
	logs := filepath.Join(dir, "log", string(ws))
	old := filepath.Join(t.TempDir(), "old")
	if err := os.CopyFS(old, os.DirFS(logs)); err != nil {
		t.Fatal(err)
	}
	w = openAt(t, dir)
	fill(t, w, 2, 50)
	closeWorld(t, w)
	if err := errors.Join(os.RemoveAll(logs), os.CopyFS(logs, os.DirFS(old))); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		db, err := sqlstore.Open(t.Context(), sqlstore.Config{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		_, err = storetest.BuildWorld(t.Context(), db, dir)
		db.Close()
		if !errors.Is(err, record.ErrRollback) {
			t.Fatalf("a rolled-back log was served: %v", err)
		}
		os.RemoveAll(logs) // the second time, no log at all
	}
}
