package app

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/rights"
	"fairtouch/internal/web/pages"
)

func withMail(t *testing.T, a *App) *fakeDesks {
	t.Helper()
	f := &fakeDesks{}
	if err := a.SaveMailServer(t.Context(), Demo, LocalOperator, f.smtp(t)); err != nil {
		t.Fatal(err)
	}
	return f
}

func mailsOf(t *testing.T, a *App, id string) map[rights.About]rights.MailState {
	t.Helper()
	all, err := a.DB.MailsOf(t.Context(), Demo, id)
	if err != nil {
		t.Fatal(err)
	}
	out := map[rights.About]rights.MailState{}
	for _, m := range all {
		out[m.About] = m.State
	}
	return out
}

func tell(t *testing.T, a *App, times int) {
	t.Helper()
	for range times {
		if err := a.TellRights(t.Context(), Demo); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAPersonIsToldOnceOfEachStepOfARequest(t *testing.T) {
	a := demoApp(t, 100)
	box := withMail(t, a)
	v, err := a.AskRight(t.Context(), Demo, rights.Ask{Kind: rights.Correction, External: "jane", Email: "jane@example.com", Locale: "de", Place: "DE", Via: "console",
		Text: "my secret sorrow", Proof: rights.ProofStaff, By: LocalOperator})
	if err != nil {
		t.Fatal(err)
	}
	tell(t, a, 3)
	if got := box.texts(); len(got) != 1 || !strings.Contains(got[0], rightReference(v.ID)) || !strings.Contains(got[0], "erhalten") || !strings.Contains(got[0], "/p/rights/") || strings.Contains(got[0], "sorrow") {
		t.Fatalf("%q", got)
	}
	_, link, _ := strings.Cut(box.texts()[0], a.Links.base)
	link, _, _ = strings.Cut(link, "\n")
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	get := func(at string) (int, string) {
		r := httptest.NewRequestWithContext(t.Context(), "GET", strings.TrimSpace(at), nil)
		r.Host = "localhost"
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	status, page := get(link)
	if status != http.StatusOK || !strings.Contains(page, rightReference(v.ID)) {
		t.Fatalf("the mail's link: %d %s", status, page)
	}
	for _, m := range regexp.MustCompile(`href="(/p/[^"]+)"`).FindAllStringSubmatch(page, -1) {
		if status, _ := get(m[1]); status != http.StatusOK {
			t.Errorf("a link of the page leads nowhere: %d %s", status, m[1])
		}
	}
	if _, err := a.ExtendRight(t.Context(), Demo, LocalOperator, v.ID, "Two archives have to be searched"); err != nil {
		t.Fatal(err)
	}
	tell(t, a, 3)
	if _, err := a.FinishRight(t.Context(), Demo, LocalOperator, v.ID, ""); err != nil {
		t.Fatal(err)
	}
	tell(t, a, 3)
	got := box.texts()
	if len(got) != 3 || !strings.Contains(got[1], "Two archives") || !strings.Contains(got[2], "beantwortet") {
		t.Fatalf("%d: %q", len(got), got)
	}
	v, err = a.Right(t.Context(), Demo, v.ID)
	n := 0
	for _, s := range v.Steps {
		if s.What == "mailed" && s.Event != "" {
			n++
		}
	}
	if err != nil || n != 3 {
		t.Fatalf("%d mails are on record, %v", n, err)
	}
}

func TestAnAddressThatNobodyComparedGetsNoLinkAndNoAnswer(t *testing.T) {
	a := demoApp(t, 100)
	box := withMail(t, a)
	v, err := a.AskRight(t.Context(), Demo, rights.Ask{Kind: rights.Access, External: "jane", Claimed: "anybody@example.com", Place: "DE", Via: "page", Proof: rights.ProofLink})
	if err != nil {
		t.Fatal(err)
	}
	tell(t, a, 1)
	if got := box.texts(); len(got) != 1 || strings.Contains(got[0], "/p/") {
		t.Fatalf("%q", got)
	}
	if _, err := a.RefuseRight(t.Context(), Demo, LocalOperator, v.ID, "a reason about Jane"); err != nil {
		t.Fatal(err)
	}
	tell(t, a, 1)
	if got := mailsOf(t, a, v.ID); len(box.texts()) != 1 || got[rights.AboutAnswered] != rights.MailNoAddress {
		t.Fatalf("%q %v", box.texts(), got)
	}
	no, err := a.AskRight(t.Context(), Demo, rights.Ask{Kind: rights.Objection, External: "jane", Claimed: "anybody@example.com", Place: "DE", Via: "page", Proof: rights.ProofLink})
	if err != nil || no.State != rights.Done {
		t.Fatal(no.State, err)
	}
	tell(t, a, 1)
	if got := mailsOf(t, a, no.ID); got[rights.AboutReceived] != rights.MailOvertaken || got[rights.AboutAnswered] != rights.MailSent || len(box.texts()) != 2 {
		t.Fatalf("%v %q", got, box.texts())
	}
}

func TestWithoutAMailServerNothingIsSentAndTheJournalSaysSo(t *testing.T) {
	a := demoApp(t, 100)
	v, err := a.AskRight(t.Context(), Demo, rights.Ask{Kind: rights.Access, External: "jane", Email: "jane@example.com", Place: "DE", Via: "console", Proof: rights.ProofIdentifier})
	if err != nil {
		t.Fatal(err)
	}
	if got := mailsOf(t, a, v.ID); got[rights.AboutReceived] != rights.MailNoServer {
		t.Fatal(got)
	}
	box := withMail(t, a) // one that is set later tells nothing late
	tell(t, a, 2)
	if len(box.texts()) != 0 {
		t.Fatal(box.texts())
	}
}

func TestAMailThatFailsIsTriedAgainAndTheErasureWaitsForTheLastOne(t *testing.T) {
	a := demoApp(t, 100)
	box := withMail(t, a)
	v, err := a.AskRight(t.Context(), Demo, rights.Ask{Kind: rights.Erasure, External: "jane", Email: "jane@example.com", Place: "DE", Via: "console", Proof: rights.ProofStaff, By: LocalOperator})
	if err != nil {
		t.Fatal(err)
	}
	tell(t, a, 1)
	box.fail(451)
	v, err = a.RunRight(t.Context(), Demo, LocalOperator, v.ID, false)
	if err != nil || v.State != rights.Running || v.Erased {
		t.Fatalf("erased before the person was told: %v %v %v", v.State, v.Erased, err)
	}
	v, err = a.RunRight(t.Context(), Demo, LocalOperator, v.ID, false)
	if err != nil || !v.Erased || v.State != rights.Done {
		t.Fatalf("%v %v %v", v.State, v.Erased, err)
	}
	got := box.texts()
	if len(got) != 2 || !strings.Contains(got[1], "last mail") || strings.Contains(got[1], "/p/") {
		t.Fatalf("%q", got)
	}
	tell(t, a, 1)
	if len(box.texts()) != 2 {
		t.Fatal("an erased person was written to")
	}
}

func TestEveryLanguageTellsEachMail(t *testing.T) {
	m, err := pages.LoadMessages()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, l := range m.Locales() {
		for _, about := range []rights.About{rights.AboutReceived, rights.AboutExtended, rights.AboutAnswered} {
			for _, last := range []bool{false, true} {
				subject, text, err := m.RightMail(l, pages.RightMail{Company: "Acme", Reference: "ABCD-EFGH", About: about, State: rights.Partly,
					By: time.Date(2026, 12, 24, 0, 0, 0, 0, time.UTC), Reason: "because", Link: "https://example.com/p", LastMail: last && about == rights.AboutAnswered})
				if err != nil || strings.Contains(subject+text, "%!") || !strings.Contains(subject, "ABCD-EFGH") || !strings.Contains(text, "Acme") || !strings.Contains(text, "ABCD-EFGH") ||
					about != rights.AboutAnswered && !strings.Contains(text, "24") || about != rights.AboutReceived && !strings.Contains(text, "because") {
					t.Errorf("%s %s: %v %q %q", l, about, err, subject, text)
				}
				if about == rights.AboutReceived && !last {
					if seen[text] {
						t.Errorf("%s repeats another language", l)
					}
					seen[text] = true
				}
			}
		}
	}
	if len(seen) != 14 {
		t.Errorf("%d languages", len(seen))
	}
}

// A help desk's whole way over the API, and what a rival's key and a forged id get.
func TestAHelpDeskFilesAndFollowsARequestOverTheAPI(t *testing.T) {
	a := demoApp(t, 100)
	agree(t, a, "jane")
	d := decide(t, a, lead("jane"))
	_, ours, err := a.Desk.CreateKey(t.Context(), Demo, LocalOperator, "desk", []access.Scope{access.Rights})
	if err != nil {
		t.Fatal(err)
	}
	_, rival, err := a.Desk.CreateKey(t.Context(), Main, LocalOperator, "rival", []access.Scope{access.Admin})
	if err != nil {
		t.Fatal(err)
	}
	h := a.API()
	call := func(key, method, at, body, once string) (int, string) {
		r := httptest.NewRequestWithContext(t.Context(), method, at, strings.NewReader(body))
		r.Host = "localhost"
		r.Header.Set("Authorization", "Bearer "+key)
		if body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		if once != "" {
			r.Header.Set("Idempotency-Key", once)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	id := func(body string) string { _, rest, _ := strings.Cut(body, `"id":"req_`); return "req_" + rest[:26] }
	ask := `{"external_id":"jane","kind":"explanation","place":"de","decision":"` + string(d.ID) + `"}`
	status, body := call(ours, "POST", "/v1/rights", ask, "ticket-1")
	if status != http.StatusCreated || !strings.Contains(body, `"state":"received"`) || !strings.Contains(body, `"rule":"eu-gdpr"`) {
		t.Fatal(status, body)
	}
	at := "/v1/rights/" + id(body)
	if status, again := call(ours, "POST", "/v1/rights", ask, "ticket-1"); status != http.StatusOK || id(again) != id(body) {
		t.Fatal(status, again)
	}
	if status, x := call(ours, "POST", "/v1/rights", strings.Replace(ask, "explanation", "access", 1), "ticket-1"); status != http.StatusConflict {
		t.Fatal(status, x)
	}
	if status, x := call(ours, "POST", "/v1/rights", strings.Replace(ask, "jane", "john", 1), ""); status != http.StatusBadRequest {
		t.Fatalf("somebody else's decision: %d %s", status, x)
	}
	if status, x := call(ours, "GET", at+"/answer", "", ""); status != http.StatusConflict {
		t.Fatalf("answered before she was known: %d %s", status, x)
	}
	if status, x := call(rival, "GET", at, "", ""); status != http.StatusNotFound {
		t.Fatalf("a rival reads: %d %s", status, x)
	}
	if status, x := call(rival, "POST", at+"/verify", `{"proof":"login"}`, ""); status != http.StatusNotFound {
		t.Fatalf("a rival vouches: %d %s", status, x)
	}
	if status, x := call(ours, "POST", at+"/verify", `{"proof":"login"}`, ""); status != http.StatusOK || !strings.Contains(x, `"state":"verified"`) {
		t.Fatal(status, x)
	}
	if status, x := call(ours, "POST", at+"/extend", `{"reason":"many archives"}`, ""); status != http.StatusOK || !strings.Contains(x, `"extended":true`) {
		t.Fatal(status, x)
	}
	if status, x := call(ours, "POST", at+"/run", `{}`, ""); status != http.StatusOK || !strings.Contains(x, `"state":"done"`) {
		t.Fatal(status, x)
	}
	if status, x := call(ours, "GET", at+"/answer", "", ""); status != http.StatusOK || !strings.Contains(x, string(d.ID)) {
		t.Fatal(status, x)
	}
	if status, x := call(ours, "GET", at+"/evidence", "", ""); status != http.StatusOK || !strings.Contains(x, `"steps"`) {
		t.Fatal(status, x)
	}
	if status, x := call(ours, "POST", "/v1/people/rights", `{"external_id":"jane"}`, ""); status != http.StatusOK || !strings.Contains(x, id(body)) {
		t.Fatal(status, x)
	}
	if status, x := call(ours, "GET", "/v1/rights?state=done&kind=explanation", "", ""); status != http.StatusOK || strings.Count(x, `"id"`) != 1 || strings.Contains(x, "jane") {
		t.Fatal(status, x)
	}
	gone := filed(t, call, ours, `{"external_id":"jane","kind":"erasure","proof":"login"}`)
	if status, x := call(ours, "POST", "/v1/rights/"+gone+"/run", `{}`, ""); status != http.StatusBadRequest || !strings.Contains(x, "irrevocable") {
		t.Fatal(status, x)
	}
	if status, x := call(ours, "POST", "/v1/rights/"+gone+"/run", `{"irrevocable":true}`, ""); status != http.StatusOK || !strings.Contains(x, `"person_erased":true`) || strings.Contains(x, "jane") {
		t.Fatal(status, x)
	}
	if _, ok, err := a.KnownPerson(t.Context(), Demo, "jane"); ok || err != nil {
		t.Fatal("she is still known", err)
	}
}

func filed(t *testing.T, call func(key, method, at, body, once string) (int, string), key, body string) string {
	t.Helper()
	status, x := call(key, "POST", "/v1/rights", body, "")
	if status != http.StatusCreated {
		t.Fatal(status, x)
	}
	_, rest, _ := strings.Cut(x, `"id":"req_`)
	return "req_" + rest[:26]
}
