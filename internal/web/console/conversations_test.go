package console

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/handoff"
	"fairtouch/touch"
)

type (
	decisionsOf = Decisions
	restOf      = Conversations
)

// talksOf is a back end with one chat and one case; it notes what was asked of it.
type talksOf struct {
	decisionsOf
	restOf
	did []string
	err error
}

func (f *talksOf) Cases(context.Context, access.Principal) ([]Case, error) {
	return []Case{{ID: "case_1", Kind: "review", Text: "<b>Why?</b>", Decision: "dec_1"}}, nil
}

func (f *talksOf) Talks(context.Context, access.Principal) (Talks, error) {
	c := handoff.Conversation{ID: "t1", State: handoff.Queued, Language: "de", Reason: handoff.ReasonDistress, Due: time.Unix(1e9, 0)}
	return Talks{List: []TalkLine{{Conversation: c, Late: true}}, Kept: handoff.Kept{Asked: 40, InTime: 39, Share: 0.975, Low: 0.87, High: 0.99, Met: true}}, nil
}

func (f *talksOf) Talk(context.Context, access.Principal, string) (Talk, error) {
	return Talk{TalkLine: TalkLine{Conversation: handoff.Conversation{ID: "t1", State: handoff.Human, Requested: time.Unix(1e9, 0)}, Mine: true}, Message: "msg_1",
		Said: []TalkSaid{{From: "customer", Text: "<script>x</script>"}, {From: "system", Kind: handoff.KindTaken}}}, nil
}

func (f *talksOf) MoveTalk(_ context.Context, _ access.Principal, id, move string) error {
	f.did = append(f.did, move+" "+id)
	return f.err
}

func (f *talksOf) SayTalk(_ context.Context, _ access.Principal, id, message, text string) error {
	f.did = append(f.did, "say "+id+" "+message+" "+text)
	return f.err
}

func (f *talksOf) CaseToReview(context.Context, access.Principal, string) (ReviewPage, error) {
	return ReviewPage{Case: Case{ID: "case_1", Kind: "review"}}, nil
}

func (f *talksOf) ReviewRates(context.Context, access.Principal) ([]ReviewRate, error) {
	return []ReviewRate{{System: "scorer", N: 40, Overturned: 2, Share: 0.05, Low: 0.01, High: 0.17}}, nil
}

func (f *talksOf) ReviewCase(_ context.Context, _ access.Principal, id string, x ReviewForm) (ReviewDone, error) {
	if f.err != nil {
		return ReviewDone{}, f.err
	}
	f.did = append(f.did, x.Outcome+" "+id+" "+x.Reason)
	return ReviewDone{Review: "dec_2"}, nil
}

func visit(c *Console, method, path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: cookieName, Value: string(access.Administrator)})
	w := httptest.NewRecorder()
	c.ServeHTTP(w, r)
	return w
}

func TestAnAgentSeesWhoWaitsAndAnswers(t *testing.T) {
	c, f := testConsole(t), &talksOf{}
	c.Backend.Decisions, c.Backend.Conversations = f, f
	w := visit(c, "GET", "/console/conversations", nil)
	for _, want := range []string{"/console/conversations/talks/t1", "distress", "late", "39 of 40", "&lt;b&gt;Why?", "/console/conversations/cases/case_1", "not shown"} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the queue lacks %q: %s", want, w.Body)
		}
	}
	w = visit(c, "GET", "/console/conversations/talks/t1", nil)
	for _, want := range []string{"You hold this chat", "&lt;script&gt;", "A person took over", `value="msg_1"`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the chat lacks %q: %s", want, w.Body)
		}
	}
	if w = visit(c, "POST", "/console/conversations/talks/t1", url.Values{"move": {"say"}, "message": {"msg_1"}, "text": {"Hello"}}); w.Code != http.StatusSeeOther || f.did[0] != "say t1 msg_1 Hello" {
		t.Errorf("%d %v", w.Code, f.did)
	}
	f.err = touch.Errorf(touch.Conflict, "somebody else holds this conversation now; nothing was sent")
	if w = visit(c, "POST", "/console/conversations/talks/t1", url.Values{"move": {"take"}}); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "nothing was sent") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestAReviewersMistakesStandBesideTheirFields(t *testing.T) {
	c, f := testConsole(t), &talksOf{err: touch.Fielderr("reason", "Say why, in a sentence")}
	c.Backend.Decisions, c.Backend.Conversations = f, f
	form := url.Values{"outcome": {"overturned"}, "action": {"no call"}, "saw": {"data"}, "reason": {"short"}}
	w := visit(c, "POST", "/console/conversations/cases/case_1", form)
	for _, want := range []string{"Say why", `value="overturned" checked`, `value="no call"`, `value="data" checked`, ">short</textarea>"} {
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%d, no %s", w.Code, want)
		}
	}
	f.err = nil
	if w := visit(c, "POST", "/console/conversations/cases/case_1", form); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/console/decisions/dec_2" || len(f.did) != 1 {
		t.Errorf("%d %v", w.Code, f.did)
	}
}
