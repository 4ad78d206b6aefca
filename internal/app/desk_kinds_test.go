package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"fairtouch/internal/rights"
	"fairtouch/internal/sqlstore"
	"fairtouch/internal/web/pages"
	"fairtouch/touch"
)

// kindDesk is one kind's fake and how its staff answer.
type kindDesk struct {
	t    *testing.T
	a    *App
	e    Endpoint
	fake *fakeDesks
}

func newKindDesk(t *testing.T, a *App, kind string) *kindDesk {
	t.Helper()
	f := newFakeDesks(t)
	a.Outbound = f.Client()
	e := Endpoint{Kind: kind, URL: f.URL, Token: "tok", Secret: "s3cret", Account: "ada@example.com", Room: "C0123456789"}
	switch kind {
	case "chatwoot":
		e.Account, e.Room = "7", "3"
	case "email":
		e.Account, e.Room, e.URL = "chat@reply.example.com", "help@example.com", ""
		if err := a.SaveMailServer(t.Context(), Demo, LocalOperator, f.smtp(t)); err != nil {
			t.Fatal(err)
		}
	}
	e, err := a.AddHelpDesk(t.Context(), Demo, LocalOperator, e)
	if err != nil {
		t.Fatal(err)
	}
	return &kindDesk{t, a, e, f}
}

// round tells the desk what there is and delivers; pauses are passed over.
func (d *kindDesk) round() {
	d.t.Helper()
	if err := d.a.TellDesks(d.t.Context(), Demo); err != nil {
		d.t.Fatal(err)
	}
	for range 8 {
		if _, err := d.a.Outbox().Deliver(d.t.Context()); err != nil {
			d.t.Fatal(err)
		}
		if _, err := d.a.DB.ClaimParcels(d.t.Context(), time.Now().Add(48*time.Hour), time.Now().Add(-time.Second), 100); err != nil {
			d.t.Fatal(err)
		}
	}
}

// post sends what a desk's webhook would.
func (d *kindDesk) post(h http.Header, body string) (int, string) {
	d.t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/hooks/demo/desks/"+d.e.ID, strings.NewReader(body))
	r.Header = h
	w := httptest.NewRecorder()
	d.a.HookHandler().ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// answer posts a reply of the staff, rightly signed; id is the reply's own.
func (d *kindDesk) answer(id, text string) (int, string) {
	d.t.Helper()
	body := d.fake.reply(d.e, d.fake.thread(d.e.Kind), id, text)
	return d.post(signAs(d.t, d.e.Kind, d.e.Secret, body, time.Now()), body)
}

func (d *kindDesk) must(id, text, want string) {
	d.t.Helper()
	if code, body := d.answer(id, text); code != http.StatusOK || !strings.Contains(body, want) {
		d.t.Fatalf("%s: %d %s", text, code, body)
	}
}

func said(k *talker, text string) (n int) {
	k.t.Helper()
	for _, l := range k.look().Lines {
		if l.Text == text {
			n++
		}
	}
	return n
}

var deskKinds = []string{"slack", "email", "zendesk", "chatwoot"}

func eachDesk(t *testing.T, f func(t *testing.T, d *kindDesk, k *talker)) {
	for _, kind := range deskKinds {
		t.Run(kind, func(t *testing.T) {
			a := demoApp(t, 20)
			d, k := newKindDesk(t, a, kind), newTalker(t, a)
			for _, text := range []string{"I am jane.doe@example.org", "I want to talk to a human"} {
				if _, err := k.say(text); err != nil {
					t.Fatal(err)
				}
			}
			f(t, d, k)
		})
	}
}

func TestEachHelpDeskAnswersAChat(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *kindDesk, k *talker) {
		d.fake.fail(429, 503, 0) // busy, down, and done without a receipt
		d.round()
		if got := d.fake.texts(); len(got) != 1 || strings.Contains(got[0], "jane.doe") || !strings.Contains(got[0], "EMAIL_ADDRESS") || !strings.Contains(got[0], "/console/conversations/talks/") {
			t.Fatalf("%d requests: %q", len(got), got)
		}
		for range 2 { // a webhook that comes twice
			d.must("a1", "Good day <Jane> & co", `"done":true`)
		}
		if n := said(k, "Good day <Jane> & co"); n != 1 || k.look().Holder != pages.ByPerson {
			t.Fatalf("said %d times, held by %s", n, k.look().Holder)
		}
		if _, err := k.say("my number is +49 30 901820, thank you"); err != nil {
			t.Fatal(err)
		}
		d.fake.fail(0, 503)
		d.round()
		d.round()
		if got := d.fake.texts(); len(got) != 2 || strings.Contains(got[1], "901820") || !strings.Contains(got[1], "thank you") {
			t.Fatalf("the desk heard %q", got)
		}
		d.must("a2", "!return", `"done":true`)
		if shown, err := k.say("and my parcel?"); err != nil || shown == "" {
			t.Errorf("the program is mute after the return: %q %v", shown, err)
		}
		lateKind(t, d, k)
	})
}

// lateKind: what comes after the return, or for an earlier request, is dropped.
func lateKind(t *testing.T, d *kindDesk, k *talker) {
	t.Helper()
	before := len(k.look().Lines)
	d.must("a3", "too late", `"dropped":"late"`)
	old := d.fake.thread(d.e.Kind)
	if err := k.c.Person(t.Context(), k.to, "en"); err != nil {
		t.Fatal(err)
	}
	d.round()
	if d.fake.thread(d.e.Kind) == old {
		t.Fatal("the second request has the first one's thread")
	}
	for i, text := range []string{"for the first request", "!take", "!close"} {
		body := d.fake.reply(d.e, old, fmt.Sprint("b", i), text)
		if code, got := d.post(signAs(t, d.e.Kind, d.e.Secret, body, time.Now()), body); code != 200 || !strings.Contains(got, `"dropped":"late"`) {
			t.Errorf("%s: %d %s", text, code, got)
		}
	}
	if len(k.look().Lines) != before+1 {
		t.Errorf("%d lines more", len(k.look().Lines)-before)
	}
	d.must("c1", "!take", `"done":true`)
	if k.look().Holder != pages.ByPerson {
		t.Error("!take took nothing")
	}
	d.must("c2", "!close", `"done":true`)
}

func TestAForgedAnswerOfEachHelpDeskIsRefused(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *kindDesk, k *talker) {
		d.round()
		body := d.fake.reply(d.e, d.fake.thread(d.e.Kind), "f1", "I am your bank")
		other := "other"
		if d.e.Kind == "email" {
			other = "whsec_" + strings.Repeat("eHh4", 11)
		}
		now := time.Now()
		tampered := signAs(t, d.e.Kind, d.e.Secret, body, now)
		for name, h := range map[string]http.Header{"unsigned": {}, "wrong secret": signAs(t, d.e.Kind, other, body, now), "old": signAs(t, d.e.Kind, d.e.Secret, body, now.Add(-6*time.Minute)),
			"of the future": signAs(t, d.e.Kind, d.e.Secret, body, now.Add(6*time.Minute))} {
			if code, got := d.post(h, body); code != http.StatusUnauthorized || strings.Contains(got, "bank") {
				t.Errorf("%s: %d %s", name, code, got)
			}
		}
		if code, got := d.post(tampered, strings.Replace(body, "bank", "benk", 1)); code != http.StatusUnauthorized {
			t.Errorf("tampered: %d %s", code, got)
		}
		if said(k, "I am your bank") != 0 || k.look().Holder == pages.ByPerson {
			t.Error("a forged answer changed something")
		}
	})
}

func TestABotsWordAndStrangersAreNothingInEachHelpDesk(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *kindDesk, k *talker) {
		d.round()
		before := len(k.look().Lines)
		for i, body := range d.fake.noise(d.e) {
			if code, got := d.post(signAs(t, d.e.Kind, d.e.Secret, body, time.Now()), body); code != http.StatusOK || !strings.Contains(got, `"done":false`) {
				t.Errorf("%d: %d %s", i, code, got)
			}
		}
		if len(k.look().Lines) != before {
			t.Error("somebody else's word is said to the customer")
		}
	})
}

func TestAnAnswerThatIsFasterThanTheReceiptIsAskedForAgain(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *kindDesk, k *talker) {
		d.round()
		row, err := d.a.DB.LastThread(t.Context(), Demo, d.e.ID, k.id())
		if err != nil {
			t.Fatal(err)
		}
		look, sealed := row.Look, row.Sealed
		row.Look, row.Sealed = "", []byte{} // the node died after the call
		if err := d.a.DB.NameThread(t.Context(), Demo, row); err != nil {
			t.Fatal(err)
		}
		if code, got := d.answer("g1", "hello"); code != http.StatusServiceUnavailable {
			t.Errorf("%d %s", code, got)
		}
		again(t, d, row)
		now, err := d.a.DB.LastThread(t.Context(), Demo, d.e.ID, k.id())
		if err != nil || now.Look != look || len(sealed) == 0 {
			t.Errorf("the second call names another thread: %v", err)
		}
		if n := len(d.fake.texts()); n != 1 {
			t.Errorf("the request is there %d times", n)
		}
		d.must("g1", "hello", `"done":true`)
	})
}

// again makes the call of a request that died before its receipt once more.
func again(t *testing.T, d *kindDesk, row sqlstore.DeskThread) {
	t.Helper()
	var m deskParcel
	m.Type, m.Data.Conversation, m.Data.Epoch, m.Data.Due = EventAsked, row.Conversation, row.Epoch, time.Now()
	body, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.a.carry(t.Context(), rights.Parcel{Workspace: Demo, ID: "x", Subject: row.Subject}, d.e, body, true); err != nil {
		t.Fatal(err)
	}
}

func TestAHelpDesksSecretCanComeLater(t *testing.T) {
	a := demoApp(t, 20)
	f := newFakeDesks(t)
	a.Outbound = f.Client()
	e, err := a.AddHelpDesk(t.Context(), Demo, LocalOperator, Endpoint{Kind: "zendesk", URL: f.URL, Token: "tok", Account: "ada@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	d := &kindDesk{t, a, e, f}
	body := f.reply(e, "1", "1", "hello")
	h := signAs(t, "zendesk", "", body, time.Now())
	if code, _ := d.post(h, body); code != http.StatusUnauthorized {
		t.Errorf("without a secret everything is taken: %d", code)
	}
	if err := a.SignDesk(t.Context(), Demo, LocalOperator, e.ID, "later"); err != nil {
		t.Fatal(err)
	}
	if code, got := d.post(signAs(t, "zendesk", "later", body, time.Now()), body); code != http.StatusOK {
		t.Error(code, got)
	}
	if err := a.SignDesk(t.Context(), Main, LocalOperator, e.ID, "x"); touch.CodeOf(err) != touch.Unknown {
		t.Errorf("another workspace's: %v", err)
	}
	if err := a.RemoveEndpoint(t.Context(), Demo, LocalOperator, e.ID); err != nil {
		t.Fatal(err)
	}
	if code, _ := d.post(signAs(t, "zendesk", "later", body, time.Now()), body); code != http.StatusUnauthorized {
		t.Errorf("a removed desk is heard: %d", code)
	}
}

func TestSlacksChallengeIsAnsweredOnlySigned(t *testing.T) {
	d := newKindDesk(t, demoApp(t, 20), "slack")
	body := `{"type":"url_verification","challenge":"abc"}`
	if code, got := d.post(signAs(t, "slack", d.e.Secret, body, time.Now()), body); code != 200 || !strings.Contains(got, `"challenge":"abc"`) {
		t.Error(code, got)
	}
	if code, got := d.post(http.Header{}, body); code != 401 || strings.Contains(got, "abc") {
		t.Error(code, got)
	}
}

func TestAnErasedPersonsThreadIsGone(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *kindDesk, k *talker) {
		d.round()
		id := k.id()
		row, err := d.a.DB.LastThread(t.Context(), Demo, d.e.ID, id)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.a.Ledger.ByID(t.Context(), Demo, row.Subject); err != nil {
			t.Fatal(err)
		}
		if _, err := d.a.Record.Erase(t.Context(), Demo, row.Subject); err != nil {
			t.Fatal(err)
		}
		if _, err := d.a.DB.LastThread(t.Context(), Demo, d.e.ID, id); touch.CodeOf(err) != touch.Unknown {
			t.Errorf("the thread is there still: %v", err)
		}
		d.must("h1", "hello?", `"dropped":"not_ours"`)
	})
}
