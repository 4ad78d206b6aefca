package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/campaign"
	"fairtouch/internal/gateway"
	"fairtouch/internal/record"
	"fairtouch/internal/register"
	"fairtouch/touch"
)

// as is a member of the demo's staff.
func (d door) as(role access.Role) access.Principal {
	d.t.Helper()
	u, err := d.app.Desk.DemoUser(d.t.Context(), Demo, role)
	if err != nil {
		d.t.Fatal(err)
	}
	return access.Principal{Workspace: Demo, User: u.ID, Name: u.Name, Role: u.Role}
}

func asking(n int) func(*gateway.Binding) { return func(b *gateway.Binding) { b.Approvals = n } }

const springAsk = `{"model":"gpt-5","messages":[{"role":"user","content":"«Spring is here. A card without a yearly fee.»"}]}`

const springText = "Spring is here. A card without a yearly fee."

func (d door) check(q campaign.CopyQuestion) campaign.CopyStanding {
	d.t.Helper()
	s, err := d.app.CopyDesk().Check(d.t.Context(), access.Principal{Workspace: Demo, User: LocalOperator}, q)
	if err != nil {
		d.t.Fatal(err)
	}
	return s
}

// Words that a model wrote reach nobody before two people, neither of whom asked
// for them, have approved these very words.
func TestCopyWaitsForTwoPeople(t *testing.T) {
	v := newVendor(t)
	v.say = echo
	d := gate(t, v, DemoCopywriter, asking(2))
	ctx, desk := t.Context(), d.app.CopyDesk()
	resp, body := d.post("/openai/v1/chat/completions", springAsk)
	id := resp.Header.Get("X-Fairtouch-Drafts")
	if resp.StatusCode != 200 || !strings.HasPrefix(id, "drf_") || resp.Header.Get("X-Fairtouch-Approvals") != "2" {
		t.Fatal(resp.StatusCode, body, resp.Header)
	}
	dec := touch.DecisionID(resp.Header.Get("X-Fairtouch-Decision"))
	render := func(text, html string) error {
		_, err := d.app.Outputs().Render(ctx, access.Principal{Workspace: Demo, User: LocalOperator}, dec, text, html)
		return err
	}
	if err := render(springText, ""); touch.CodeOf(err) != touch.Unapproved {
		t.Fatalf("unapproved words were rendered: %v", err)
	}
	if s := d.check(campaign.CopyQuestion{System: DemoCopywriter, Text: springText}); s.State != campaign.CopyWaiting || s.MayUse || s.Draft != id || s.Decision != dec {
		t.Errorf("%+v", s)
	}
	if s := d.check(campaign.CopyQuestion{Decision: dec, Text: springText + "!"}); s.State != campaign.CopyChanged || s.MayUse {
		t.Errorf("changed words: %+v", s)
	}
	if s := d.check(campaign.CopyQuestion{System: DemoCopywriter, Text: "Quite another text."}); s.State != campaign.CopyUnknown || s.MayUse {
		t.Errorf("unknown words: %+v", s)
	}
	for _, role := range []access.Role{access.Marketer, access.Auditor} {
		if _, err := desk.Answer(ctx, Demo, d.as(role).User, id, campaign.CopyApproved, "", "console"); touch.CodeOf(err) != touch.Forbidden {
			t.Errorf("a %s approves: %v", role, err)
		}
	}
	if _, err := desk.Answer(ctx, Demo, LocalOperator, id, campaign.CopyApproved, "", "console"); touch.CodeOf(err) != touch.Forbidden {
		t.Errorf("who asked approves: %v", err)
	}
	for i, role := range []access.Role{access.Reviewer, access.Reviewer, access.PrivacyOfficer} {
		s, err := desk.Answer(ctx, Demo, d.as(role).User, id, campaign.CopyApproved, "", "console")
		if want := i == 2; err != nil || s.MayUse != want {
			t.Fatalf("answer %d: %+v %v", i, s, err)
		}
	}
	if err := render(springText+"\r\n", ""); err != nil {
		t.Errorf("approved words are refused: %v", err)
	}
	for _, c := range []struct{ text, html string }{{springText + "!", ""}, {strings.ToLower(springText), ""}, {springText, "<p>" + springText + "</p>"}, {"", "<p>Buy now</p>"}} {
		if err := render(c.text, c.html); touch.CodeOf(err) != touch.Unapproved {
			t.Errorf("%q, %q: %v", c.text, c.html, err)
		}
	}
	if s := d.stored(resp); !strings.Contains(fmt.Sprint(s.Decision.Checks), id) {
		t.Error("the decision doesn't name its draft")
	}
	if _, err := desk.Answer(ctx, Demo, d.as(access.Analyst).User, id, campaign.CopyReturned, "The fee begins in the second year.", "console"); err != nil {
		t.Fatal(err)
	}
	if err := render(springText, ""); touch.CodeOf(err) != touch.Unapproved {
		t.Errorf("words that were sent back are rendered: %v", err)
	}
	if got := moves(t, d.app); got != "asked approved approved approved returned" { // the first is the demo's own draft
		t.Errorf("on record: %s", got)
	}
}

// moves lists what the record says of drafts.
func moves(t *testing.T, a *App) string {
	t.Helper()
	var out []string
	err := a.Export(t.Context(), Demo, func(x any) error {
		line := x.(map[string]any)
		if line["kind"] != record.CopyMove {
			return nil
		}
		var p struct {
			Body struct{ What, By, SHA256 string }
		}
		raw, _ := json.Marshal(line["payload"])
		if err := json.Unmarshal(raw, &p); err != nil || p.Body.By == "" || len(p.Body.SHA256) != 64 {
			t.Errorf("%s: %v", raw, err)
		}
		out = append(out, p.Body.What)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, " ")
}

func whole(s string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { answerJSON(s)(w, r, "") }
}

func streamOf(events ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { sse(w, events...) }
}

// Whatever the interface, and whether it is streamed or not, the draft is the
// text as the client got it, with its values, and lies sealed on disk.
func TestEveryInterfacesWordsBecomeOneDraft(t *testing.T) {
	v := newVendor(t)
	d := gate(t, v, DemoCopywriter, asking(1))
	prompt := `"content":"Write to jane.doe@example.org"`
	chat, messages, responses := "/openai/v1/chat/completions", "/anthropic/v1/messages", "/openai/v1/responses"
	want := "Dear jane.doe@example.org, spring is here."
	for i, c := range []struct {
		path, body string
		say        func(alias string) http.HandlerFunc
	}{
		{chat, `{"model":"m","messages":[{"role":"user",` + prompt + `}]}`, func(a string) http.HandlerFunc {
			return whole(`{"choices":[{"index":0,"message":{"role":"assistant","content":"Dear ` + a + `, spring is here."}}]}`)
		}},
		{chat, `{"model":"m","stream":true,"messages":[{"role":"user",` + prompt + `}]}`, func(a string) http.HandlerFunc {
			return streamOf(`{"choices":[{"index":0,"delta":{"content":"Dear `+a[:5]+`"}}]}`, `{"choices":[{"index":0,"delta":{"content":"`+a[5:]+`, spring is"}}]}`,
				`{"choices":[{"index":0,"delta":{"content":" here."},"finish_reason":"stop"}]}`, "[DONE]")
		}},
		{messages, `{"model":"m","max_tokens":9,"stream":true,"messages":[{"role":"user",` + prompt + `}]}`, func(a string) http.HandlerFunc {
			return streamOf(`{"type":"message_start","message":{"content":[]}}`, `{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`,
				`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Dear `+a[:3]+`"}}`, `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"`+a[3:]+`, spring is here."}}`,
				`{"type":"content_block_stop","index":0}`, `{"type":"message_delta","delta":{"stop_reason":"end_turn"}}`, `{"type":"message_stop"}`)
		}},
		{messages, `{"model":"m","max_tokens":9,"messages":[{"role":"user",` + prompt + `}]}`, func(a string) http.HandlerFunc {
			return whole(`{"type":"message","content":[{"type":"text","text":"Dear ` + a + `, spring is here."}],"stop_reason":"end_turn"}`)
		}},
		{responses, `{"model":"m","stream":true,"input":"Write to jane.doe@example.org"}`, func(a string) http.HandlerFunc {
			return streamOf(`{"type":"response.created","response":{"output":[]}}`, `{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Dear `+a+`, spring"}`,
				`{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":" is here."}`, `{"type":"response.output_text.done","output_index":0,"content_index":0,"text":"Dear `+a+`, spring is here."}`,
				`{"type":"response.completed","response":{"output":[{"type":"message","content":[{"type":"output_text","text":"Dear `+a+`, spring is here."}]}]}}`)
		}},
		{responses, `{"model":"m","input":"Write to jane.doe@example.org"}`, func(a string) http.HandlerFunc {
			return whole(`{"object":"response","output":[{"type":"message","content":[{"type":"output_text","text":"Dear ` + a + `, spring is here."}]}]}`)
		}},
	} {
		v.say = func(w http.ResponseWriter, r *http.Request, body string) {
			c.say(aliasesIn(body)[0])(w, r)
		}
		resp, body := d.post(c.path, c.body)
		if resp.StatusCode != 200 || !strings.Contains(body, "jane.doe@example.org") && !strings.Contains(c.body, "stream") {
			t.Fatal(c.path, resp.StatusCode, body)
		}
		dec := touch.DecisionID(resp.Header.Get("X-Fairtouch-Decision"))
		rows, err := d.app.DB.DraftsOfDecision(t.Context(), Demo, dec)
		if err != nil || len(rows) != 1 {
			t.Fatalf("%d %s: %d drafts, %v\n%s", i, c.path, len(rows), err, body)
		}
		x, err := d.app.CopyDesk().Draft(t.Context(), Demo, rows[0].ID)
		if err != nil || x.Content.Text != want {
			t.Errorf("%d %s: %q %v", i, c.path, x.Content.Text, err)
		}
	}
	all, err := d.app.DB.OpenDrafts(t.Context(), Demo, 1, 99)
	if err != nil || len(all) != 2 || len(all[1].Asked) != 6 { // the first is the demo's
		t.Errorf("%d drafts of the same words, %v", len(all), err)
	}
	for _, name := range []string{"fairtouch.db", "fairtouch.db-wal"} {
		if b, err := os.ReadFile(filepath.Join(d.app.Config.Data, name)); err == nil && strings.Contains(string(b), "spring is here") {
			t.Errorf("%s holds the words in plain", name)
		}
	}
}

// A campaign whose words wait can't start; whoever approves it approves its
// words; and words that are sent back stop it.
func TestACampaignCarriesApprovedWordsOnly(t *testing.T) {
	d := openDoor(t, demoApp(t, 50), DemoCopywriter)
	ctx, a := t.Context(), d.app
	var b gateway.Binding
	if err := a.DB.Document(ctx, Demo, DocBinding, string(DemoCopywriter), &b); err != nil {
		t.Fatal(err)
	}
	b.Approvals = 2
	if err := a.PutBinding(ctx, Demo, b, LocalOperator); err != nil {
		t.Fatal(err)
	}
	owner := d.as(access.Marketer).User
	day := time.Now().UTC().Format(time.DateOnly)
	c := campaign.Campaign{Name: "Card", Goal: "Sell a card", Purpose: "newsletter", Channel: touch.Email, Systems: []touch.SystemID{DemoCopywriter}, Markets: []string{"PT"},
		Locale: "en", Subject: "Spring", Text: springText}
	c.From, c.To = register.Date(day), register.Date(day)
	c, err := a.SaveCampaign(ctx, Demo, owner, c)
	if err != nil {
		t.Fatal(err)
	}
	blockers := func() (n int) {
		v, err := a.View(ctx, Demo, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range v.Blockers {
			if strings.Contains(b.What, "its text") || strings.Contains(b.What, "its subject line") {
				n++
			}
		}
		return n
	}
	for i, role := range []access.Role{access.Reviewer, access.PrivacyOfficer} {
		if blockers() != 2 {
			t.Fatalf("after %d approvals %d things stand against subject line and text", i, blockers())
		}
		of := d.as(role).User
		q, err := a.AskApproval(ctx, Demo, owner, c.ID, of, time.Now().Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.AnswerApproval(ctx, Demo, of, q.ID, campaign.Approved, "", "console"); err != nil {
			t.Fatal(err)
		}
	}
	s := d.check(campaign.CopyQuestion{System: DemoCopywriter, Text: springText})
	if blockers() != 0 || !s.MayUse || s.Approved != 2 {
		t.Fatalf("%d blockers, %+v", blockers(), s)
	}
	c.Text = springText + " Now."
	if c, err = a.SaveCampaign(ctx, Demo, owner, c); err != nil || blockers() != 1 {
		t.Fatalf("changed words: %d blockers, %v", blockers(), err)
	}
	c.Text = springText
	if c, err = a.SaveCampaign(ctx, Demo, owner, c); err != nil {
		t.Fatal(err)
	}
	running := c
	running.State, running.Version = campaign.Running, c.Version+1
	if err := a.DB.PutVersion(ctx, Demo, DocCampaign, string(c.ID), running.Version, running, owner); err != nil {
		t.Fatal(err)
	}
	if _, err := a.CopyDesk().Answer(ctx, Demo, d.as(access.Analyst).User, s.Draft, campaign.CopyReturned, "Wrong rate.", "console"); err != nil {
		t.Fatal(err)
	}
	if now, err := a.CampaignDoc(ctx, Demo, c.ID); err != nil || now.State != campaign.Stopped || blockers() != 1 {
		t.Errorf("the campaign is %s: %v", now.State, err)
	}
}

// A draft about a person goes with the person; and a system that speaks to
// people at once takes no approvals.
func TestDraftsGoWithThePersonAndChatsHaveNone(t *testing.T) {
	d := openDoor(t, demoApp(t, 50), DemoChat)
	ctx, desk := t.Context(), d.app.CopyDesk()
	if err := d.app.PutBinding(ctx, Demo, gateway.Binding{System: DemoChat, Providers: []string{"sandbox"}, Approvals: 1}, LocalOperator); touch.CodeOf(err) != touch.Invalid {
		t.Errorf("a chat's words may wait: %v", err)
	}
	k, _, err := d.app.Ledger.Find(ctx, Demo, "jane-4711")
	if err != nil {
		t.Fatal(err)
	}
	s, err := desk.PutUp(ctx, Demo, gateway.Written{System: DemoCopywriter, Decision: "dec_x", Subject: k.ID, By: LocalOperator, Needs: 1, Texts: []string{"Dear Jane"}})
	if err != nil || s[0].State != campaign.CopyWaiting {
		t.Fatalf("%+v %v", s, err)
	}
	reader := d.as(access.Reviewer)
	page, err := staff{d.app}.Copy(ctx, reader)
	if err != nil || strings.Contains(fmt.Sprintf("%+v", page.Waiting), "Dear Jane") {
		t.Errorf("the list shows what is about a person: %+v %v", page.Waiting, err)
	}
	views := func() int {
		ids, err := d.app.DB.EventsOf(ctx, Demo, k.ID, record.View)
		if err != nil {
			t.Fatal(err)
		}
		return len(ids)
	}
	before := views()
	if _, err := (staff{d.app}).CopyDraft(ctx, reader, s[0].Draft); err != nil || views() != before+1 {
		t.Errorf("a look at a person's draft is not on record: %v", err)
	}
	if _, err := d.app.EraseEverywhere(ctx, Demo, k); err != nil {
		t.Fatal(err)
	}
	if _, err := desk.Draft(ctx, Demo, s[0].Draft); touch.CodeOf(err) != touch.Unknown {
		t.Errorf("an erased person's draft is there: %v", err)
	}
	again, err := desk.PutUp(ctx, Demo, gateway.Written{System: DemoCopywriter, Decision: "dec_x", Subject: k.ID, By: LocalOperator, Needs: 1, Texts: []string{"Dear Jane"}})
	if err != nil || again[0].Draft != "" {
		t.Errorf("%+v %v", again, err)
	}
	if _, err := desk.Draft(context.WithoutCancel(ctx), Main, s[0].Draft); touch.CodeOf(err) != touch.Unknown {
		t.Errorf("another workspace's: %v", err)
	}
}
