package record_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"fairtouch/internal/record"
	"fairtouch/internal/sqlstore"
	"fairtouch/internal/storetest"
	"fairtouch/touch"
)

const childDir = "FAIRTOUCH_TEST_CHILD_DIR"

// child appends from many writers until it is killed, and prints the id of each
// event once it holds the receipt.
func child(dir string) int {
	ctx := context.Background()
	db, err := sqlstore.Open(ctx, sqlstore.Config{Dir: dir})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	w, err := storetest.BuildWorld(ctx, db, dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	s, subject, err := w.Person(ctx, "jane")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for {
				r, err := w.Rec.Append(ctx, ws, storetest.Decision(&subject, s.Version, touch.RandomID(), "x"))
				if err != nil {
					fmt.Fprintln(os.Stderr, err)
					return
				}
				mu.Lock()
				fmt.Println(r.ID)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return 1
}

// killOnce runs a child, kills it after a while, and returns what it acknowledged.
func killOnce(t *testing.T, dir string, after time.Duration) []string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var ids []string
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if len(ids) == 0 {
			time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		}
		if len(lines.Text()) == len(touch.NewEventID()) { // the last line may be cut
			ids = append(ids, lines.Text())
		}
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.Exited() {
		t.Fatalf("the child ended by itself: %v", err)
	}
	return ids
}

func TestKilledServerLosesNoAcknowledgedDecision(t *testing.T) {
	dir := t.TempDir()
	var acked []string
	n := count(t, "FAIRTOUCH_KILLS", 10)
	for i := range n {
		acked = append(acked, killOnce(t, dir, time.Duration(100+37*(i%11))*time.Millisecond)...)
	}
	if len(acked) < 10*n {
		t.Fatalf("only %d decisions were acknowledged", len(acked))
	}
	w := openAt(t, dir)
	logKey, _, err := w.Rec.Keys(t.Context(), ws)
	if err != nil {
		t.Fatal(err)
	}
	for i, id := range acked {
		s, err := w.DB.Row(t.Context(), ws, touch.EventID(id))
		if err != nil {
			t.Fatalf("acknowledged decision %s is lost: %v", id, err)
		}
		if i%97 != 0 {
			continue
		}
		leaf, err := w.Rec.Leaf(t.Context(), ws, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := record.CheckProof(proofOf(t, w, id), logKey, leaf); err != nil {
			t.Fatal(err)
		}
	}
	closeWorld(t, w)
	rep := sound(t, dir)
	if rep.Rows < int64(len(acked)) || rep.Size < rep.Rows {
		t.Fatalf("%d acknowledged, %d rows, %d entries", len(acked), rep.Rows, rep.Size)
	}
	t.Logf("%d kills, %d acknowledged, %d rows, %d entries, %d taken twice", n, len(acked), rep.Rows, rep.Size, rep.Again)
}
