package app

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"fairtouch/internal/connectors"
	"fairtouch/internal/consent"
	"fairtouch/internal/events"
	"fairtouch/internal/record"
	"fairtouch/internal/rights"
	"fairtouch/touch"
)

// elsewhere is another company's system, for tests: it takes webhooks.
type elsewhere struct {
	mu     sync.Mutex
	secret string
	bodies []string
	ids    []string
	status int
	reply  string
	bad    int
	slow   time.Duration
}

// RoundTrip implements http.RoundTripper.
func (e *elsewhere) RoundTrip(r *http.Request) (*http.Response, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	time.Sleep(e.slow)
	b, _ := io.ReadAll(r.Body)
	s, _ := events.ParseSecret(e.secret)
	id, err := events.Verify([]events.Secret{s}, r.Header, b, utcNow())
	if err != nil {
		e.bad++
	}
	e.bodies, e.ids = append(e.bodies, string(b)), append(e.ids, id)
	return &http.Response{StatusCode: e.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(e.reply)), Request: r}, nil
}

const hookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

func TestAnErasureReachesOtherSystemsBeforeTheKeyIsDestroyed(t *testing.T) {
	a := demoApp(t, 300)
	far := &elsewhere{secret: hookSecret, status: 503}
	a.Outbound = &http.Client{Transport: far}
	if err := a.SaveConnector(t.Context(), Demo, LocalOperator, connectors.Settings{Kind: "webhook", Name: "crm", Key: hookSecret, URL: "https://crm.example/hook"}); err != nil {
		t.Fatal(err)
	}
	const who = "particular-4713@example.com"
	agree(t, a, who)
	v := askFor(t, a, rights.Erasure, who, rights.ProofCode)
	if v, err := a.RunRight(t.Context(), Demo, LocalOperator, v.ID, false); err != nil || v.State != rights.Running || v.Erased {
		t.Fatalf("erased here before the other system was asked: %s %v", v.State, err)
	}
	if d := decide(t, a, lead(who)); d.Verdict == touch.Allow {
		t.Fatal("AI was used for somebody whose erasure runs")
	}
	calls, err := a.DB.Calls(t.Context(), Demo, v.ID)
	if err != nil || len(calls) != 1 {
		t.Fatal(calls, err)
	}
	calls[0].NotBefore = calls[0].At // its time has come
	if err := a.DB.PutCall(t.Context(), Demo, calls[0]); err != nil {
		t.Fatal(err)
	}
	far.mu.Lock()
	far.status = 200
	far.reply = `{"outcome":"found"}` // to the question whether the first call got there
	far.mu.Unlock()
	got, err := a.RunRight(t.Context(), Demo, LocalOperator, v.ID, false)
	if err != nil {
		t.Fatal(err)
	}
	if got.State != rights.Running { // "found" is no receipt of an erasure
		t.Fatalf("%+v", got.Calls)
	}
	far.reply = `{"outcome":"completed"}`
	if got, err = a.RetryRight(t.Context(), Demo, LocalOperator, v.ID); err != nil || got.State != rights.Done || !got.Erased {
		t.Fatalf("%v %s %+v", err, got.State, got.Calls)
	}
	if far.bad > 0 || !strings.Contains(far.bodies[0], who) {
		t.Fatalf("%d badly signed, %v", far.bad, far.bodies)
	}
	if found := onDisk(t, a, who, hookSecret); len(found) > 0 {
		t.Fatalf("left on disk: %v", found)
	}
}

func TestTwoWhoRunARequestAtOnceEraseOnce(t *testing.T) {
	a := demoApp(t, 300)
	far := &elsewhere{secret: hookSecret, status: 200, reply: `{"outcome":"completed"}`, slow: 200 * time.Millisecond}
	a.Outbound = &http.Client{Transport: far}
	if err := a.SaveConnector(t.Context(), Demo, LocalOperator, connectors.Settings{Kind: "webhook", Name: "crm", Key: hookSecret, URL: "https://crm.example/hook"}); err != nil {
		t.Fatal(err)
	}
	agree(t, a, "jane")
	v := askFor(t, a, rights.Erasure, "jane", rights.ProofCode)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			if _, err := a.RunRight(t.Context(), Demo, LocalOperator, v.ID, false); err != nil && touch.CodeOf(err) != touch.Conflict {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got, err := a.Right(t.Context(), Demo, v.ID); err != nil || got.State != rights.Done || len(far.bodies) != 1 {
		t.Fatalf("%v %s, the other system was called %d times", err, got.State, len(far.bodies))
	}
}

func TestWebhooksAreSealedUntilTheyAreSentAndGoWithThePerson(t *testing.T) {
	a := demoApp(t, 300)
	e, err := a.AddEndpoint(t.Context(), Demo, LocalOperator, "https://crm.example/in")
	if err != nil {
		t.Fatal(err)
	}
	far := &elsewhere{secret: e.Secret, status: 200}
	a.Outbound = &http.Client{Transport: far}
	const who = "particular-4714@example.com"
	agree(t, a, who)
	askFor(t, a, rights.Objection, who, rights.ProofIdentifier)
	if found := onDisk(t, a, who, e.Secret); len(found) > 0 {
		t.Fatalf("in plain on disk: %v", found)
	}
	if _, err := a.Outbox().Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	sent := strings.Join(far.bodies, "\n")
	if far.bad > 0 || !strings.Contains(sent, `"rights.done"`) || !strings.Contains(sent, who) {
		t.Fatalf("%d badly signed: %s", far.bad, sent)
	}
	n := len(far.bodies)
	askFor(t, a, rights.NoTraining, who, rights.ProofIdentifier)
	k, _, err := a.Ledger.Find(t.Context(), Demo, who)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.EraseEverywhere(t.Context(), Demo, k); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Outbox().Deliver(t.Context()); err != nil || len(far.bodies) != n {
		t.Fatalf("something about an erased person was sent: %v", err)
	}
}

func TestAHookIsTakenFromWhoSignsItAndItsDefaultsAreNoConsent(t *testing.T) {
	a := demoApp(t, 300)
	src, err := a.AddSource(t.Context(), Demo, LocalOperator, "braze", events.Mapping{Source: "braze-eu"})
	if err != nil {
		t.Fatal(err)
	}
	post := func(body, secret string) *httptest.ResponseRecorder {
		h, err := events.SignWith(secret, touch.NewID("msg"), utcNow(), []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("POST", "/hooks/"+string(Demo)+"/"+src.ID, strings.NewReader(body))
		r.Header = h
		w := httptest.NewRecorder()
		a.HookHandler().ServeHTTP(w, r)
		return w
	}
	body := `[{"external_id":"jane","email_subscribe":"unsubscribed"},{"external_id":"john","email_subscribe":"subscribed"}]`
	if w := post(body, hookSecret); w.Code != http.StatusUnauthorized {
		t.Fatalf("a forged hook: %d", w.Code)
	}
	if _, known, _ := a.KnownPerson(t.Context(), Demo, "jane"); known {
		t.Fatal("a forged hook made a person")
	}
	w := post(body, src.Secret)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"people":1`) || strings.Contains(w.Body.String(), "jane") {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	k, known, err := a.KnownPerson(t.Context(), Demo, "jane")
	if err != nil || !known {
		t.Fatal(err)
	}
	if r := consent.Evaluate(k.Members, consent.Scope{Purpose: "newsletter", Channel: touch.Email}, utcNow()); r.Allowed || r.State != consent.Withdrawn {
		t.Fatalf("%+v", r)
	}
	if _, known, _ := a.KnownPerson(t.Context(), Demo, "john"); known {
		t.Fatal("a default made a permission")
	}
}

func TestAWithdrawalIsToldToOtherSystemsOnceAndWithinSeconds(t *testing.T) {
	a := demoApp(t, 300)
	agree(t, a, "before") // nobody is told what was before there was an endpoint
	waitLogged(t, a)
	e, err := a.AddEndpoint(t.Context(), Demo, LocalOperator, "https://crm.example/in")
	if err != nil {
		t.Fatal(err)
	}
	far := &elsewhere{secret: e.Secret, status: 200}
	a.Outbound = &http.Client{Transport: far}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); a.RunWebhooks(ctx) }()
	agree(t, a, "jane")
	start := utcNow()
	object(t, a, "jane")
	for {
		far.mu.Lock()
		all := strings.Join(far.bodies, "\n")
		far.mu.Unlock()
		if strings.Contains(all, "ObjectionMade") {
			break
		}
		if time.Since(start) > 5*time.Second {
			t.Fatal("not told within five seconds")
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Logf("told after %v", time.Since(start))
	cancel()
	<-done
	n := len(far.bodies)
	if _, err := a.AnnounceConsent(t.Context(), Demo); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Outbox().Deliver(t.Context()); err != nil || len(far.bodies) != n || far.bad > 0 {
		t.Fatalf("told twice: %d, then %d; %v", n, len(far.bodies), err)
	}
	seen := map[string]bool{}
	for _, id := range far.ids {
		if seen[id] {
			t.Errorf("%s came twice", id)
		}
		seen[id] = true
	}
	if got := strings.Count(strings.Join(far.bodies, "\n"), `"consent.changed"`); got != 2 {
		t.Errorf("%d changes were told, not 2", got)
	}
}

// waitLogged waits until every event has its place in the log.
func waitLogged(t *testing.T, a *App) {
	t.Helper()
	for start := time.Now(); time.Since(start) < 10*time.Second; time.Sleep(50 * time.Millisecond) {
		missing := false
		if err := a.scan(t.Context(), Demo, func(row *record.Stored) error { missing = missing || row.Index < 0; return nil }); err != nil {
			t.Fatal(err)
		}
		if !missing {
			return
		}
	}
	t.Fatal("the log isn't written")
}
