package events

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"fairtouch/internal/rights"
	"fairtouch/touch"
)

// box is an outbox in memory.
type box struct {
	mu   sync.Mutex
	rows map[string]*rights.Parcel
}

func (b *box) ClaimParcels(_ context.Context, now, until time.Time, limit int) (out []rights.Parcel, _ error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.rows {
		if p.State == "waiting" && !p.NotBefore.After(now) && len(out) < limit {
			p.NotBefore = until
			out = append(out, *p)
		}
	}
	return out, nil
}

func (b *box) SentParcel(_ context.Context, _ touch.Workspace, id string, status int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rows[id].State, b.rows[id].Status = "sent", status
	return nil
}

func (b *box) PutOffParcel(_ context.Context, _ touch.Workspace, id string, status int, until time.Time, final bool) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.rows[id]
	p.Status, p.NotBefore, p.Tries = status, until, p.Tries+1
	if final {
		p.State = "failed"
	}
	return nil
}

// receiver takes messages and fails as told.
type receiver struct {
	mu    sync.Mutex
	plan  []int // statuses; 0 is no answer, negative is a message taken without an answer
	taken map[string]int
	bad   int
	now   func() time.Time
}

// RoundTrip implements http.RoundTripper.
func (r *receiver) RoundTrip(q *http.Request) (*http.Response, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	b, _ := io.ReadAll(q.Body)
	s, _ := ParseSecret(refSecret)
	id, err := Verify([]Secret{s}, q.Header, b, r.now())
	if err != nil {
		r.bad++
	}
	status := 200
	if len(r.plan) > 0 {
		status, r.plan = r.plan[0], r.plan[1:]
	}
	if status == 200 || status < 0 {
		r.taken[id]++
	}
	if status <= 0 {
		return nil, errors.New("no answer")
	}
	return &http.Response{StatusCode: status, Header: http.Header{"Retry-After": {"90"}}, Body: io.NopCloser(strings.NewReader("")), Request: q}, nil
}

func outbox(t *testing.T, ids ...string) (*Outbox, *box, *receiver, *time.Time) {
	now := refAt
	b := &box{rows: map[string]*rights.Parcel{}}
	for _, id := range ids {
		b.rows[id] = &rights.Parcel{ID: id, State: "waiting", NotBefore: now}
	}
	r := &receiver{taken: map[string]int{}, now: func() time.Time { return now }}
	s := secret(t, refSecret)
	return &Outbox{Store: b, Client: &http.Client{Transport: r}, Now: func() time.Time { return now },
		Open: func(_ context.Context, p rights.Parcel) (Letter, error) {
			if p.Subject == "erased" {
				return Letter{}, errors.New("erased")
			}
			return Letter{URL: "https://x.example/", Secret: s, Body: []byte(`{}`)}, nil
		}}, b, r, &now
}

func TestAWebhookIsDeliveredWhateverFailsFirstAndHasOneIDForever(t *testing.T) {
	o, b, r, now := outbox(t, "m1")
	r.plan = []int{500, 0, 429, -1, 200}
	for range 5 {
		if n, err := o.Deliver(t.Context()); n != 1 || err != nil {
			t.Fatalf("%d %v, %+v", n, err, b.rows["m1"])
		}
		if n, _ := o.Deliver(t.Context()); n != 0 {
			t.Fatal("tried again before its time")
		}
		*now = now.Add(24 * time.Hour)
	}
	if b.rows["m1"].State != "sent" || r.taken["m1"] != 2 || r.bad != 0 { // twice with the same id: the receiver knows it
		t.Fatalf("%+v %v, %d badly signed", b.rows["m1"], r.taken, r.bad)
	}
}

func TestAReceiverThatIsGoneIsNotAskedForever(t *testing.T) {
	o, b, r, now := outbox(t, "m1", "m2")
	b.rows["m2"].Subject = "erased"
	r.plan = []int{500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 500}
	for range 12 {
		if _, err := o.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		*now = now.Add(25 * time.Hour)
	}
	if b.rows["m1"].State != "failed" || b.rows["m1"].Tries != len(waits)+1 {
		t.Fatalf("%+v", b.rows["m1"])
	}
	if b.rows["m2"].State != "failed" || r.taken["m2"] > 0 {
		t.Fatal("something about an erased person was sent")
	}
}

func TestAWithdrawalReachesTheReceiverWithinSeconds(t *testing.T) {
	o, b, r, now := outbox(t)
	ctx, cancel := context.WithCancel(t.Context())
	wake := make(chan struct{}, 1)
	done := make(chan struct{})
	go func() { defer close(done); o.Run(ctx, wake, func(err error) { t.Error(err) }) }()
	b.mu.Lock()
	for i := range 500 {
		id := "m" + string(rune('a'+i%26)) + time.Duration(i).String()
		b.rows[id] = &rights.Parcel{ID: id, State: "waiting", NotBefore: *now}
	}
	b.mu.Unlock()
	start := time.Now()
	wake <- struct{}{}
	for {
		r.mu.Lock()
		n := len(r.taken)
		r.mu.Unlock()
		if n == 500 {
			break
		}
		if time.Since(start) > 5*time.Second {
			t.Fatalf("%d of 500 after five seconds", n)
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Logf("500 webhooks in %v", time.Since(start))
	cancel()
	<-done
}

func TestWithoutAWayOutEverythingWaits(t *testing.T) {
	o, b, _, _ := outbox(t, "m1")
	o.Client = nil
	if n, err := o.Deliver(t.Context()); n != 0 || err != nil || b.rows["m1"].State != "waiting" {
		t.Fatal(n, err)
	}
}
