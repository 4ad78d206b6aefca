package app

import (
	"strings"
	"testing"

	"fairtouch/internal/access"
	talks "fairtouch/internal/handoff"
	"fairtouch/touch"
)

func chatLine(text string) string {
	return `{"model":"m","user":"jane-4711","messages":[{"role":"user","content":"«` + text + `»"}]}`
}

// A customer asks for a person, the program falls silent, a person answers and
// leaves, and the program speaks again.
func TestTheProgramIsSilentWhileAPersonHoldsTheChat(t *testing.T) {
	v := newVendor(t)
	v.say = echo
	d := gate(t, v, DemoChat, nil)
	const path, head, chat = "/openai/v1/chat/completions", "X-Fairtouch-Conversation", "chat of jane doe"
	if resp, body := d.post(path, chatLine("hello"), head, chat); resp.StatusCode != 200 {
		t.Fatal(resp.StatusCode, body)
	}
	if resp, body := d.post(path, chatLine("please connect me to a human"), head, chat); resp.Header.Get("X-Fairtouch-Handoff") != "requested" {
		t.Fatal(resp.StatusCode, body)
	}
	calls := v.calls()
	silent := func() bool {
		resp, body := d.post(path, chatLine("and where is my parcel"), head, chat)
		return resp.StatusCode != 200 && strings.Contains(body, "handoff.silent")
	}
	if !silent() || v.calls() != calls {
		t.Error("the program speaks while a person is awaited")
	}
	s, ctx := staff{d.app}, t.Context()
	ada := access.Principal{Workspace: Demo, User: "usr_ada", Name: "Ada"}
	bo := access.Principal{Workspace: Demo, User: "usr_bo", Name: "Bo"}
	queue, err := s.Talks(ctx, ada)
	if err != nil || len(queue.List) != 1 || strings.Contains(queue.List[0].ID, "jane") {
		t.Fatalf("%+v %v", queue, err)
	}
	id := queue.List[0].ID
	if err := s.MoveTalk(ctx, ada, id, "take"); err != nil {
		t.Fatal(err)
	}
	if err := s.MoveTalk(ctx, bo, id, "take"); touch.CodeOf(err) != touch.Conflict {
		t.Errorf("two people hold one chat: %v", err)
	}
	if err := s.SayTalk(ctx, bo, id, "m0", "Hi"); touch.CodeOf(err) != touch.Conflict {
		t.Errorf("who doesn't hold the chat answers: %v", err)
	}
	for range 2 { // a form that is sent twice
		if err := s.SayTalk(ctx, ada, id, "m1", "Good day, Jane"); err != nil {
			t.Fatal(err)
		}
	}
	talk, err := s.Talk(ctx, ada, id)
	if err != nil || !talk.Mine || len(talk.Said) != 3 || talk.Said[2].Text != "Good day, Jane" || talk.Said[1].Kind != talks.KindTaken {
		t.Fatalf("%+v %v", talk, err)
	}
	if !silent() {
		t.Error("the program speaks over a person")
	}
	if err := s.MoveTalk(ctx, ada, id, "return"); err != nil {
		t.Fatal(err)
	}
	if silent() {
		t.Error("the program is mute for ever")
	}
	if _, err := s.Talk(ctx, access.Principal{Workspace: Main}, id); touch.CodeOf(err) != touch.Unknown {
		t.Errorf("another workspace reads the chat: %v", err)
	}
}
