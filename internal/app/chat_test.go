package app

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/consent"
	talks "fairtouch/internal/handoff"
	"fairtouch/internal/web/pages"
	"fairtouch/touch"
)

// talker is a customer in front of the chat's back end.
type talker struct {
	t  testing.TB
	c  customers
	to pages.Token
	n  int
}

func newTalker(t testing.TB, a *App) *talker {
	t.Helper()
	a.DemoMode = true
	c := customers{a}
	to, err := c.TryChat(t.Context(), "en")
	if err != nil {
		t.Fatal(err)
	}
	return &talker{t: t, c: c, to: to}
}

func (k *talker) say(text string) (shown string, err error) {
	k.n++
	err = k.c.Say(k.t.Context(), k.to, pages.Said{ID: fmt.Sprint("m", k.n), Text: text, Locale: "en"}, func(s string) { shown += s })
	return shown, err
}

func (k *talker) look() pages.Chat {
	k.t.Helper()
	c, err := k.c.Chat(k.t.Context(), k.to, "en")
	if err != nil {
		k.t.Fatal(err)
	}
	return c
}

func (k *talker) id() string {
	k.t.Helper()
	x, err := k.c.chatOf(k.t.Context(), k.to)
	if err != nil {
		k.t.Fatal(err)
	}
	return x.id
}

func lastLine(c pages.Chat) pages.ChatLine { return c.Lines[len(c.Lines)-1] }

var ada = access.Principal{Workspace: Demo, User: "usr_ada", Name: "Ada"}

// The whole life of a chat: the program answers, protected and disclosed; a
// person is asked for, answers, leaves; the program speaks again.
func TestACustomerTalksToTheProgramAndToAPerson(t *testing.T) {
	a := demoApp(t, 20)
	k, s := newTalker(t, a), staff{a}
	if c := k.look(); c.Holder != pages.ByProgram || c.Label == "" || len(c.Lines) != 0 {
		t.Fatalf("%+v", c)
	}
	shown, err := k.say("My address is jane.doe@example.org")
	if err != nil || !strings.Contains(shown, "jane.doe@example.org") || lastLine(k.look()).Text != shown {
		t.Fatalf("%q %v %+v", shown, err, k.look().Lines)
	}
	if shown, err = k.say("Are you a bot?"); err != nil || !strings.Contains(shown, "not a person") || strings.Contains(shown, "sandbox") {
		t.Errorf("%q %v", shown, err)
	}
	if shown, err = k.say("I want to talk to a human"); err != nil || shown != "" {
		t.Errorf("the program says %q while a person is awaited, %v", shown, err)
	}
	c := k.look()
	if c.Holder != pages.Waiting || c.Place != 1 || c.By.IsZero() || lastLine(c).Kind != talks.KindQueued {
		t.Fatalf("%+v", c)
	}
	if shown, err = k.say("hello?"); err != nil || shown != "" || lastLine(k.look()).Text != "hello?" {
		t.Errorf("what is said while waiting: %q %v", shown, err)
	}
	ctx, id := t.Context(), k.id()
	if err := s.MoveTalk(ctx, ada, id, "take"); err != nil {
		t.Fatal(err)
	}
	if err := s.SayTalk(ctx, ada, id, "h1", "Good day"); err != nil {
		t.Fatal(err)
	}
	if c := k.look(); c.Holder != pages.ByPerson || lastLine(c).Text != "Good day" || lastLine(c).From != "human" {
		t.Fatalf("%+v", c)
	}
	if shown, err := k.say("thank you"); err != nil || shown != "" {
		t.Errorf("the program talks over a person: %q %v", shown, err)
	}
	for _, end := range []string{"return", "close"} {
		if err := s.MoveTalk(ctx, ada, id, end); err != nil {
			t.Fatal(err)
		}
		if shown, err := k.say("and my parcel?"); err != nil || shown == "" || k.look().Holder != pages.ByProgram {
			t.Errorf("after %s the program stays mute: %q %v", end, shown, err)
		}
		if err := s.MoveTalk(ctx, ada, id, "take"); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(k.look().Lines); n == 0 {
		t.Fatal("nothing was kept")
	}
}

func TestAComplaintBringsAPersonAndWhoSaidNoToAIGetsOne(t *testing.T) {
	a := demoApp(t, 20)
	k := newTalker(t, a)
	if _, err := k.say("I will sue you, my lawyer will write"); err != nil {
		t.Fatal(err)
	}
	if c, err := a.DB.Conversation(t.Context(), Demo, k.id()); err != nil || c.Reason != talks.ReasonLegal || c.State != talks.Queued {
		t.Errorf("%+v %v", c, err)
	}
	no := newTalker(t, a)
	x, err := no.c.chatOf(t.Context(), no.to)
	if err != nil {
		t.Fatal(err)
	}
	e := consent.Event{Scope: consent.Scope{Purpose: consent.Any, System: consent.Any, Channel: consent.Any}, State: consent.Objected, Actor: consent.Self}
	if _, err := a.Ledger.RecordByID(t.Context(), Demo, x.subject, e); err != nil {
		t.Fatal(err)
	}
	if shown, err := no.say("Hello, where is my parcel?"); err != nil || shown != "" {
		t.Errorf("AI was used for who objected: %q %v", shown, err)
	}
	if c := no.look(); !c.Refused || c.Holder != pages.Waiting {
		t.Errorf("%+v", c)
	}
}

func TestAFormSentTwiceIsSaidOnceAndAFloodIsHeldOff(t *testing.T) {
	a := demoApp(t, 20)
	k := newTalker(t, a)
	m := pages.Said{ID: "same", Text: "hello", Locale: "en"}
	for range 2 {
		if err := k.c.Say(t.Context(), k.to, m, nil); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(k.look().Lines); n != 2 {
		t.Errorf("%d lines for one message and its answer", n)
	}
	var err error
	for range chatPerMinute {
		_, err = k.say("hello")
	}
	if touch.AsError(err).Message != "chat.toomany" {
		t.Errorf("a flood is taken in: %v", err)
	}
	for _, bad := range []pages.Said{{ID: "b/1", Text: "x"}, {ID: "move/taken/2", Text: "x"}, {ID: "", Text: "x"}} {
		if err := k.c.Say(t.Context(), k.to, bad, nil); touch.CodeOf(err) != touch.Invalid {
			t.Errorf("%+v: a client names a message that isn't its own: %v", bad, err)
		}
	}
}

func TestALinkOfAnotherPurposeOpensNoChat(t *testing.T) {
	a := demoApp(t, 20)
	k := newTalker(t, a)
	id := k.id()
	l, err := a.Links.Parse(string(k.to), LinkChat)
	if err != nil {
		t.Fatal(err)
	}
	l.Purpose = LinkWhy
	forged, err := a.Links.Token(l)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.c.Chat(t.Context(), pages.Token(forged), "en"); touch.CodeOf(err) != touch.Unknown {
		t.Errorf("a link for reasons opens the chat %s: %v", id, err)
	}
	a.DemoMode = false
	if _, err := k.c.TryChat(t.Context(), "en"); touch.CodeOf(err) != touch.Unknown {
		t.Errorf("a chat to try outside a demo: %v", err)
	}
}

func TestACallBackLiesInTheHours(t *testing.T) {
	a := demoApp(t, 20)
	set := demoTalks()
	for d := range set.Week {
		set.Week[d] = ""
	}
	day := time.Now().In(time.UTC).AddDate(0, 0, 8)
	set.Zone, set.Week[day.Weekday()] = "UTC", "09:00-17:00"
	if err := a.SaveTalkSettings(t.Context(), Demo, LocalOperator, set); err != nil {
		t.Fatal(err)
	}
	k := newTalker(t, a)
	date := day.Format(time.DateOnly)
	for _, bad := range [][2]string{{date, "08:59"}, {date, "17:00"}, {"2020-01-06", "10:00"}, {"x", ""}, {day.AddDate(0, 0, 1).Format(time.DateOnly), "10:00"}} {
		if err := k.c.CallBack(t.Context(), k.to, bad[0], bad[1]); touch.AsError(err).Field != "day" {
			t.Errorf("%v: %v", bad, err)
		}
	}
	if err := k.c.CallBack(t.Context(), k.to, date, "10:00"); err != nil {
		t.Fatal(err)
	}
	c := k.look()
	if c.Holder != pages.CalledBack || c.By.Format("2006-01-02 15:04") != date+" 10:00" {
		t.Errorf("%+v", c)
	}
	if err := k.c.CallBack(t.Context(), k.to, date, "11:00"); err != nil || k.look().By.Hour() != 11 {
		t.Errorf("the date can't be changed: %v, %v", err, k.look().By)
	}
}

// Customers write, staff take and return, all at once: whatever reached the
// conversation after a takeover is a person's.
func TestTheChatsProgramNeverTalksOverAPerson(t *testing.T) {
	a := demoApp(t, 20)
	s := staff{a}
	var wg sync.WaitGroup
	for i := range 12 {
		k := newTalker(t, a)
		id := k.id()
		wg.Go(func() {
			for j := range 4 {
				if _, err := k.say(fmt.Sprint("question ", j)); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			time.Sleep(time.Duration(i*3) * time.Millisecond)
			for tries := 0; tries < 2000; tries++ {
				err := s.MoveTalk(t.Context(), ada, id, "take")
				if err == nil {
					return
				}
				if touch.CodeOf(err) != touch.Unknown {
					t.Error(err)
					return
				}
				time.Sleep(time.Millisecond)
			}
			t.Error("never taken")
		})
		wg.Wait()
		held := false
		for _, l := range k.look().Lines {
			if l.Kind == talks.KindTaken {
				held = true
			}
			if held && l.From == "bot" {
				t.Errorf("chat %d: the program spoke after the takeover", i)
			}
		}
		if !held {
			t.Errorf("chat %d: no takeover", i)
		}
	}
}

func TestTheSecondFailureBringsAPerson(t *testing.T) {
	v := newVendor(t)
	v.say = answerJSON(`not json`)
	a := gate(t, v, DemoChat, nil).app
	k := newTalker(t, a)
	if _, err := k.say("hello"); touch.CodeOf(err) != touch.Unavailable {
		t.Errorf("the first failure: %v", err)
	}
	if _, err := k.say("hello?"); err != nil {
		t.Errorf("the second failure: %v", err)
	}
	if c, err := a.DB.Conversation(t.Context(), Demo, k.id()); err != nil || c.Reason != talks.ReasonStuck || c.State != talks.Queued {
		t.Errorf("%+v %v", c, err)
	}
}

func TestAProviderThatDoesNotStreamAnswersAllTheSame(t *testing.T) {
	v := newVendor(t)
	v.say = echo
	k := newTalker(t, gate(t, v, DemoChat, nil).app)
	if shown, err := k.say("«hello»"); err != nil || shown != "hello" || lastLine(k.look()).Text != "hello" {
		t.Errorf("%q %v %+v", shown, err, k.look().Lines)
	}
	if sent := v.last(t); strings.Contains(sent, "sub_") {
		t.Errorf("who it is left the house: %s", sent)
	}
}

func TestACompanyHandsAChatOutByTheAPI(t *testing.T) {
	a := demoApp(t, 20)
	d := openDoor(t, a, DemoChat)
	resp, body := d.post("/v1/chats", `{"external_id":"jane.doe@example.org"}`)
	_, rest, ok := strings.Cut(body, "/p/chat/")
	token, _, _ := strings.Cut(rest, `"`)
	if resp.StatusCode != 201 || !ok || strings.Contains(body, "jane") {
		t.Fatal(resp.StatusCode, body)
	}
	k := &talker{t: t, c: customers{a}, to: pages.Token(token)}
	if shown, err := k.say("hello"); err != nil || shown == "" {
		t.Errorf("%q %v", shown, err)
	}
	again := newTalker(t, a)
	if k.id() == again.id() {
		t.Error("two links open one conversation")
	}
	if resp, body := d.post("/v1/chats", `{"external_id":""}`); resp.StatusCode != 422 && resp.StatusCode != 400 {
		t.Error(resp.StatusCode, body)
	}
}
