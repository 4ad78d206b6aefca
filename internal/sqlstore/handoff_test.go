package sqlstore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fairtouch/internal/handoff"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

const chatWS touch.Workspace = "ws_chat"

// mask stands for sealing: it hides a text, and only from reading it as it is.
type mask struct{}

func (mask) Seal(_ context.Context, _ touch.Workspace, _ touch.SubjectID, plain, at string) ([]byte, error) {
	b := []byte(at + "\x00" + plain)
	for i := range b {
		b[i] ^= 0x5a
	}
	return b, nil
}

func (mask) Open(_ context.Context, _ touch.Workspace, _ touch.SubjectID, sealed []byte, at string) (string, error) {
	b := bytes.Clone(sealed)
	for i := range b {
		b[i] ^= 0x5a
	}
	place, plain, ok := strings.Cut(string(b), "\x00")
	if !ok || place != at {
		return "", touch.Errorf(touch.Invalid, "sealed for another place")
	}
	return plain, nil
}

func desk(t testing.TB, open func(testing.TB) *sqlstore.DB, now func() time.Time) *handoff.Desk {
	db := open(t)
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return &handoff.Desk{Store: db, Sealer: mask{}, Hours: handoff.Weekdays(time.UTC), Promise: handoff.DefaultPromise(), Now: now}
}

// tuesday is within business hours.
func tuesday() time.Time { return time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC) }

// tries is how often a step is tried again on a machine that is so busy that the
// store gives up (a read lives one second at most). Each time it says so, nothing
// was done, and the caller may try again: that is what a client does.
const tries = 100

var gaveUp atomic.Int64

func patient(f func() error) (err error) {
	for range tries {
		if err = f(); touch.CodeOf(err) != touch.Unavailable {
			return err
		}
		gaveUp.Add(1)
	}
	return err
}

// race runs one schedule: a program that answers slowly, a customer who asks for
// a person, and two members of staff who both want to take over.
func race(ctx context.Context, d *handoff.Desk, seed uint64) error {
	id := fmt.Sprint("conv-", seed)
	who := handoff.Conversation{ID: id, Subject: "sub_x", Language: "en"}
	if err := patient(func() error { _, _, err := d.Turn(ctx, chatWS, who); return err }); err != nil {
		return err
	}
	var wg sync.WaitGroup
	errs := make(chan error, 16)
	fail := func(err error) {
		if err != nil && !errors.Is(err, handoff.ErrLate) {
			errs <- err
		}
	}
	pause := func(r *rand.Rand) { time.Sleep(time.Duration(r.IntN(1200)) * time.Microsecond) }
	wg.Go(func() {
		r := rand.New(rand.NewPCG(seed, 1))
		for i := range 4 {
			var epoch int64
			may := false
			fail(patient(func() (err error) { epoch, may, err = d.Turn(ctx, chatWS, who); return err }))
			pause(r) // the model thinks
			if may {
				fail(patient(func() error { return d.Reply(ctx, chatWS, id, fmt.Sprint("bot-", i), epoch, "I am sorry to hear that") }))
			}
		}
	})
	wg.Go(func() {
		r := rand.New(rand.NewPCG(seed, 2))
		pause(r)
		fail(patient(func() error { return d.Hear(ctx, chatWS, id, "said-1", "I want a human") }))
		fail(patient(func() error { _, err := d.Request(ctx, chatWS, id, handoff.ReasonAsked); return err }))
	})
	taken := make(chan string, 2)
	for _, owner := range []string{"ada", "bo"} {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(seed, uint64(len(owner))))
			pause(r)
			pause(r)
			err := patient(func() error { _, err := d.Take(ctx, chatWS, id, owner); return err })
			if err == nil {
				taken <- owner
				fail(patient(func() error { return d.Answer(ctx, chatWS, id, "human-"+owner, owner, "Hello, how can I help?") }))
			}
			fail(err)
		})
	}
	wg.Wait()
	close(errs)
	close(taken)
	if err := <-errs; err != nil {
		return err
	}
	owner := <-taken
	if second := <-taken; owner == "" || second != "" {
		return fmt.Errorf("taken by %q and %q", owner, second)
	}
	return after(ctx, d, who, owner)
}

// after checks what a schedule left, returns the conversation and lets the
// program speak again.
func after(ctx context.Context, d *handoff.Desk, who handoff.Conversation, owner string) error {
	if err := patient(func() error { return d.Reply(ctx, chatWS, who.ID, "forged", 1, "x") }); !errors.Is(err, handoff.ErrLate) {
		return fmt.Errorf("a program that knows the first epoch talks over a person: %w", err)
	}
	if err := patient(func() error { _, err := d.Return(ctx, chatWS, who.ID, owner); return err }); err != nil {
		return err
	}
	var epoch int64
	may := false
	err := patient(func() (err error) { epoch, may, err = d.Turn(ctx, chatWS, who); return err })
	if err != nil || !may {
		return fmt.Errorf("the program stays silent after the return: %w", err)
	}
	if err := patient(func() error { return d.Reply(ctx, chatWS, who.ID, "again", epoch, "I am back") }); err != nil {
		return err
	}
	var list []handoff.Message
	err = patient(func() (err error) { list, err = d.Store.Said(ctx, chatWS, who.ID); return err })
	if err != nil {
		return err
	}
	state, takeovers := handoff.Bot, 0
	for i, m := range list {
		if m.Seq != int64(i+1) {
			return fmt.Errorf("message %d has number %d", i+1, m.Seq)
		}
		switch {
		case m.Kind == handoff.KindTaken:
			state = handoff.Human
			takeovers++
		case m.Kind == handoff.KindQueued:
			state = handoff.Queued
		case m.Kind == handoff.KindReturned:
			state = handoff.Bot
		case m.From == handoff.FromBot && state != handoff.Bot:
			return fmt.Errorf("the program spoke in state %s: %s", state, m.ID)
		}
	}
	if takeovers != 1 || list[len(list)-1].ID != "again" {
		return fmt.Errorf("%d hand-over messages, the last message is %s", takeovers, list[len(list)-1].ID)
	}
	return nil
}

// 500 schedules; FAIRTOUCH_HANDOFF_RACES=10000 runs all that the design asks for.
func TestAProgramNeverTalksOverAPerson(t *testing.T) {
	n := 500
	if s := os.Getenv("FAIRTOUCH_HANDOFF_RACES"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	d := desk(t, openSQLite, tuesday)
	var wg sync.WaitGroup
	slots := make(chan struct{}, 32)
	for i := range n {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			if err := race(t.Context(), d, uint64(i)); err != nil {
				t.Errorf("schedule %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	t.Logf("%d schedules; the store gave up %d times, and was asked again", n, gaveUp.Load())
}

func conversations(t *testing.T, open func(testing.TB) *sqlstore.DB) {
	now := tuesday()
	d := desk(t, open, func() time.Time { return now })
	ctx, id := t.Context(), "conv-1"
	if _, may, err := d.Turn(ctx, chatWS, handoff.Conversation{ID: id, Subject: "sub_1", Language: "de"}); err != nil || !may {
		t.Fatal(may, err)
	}
	c, err := d.Request(ctx, chatWS, id, handoff.ReasonDistress)
	if err != nil || c.State != handoff.Queued || !c.Due.Equal(now.Add(3*time.Minute)) {
		t.Fatalf("%+v %v", c, err)
	}
	if again, err := d.Request(ctx, chatWS, id, handoff.ReasonAsked); err != nil || again.Epoch != c.Epoch {
		t.Fatalf("a second request moved it: %+v %v", again, err)
	}
	if silent, err := d.Holds(ctx, chatWS, id); err != nil || !silent {
		t.Fatal("the program may speak while a person is awaited")
	}
	for range 2 {
		if err := d.Hear(ctx, chatWS, id, "m1", "Hilfe"); err != nil {
			t.Fatal(err)
		}
	}
	now = now.Add(2 * time.Minute)
	if _, err := d.Take(ctx, chatWS, id, "ada"); err != nil {
		t.Fatal(err)
	}
	if err := d.Answer(ctx, chatWS, id, "a1", "bo", "Hallo"); !errors.Is(err, handoff.ErrLate) {
		t.Fatalf("somebody who has not taken it answers: %v", err)
	}
	if _, err := d.Close(ctx, chatWS, id, "ada"); err != nil {
		t.Fatal(err)
	}
	list, err := d.Store.Said(ctx, chatWS, id)
	if err != nil || len(list) != 4 { // queued, m1, taken, closed
		t.Fatalf("%+v %v", list, err)
	}
	if text, err := d.Sealer.Open(ctx, chatWS, "sub_1", list[1].Sealed, id+"/m1"); err != nil || text != "Hilfe" || bytes.Contains(list[1].Sealed, []byte("Hilfe")) {
		t.Fatalf("%q %v", text, err)
	}
	moves, err := d.Store.Moves(ctx, chatWS, tuesday())
	if err != nil {
		t.Fatal(err)
	}
	if kept := d.Promise.Of(handoff.Waits(moves[id]), now); kept.Asked != 1 || kept.InTime != 1 || !kept.Met {
		t.Fatalf("%+v", kept)
	}
	if l, err := d.Store.Waiting(ctx, "ws_other", 10); err != nil || len(l) != 0 {
		t.Fatal("another workspace sees the queue")
	}
	atNight(t, d, &now)
}

func atNight(t *testing.T, d *handoff.Desk, now *time.Time) {
	ctx, id := t.Context(), "conv-2"
	*now = time.Date(2026, 11, 27, 22, 0, 0, 0, time.UTC) // a Friday night
	if _, _, err := d.Turn(ctx, chatWS, handoff.Conversation{ID: id, Subject: "sub_2"}); err != nil {
		t.Fatal(err)
	}
	c, err := d.Request(ctx, chatWS, id, handoff.ReasonAsked)
	if monday := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC); err != nil || c.State != handoff.Callback || !c.Callback.Equal(monday) {
		t.Fatalf("%+v %v", c, err)
	}
	if l, err := d.Store.Waiting(ctx, chatWS, 10); err != nil || len(l) != 1 || l[0].ID != id {
		t.Fatalf("%+v %v", l, err)
	}
	if _, err := d.Take(ctx, chatWS, id, "ada"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.CallBack(ctx, chatWS, id, now.Add(-time.Hour)); err == nil {
		t.Fatal("a call-back was promised for the past")
	}
	if c, err := d.CallBack(ctx, chatWS, id, now.Add(72*time.Hour)); err != nil || c.State != handoff.Callback || c.Owner != "" {
		t.Fatalf("%+v %v", c, err)
	}
}

func TestARequestForAPersonEndsAtAPersonSQLite(t *testing.T)   { conversations(t, openSQLite) }
func TestARequestForAPersonEndsAtAPersonPostgres(t *testing.T) { conversations(t, openPostgres) }
