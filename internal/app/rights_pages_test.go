package app

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"fairtouch/internal/access"
	"fairtouch/internal/connectors"
	"fairtouch/internal/rights"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// browser walks the pages as a person with JavaScript off does.
type browser struct {
	t    *testing.T
	c    *http.Client
	base string
}

func browse(t *testing.T, a *App) *browser {
	t.Helper()
	s := httptest.NewServer(nil)
	t.Cleanup(s.Close)
	a.Config.PublicURL = s.URL
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	s.Config.Handler = h
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t, &http.Client{Jar: jar}, s.URL}
}

func (b *browser) do(method, path string, form url.Values, want int) string {
	b.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, b.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	res, err := b.c.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != want {
		b.t.Fatalf("%s %s: %d, not %d: %v\n%s", method, path, res.StatusCode, want, err, body)
	}
	return string(body)
}

var (
	rightsLink = regexp.MustCompile(`/p/rights/[A-Za-z0-9_-]+`)
	codeOnPage = regexp.MustCompile(`class="mono">(\d{6})<`)
	idOnPage   = regexp.MustCompile(`name="id" value="(req_[a-z0-9]+)"`)
)

func TestAPersonAsksForTheirRightsFromTheWhyPage(t *testing.T) {
	a := demoApp(t, 300)
	agree(t, a, "jane")
	d := decide(t, a, lead("jane"))
	why, err := a.Links.Token(Link{LinkWhy, Demo, string(d.ID), d.At.Add(linkLife)})
	if err != nil {
		t.Fatal(err)
	}
	b := browse(t, a)
	path := rightsLink.FindString(b.do("GET", "/p/why/"+why, nil, 200))
	if path == "" {
		t.Fatal("the why page leads to no rights")
	}
	page := b.do("GET", path, nil, 200)
	light(t, page)
	if strings.Contains(page, "<script") {
		t.Error("it needs JavaScript")
	}
	b.do("POST", path, url.Values{"kind": {""}}, 422)
	if p := b.do("POST", path, url.Values{"kind": {"correction"}}, 422); !strings.Contains(p, "e-text") {
		t.Error("an empty correction is not explained at its field")
	}
	page = b.do("POST", path, url.Values{"kind": {"explanation"}}, 200)
	if strings.Contains(page, "req_") {
		t.Fatal("there is something to download before a code was given")
	}
	b.do("POST", path, url.Values{"kind": {"explanation"}}, 422) // asked already
	page = b.do("POST", path+"/code", nil, 200)
	code := codeOnPage.FindStringSubmatch(page)
	if code == nil {
		t.Fatal("the demo shows no code")
	}
	b.do("POST", path+"/unlock", url.Values{"code": {"000000x"}}, 422)
	page = b.do("POST", path+"/unlock", url.Values{"code": {code[1]}}, 200)
	id := idOnPage.FindStringSubmatch(page)
	if id == nil {
		t.Fatalf("nothing to download after the code:\n%s", page)
	}
	answer := b.do("POST", path+"/answer", url.Values{"id": {id[1]}}, 200)
	if !strings.Contains(answer, d.Explanation.Sentences[0]) || !strings.Contains(answer, string(d.ID)) {
		t.Fatal("not the reasons as they were")
	}
	stranger := browse(t, a)
	if p := stranger.do("POST", path+"/answer", url.Values{"id": {id[1]}}, 422); strings.Contains(p, d.Explanation.Sentences[0]) {
		t.Fatal("the link alone shows what needs a code")
	}
	b.do("POST", path, url.Values{"kind": {"objection"}}, 200)
	if d := decide(t, a, lead("jane")); d.Verdict == touch.Allow {
		t.Fatal("she objected on the page, and AI was used for her")
	}
	for _, lang := range []string{"de", "fr", "es"} {
		light(t, b.do("GET", path+"?lang="+lang, nil, 200))
	}
	b.do("GET", path[:len(path)-2]+"xx", nil, 404)
}

// light asserts the weight of a page with its stylesheet, as it travels.
func light(t *testing.T, page string) {
	t.Helper()
	css, err := os.ReadFile("../web/view/assets/fairtouch.css")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(page) + packed(t, css); n > 14<<10 {
		t.Errorf("the page weighs %d bytes", n)
	}
}

func packed(t *testing.T, b []byte) int {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}

func TestTheStaffCarryARequestThroughInTheConsole(t *testing.T) {
	a := demoApp(t, 300)
	agree(t, a, "jane")
	s, p := staff{a}, access.Principal{Workspace: Demo, User: LocalOperator, Role: access.Administrator, Scopes: access.Scopes()}
	far := &elsewhere{secret: hookSecret, status: 200, reply: `{"outcome":"found"}`}
	a.Outbound = &http.Client{Transport: far}
	if err := a.SaveConnector(t.Context(), Demo, LocalOperator, connectors.Settings{Kind: "webhook", Name: "crm", Key: hookSecret, URL: "https://crm.example/hook"}); err != nil {
		t.Fatal(err)
	}
	id, err := s.TakeRequest(t.Context(), p, console.RequestForm{Kind: "erasure", Person: "jane", Place: "DE", Proof: "identifier", Text: "Please erase me", Received: utcNow().AddDate(0, 0, -3).Format("2006-01-02")})
	if err != nil {
		t.Fatal(err)
	}
	v, err := s.Request(t.Context(), p, id)
	if err != nil || !v.MayVerify || v.MayRun || !v.Irrevocable || !v.MayExtend || v.Systems != 1 || !v.Draft || v.Text != "Please erase me" || len(v.Steps) != 1 {
		t.Fatalf("%v %+v", err, v)
	}
	if err := s.ExtendRequest(t.Context(), p, id, "three systems"); err != nil {
		t.Fatal(err)
	}
	if err := s.VerifyRequest(t.Context(), p, id, rights.ProofStaff, "", "jane@example.com"); err != nil {
		t.Fatal(err)
	}
	rows, err := s.DryRequest(t.Context(), p, id)
	if err != nil || len(rows) != 1 || rows[0].Outcome != rights.Found || strings.Contains(far.bodies[0], `"rights.erase"`) && !strings.Contains(far.bodies[0], `"dry_run":true`) {
		t.Fatalf("%v %+v %v", err, rows, far.bodies)
	}
	far.reply = `{"outcome":"completed"}`
	if err := s.RunRequest(t.Context(), p, id, false, false); err != nil {
		t.Fatal(err)
	}
	if v, err = s.Request(t.Context(), p, id); err != nil || !v.Erased || v.State != rights.Done || v.Person != "" || len(v.Calls) != 1 || v.MayRun {
		t.Fatalf("%v %+v", err, v)
	}
	lines, err := s.Requests(t.Context(), p)
	if err != nil || len(lines) != 1 || lines[0].Open || !lines[0].Erased {
		t.Fatalf("%v %+v", err, lines)
	}
}

func TestTheConsolesPagesOfRequestsOpenAndSayWhatIsWrong(t *testing.T) {
	a := demoApp(t, 300)
	a.DemoMode = true
	agree(t, a, "jane")
	b := browse(t, a)
	b.do("POST", "/console/enter", url.Values{"role": {string(access.PrivacyOfficer)}}, 200)
	if p := b.do("GET", "/console/requests", nil, 200); !strings.Contains(p, "No request waits") {
		t.Error("the list doesn't say that nothing waits")
	}
	b.do("POST", "/console/requests", url.Values{"kind": {"access"}}, 422)
	page := b.do("POST", "/console/requests", url.Values{"kind": {"erasure"}, "external_id": {"jane"}, "place": {"de"}, "proof": {"staff"}, "text": {"<b>bold</b>"}}, 200)
	id := regexp.MustCompile(`/console/requests/(req_[a-z0-9]+)/run`).FindStringSubmatch(page)
	if id == nil || strings.Contains(page, "<b>bold") {
		t.Fatalf("no way to carry it out, or not escaped:\n%s", page)
	}
	at := "/console/requests/" + id[1]
	if p := b.do("POST", at+"/run", url.Values{"how": {"run"}, "destroys": {"yes"}}, 422); !strings.Contains(p, "e-sure") {
		t.Error("an erasure runs without a ticked box, or the error isn't at it")
	}
	if p := b.do("POST", at+"/extend", url.Values{}, 422); !strings.Contains(p, "e-extension") {
		t.Error("the error of an extension isn't at its field")
	}
	if p := b.do("POST", at+"/refuse", url.Values{}, 422); !strings.Contains(p, "e-reason") {
		t.Error("the error of a refusal isn't at its field")
	}
	b.do("POST", at+"/extend", url.Values{"extension": {"many systems"}}, 200)
	if p := b.do("POST", at+"/run", url.Values{"how": {"run"}, "destroys": {"yes"}, "sure": {"yes"}}, 200); !strings.Contains(p, "The person was erased") {
		t.Errorf("not erased:\n%s", p)
	}
	if p := b.do("POST", at+"/evidence", nil, 200); !strings.Contains(p, `"erased": true`) || strings.Contains(p, "jane") {
		t.Errorf("the evidence of an erased person's request: %s", p)
	}
	b.do("GET", "/console/requests", nil, 200)
	b.do("GET", "/console/requests/req_nobody", nil, 404)
}
