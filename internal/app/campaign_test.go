package app

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"fairtouch/demo"
	"fairtouch/internal/access"
	"fairtouch/internal/campaign"
	"fairtouch/internal/govern"
	"fairtouch/internal/register"
	"fairtouch/internal/tables"
	"fairtouch/touch"
)

// runningCampaign starts a campaign of the demo's scorer that is in full use.
func runningCampaign(t *testing.T, a *App) touch.CampaignID {
	t.Helper()
	ctx := t.Context()
	day := func(n int) register.Date { return register.Date(time.Now().AddDate(0, 0, n).Format(time.DateOnly)) }
	c, err := a.SaveCampaign(ctx, Demo, LocalOperator, campaign.Campaign{Name: "Race " + touch.RandomID(), Goal: "test", Purpose: DemoPurpose, Channel: touch.Call,
		Systems: []touch.SystemID{DemoScorer}, Markets: []string{"DE"}, From: day(0), To: day(9)})
	if err != nil {
		t.Fatal(err)
	}
	r := campaign.Rehearsal{ID: "x", Campaign: c.ID, Content: c.Content("aud"), Audience: "aud", At: time.Now(), Rows: 10, Cleared: 5}
	if err := a.SaveRehearsal(ctx, Demo, r); err != nil {
		t.Fatal(err)
	}
	if _, err := a.MoveCampaign(ctx, Demo, LocalOperator, c.ID, campaign.Running, ""); err != nil {
		t.Fatal(err)
	}
	return c.ID
}

// stopRace decides on both nodes while one stops the campaign, and counts what
// was allowed before and after the acknowledgement.
func stopRace(t *testing.T, nodes ...*App) {
	t.Helper()
	ctx := t.Context()
	id := runningCampaign(t, nodes[0])
	ts := demoTouches(t, 400)
	for i := range ts {
		ts[i].Campaign = id
	}
	caller := govern.Caller{Workspace: Demo, Operator: LocalOperator}
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for w := range 8 {
		wg.Go(func() {
			for i := w; ; i += 8 {
				select {
				case <-stop:
					return
				default:
				}
				if _, err := nodes[w%len(nodes)].Path.Decide(ctx, caller, ts[i%len(ts)], ""); err != nil && touch.CodeOf(err) != touch.Conflict {
					t.Error(err)
					return
				}
			}
		})
	}
	reached := 0
	for start := time.Now(); reached < 20 && time.Since(start) < 10*time.Second; time.Sleep(5 * time.Millisecond) {
		var err error
		if reached, _, err = nodes[0].DB.CampaignCounts(ctx, Demo, id); err != nil {
			t.Fatal(err)
		}
	}
	if reached < 20 {
		t.Fatalf("only %d uses passed before the stop", reached)
	}
	asked := time.Now()
	if _, err := nodes[0].MoveCampaign(ctx, Demo, LocalOperator, id, campaign.Stopped, "race"); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(asked); took > 2*time.Second {
		t.Errorf("the stop took %v", took)
	}
	before, _, err := nodes[0].DB.CampaignCounts(ctx, Demo, id)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(150 * time.Millisecond)
	close(stop)
	wg.Wait()
	after, refused, err := nodes[0].DB.CampaignCounts(ctx, Demo, id)
	if err != nil {
		t.Fatal(err)
	}
	if after != before {
		t.Fatalf("%d uses passed after the stop was acknowledged", after-before)
	}
	if refused == 0 {
		t.Fatal("nothing was asked after the stop, so the race says nothing")
	}
	n := 0
	if err := nodes[0].DB.CampaignReached(ctx, Demo, id, func(touch.DecisionID, time.Time, string, string, string) error { n++; return nil }); err != nil || n != after {
		t.Fatalf("%d are listed as reached of %d: %v", n, after, err)
	}
}

func TestNothingLeavesAfterAStop(t *testing.T) {
	a := demoApp(t, 400)
	for range 3 {
		stopRace(t, a)
	}
}

func TestUsesOfAnUnstartedOrUnknownCampaignAreRefused(t *testing.T) {
	a := demoApp(t, 300)
	touches := demoTouches(t, 300)
	caller := govern.Caller{Workspace: Demo, Operator: LocalOperator}
	free, err := a.Path.DecideAll(t.Context(), caller, touches, 2)
	if err != nil {
		t.Fatal(err)
	}
	for id, rule := range map[touch.CampaignID]string{"cmp_none": "campaign.unknown", DemoCampaign: "campaign.not-started"} {
		for i := range touches {
			if free[i].Decision.Verdict != touch.Allow {
				continue
			}
			x := touches[i]
			x.Campaign = id
			d, err := a.Path.Decide(t.Context(), caller, x, "")
			if err != nil || d.Verdict == touch.Allow {
				t.Fatalf("%s: %v %v", id, d.Verdict, err)
			}
			found := false
			for _, c := range d.Checks {
				found = found || c.Rule == rule
			}
			if !found {
				t.Fatalf("%s: %s is not among the reasons", id, rule)
			}
			break
		}
	}
}

// A rehearsal must tell the truth about people and leave no trace of them.
func TestRehearsalWritesNothingAndFindsWhatDecidingFinds(t *testing.T) {
	a := demoApp(t, 300)
	ctx := t.Context()
	c, err := a.FindCampaign(ctx, Demo, "spring deposit CAMPAIGN")
	if err != nil {
		t.Fatal(err)
	}
	c.Systems = []touch.SystemID{DemoScorer}
	var b strings.Builder
	b.WriteString("customer_id;Land;Sprache;note\n")
	for i := demo.Count - 300; i < demo.Count; i++ {
		p := demo.Someone(i)
		fmt.Fprintf(&b, "%s;%s;%s;=cmd()\n", p.ExternalID, p.Country, p.Locale)
	}
	fmt.Fprintf(&b, "%s;DE;de;again\nnobody-knows;DE;de;\n;DE;de;nameless\n", demo.Someone(demo.Count-1).ExternalID)
	rows := func() int {
		n := 0
		if err := a.Export(ctx, Demo, func(any) error { n++; return nil }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	events, known := rows(), peopleOf(t, a)
	in, err := tables.OpenStream(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	m := GuessMapping(in.Columns(), c.Markets)
	if m["external_id"] != "customer_id" || m["country"] != "Land" || m["locale"] != "Sprache" {
		t.Fatalf("%v", m)
	}
	for _, f := range []string{"minor", "business", "first_contact"} {
		m[f] = "=false"
	}
	var out strings.Builder
	w, err := tables.Create("x.csv", nopCloser{&out}, (&Rehearsing{In: in, Map: m}).OutColumns())
	if err != nil {
		t.Fatal(err)
	}
	got, err := a.Rehearse(ctx, govern.Caller{Workspace: Demo, Operator: LocalOperator}, Rehearsing{Campaign: &c, Map: m, In: in, Out: w}, campaign.Rehearsal{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if rows() != events || peopleOf(t, a) != known {
		t.Fatal("a rehearsal wrote events or people")
	}
	want := 0
	ts := demoTouches(t, 300)
	for i := range ts {
		ts[i].Facts["country"] = demo.Someone(demo.Count - 300 + i).Country
	}
	rs, err := a.Path.DecideAll(ctx, govern.Caller{Workspace: Demo, Operator: LocalOperator}, ts, 2)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rs {
		if r.Err == nil && r.Decision.Verdict == touch.Allow {
			want++
		}
	}
	if got.Cleared != want || got.Rows != 303 || got.Twice != 1 || want == 0 {
		t.Fatalf("%d cleared of %d, %d twice; deciding allows %d", got.Cleared, got.Rows, got.Twice, want)
	}
	text := out.String()
	for _, s := range []string{"may_use_ai,reason,fix_owner,label,why_url,human_url", "audience.twice", "'=cmd()", "/p/why/", "audience.invalid"} {
		if !strings.Contains(text, s) {
			t.Errorf("the result lacks %q", s)
		}
	}
}

func peopleOf(t *testing.T, a *App) (n int) {
	t.Helper()
	files, err := a.DB.CountPeople(t.Context(), Demo)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// No list of people may lie on disk as it came, and none may outlive an erasure.
func TestUploadsAreSealedAndGoWithAnErasure(t *testing.T) {
	a := demoApp(t, 300)
	s := staff{a}
	p := access.Principal{Workspace: Demo, User: LocalOperator, Role: access.Administrator, Scopes: access.Scopes()}
	secret := "UNIQUE-PERSON-4711"
	body := "external_id,country\n" + strings.Repeat(secret+",DE\n", 20_000)
	file, err := s.Upload(t.Context(), p, DemoCampaign, "list.csv", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Rehearse(t.Context(), p, DemoCampaign, file, map[string]string{"external_id": "external_id", "country": "country"}); err != nil {
		t.Fatal(err)
	}
	for start := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		r, on, err := s.Rehearsal(t.Context(), p, DemoCampaign, file)
		if err != nil || r.Failed != "" || time.Since(start) > time.Minute {
			t.Fatal(r.Failed, err)
		}
		if !on {
			break
		}
	}
	var out strings.Builder
	if err := s.Result(t.Context(), p, DemoCampaign, file, &out); err != nil || strings.Count(out.String(), secret) != 20_000 {
		t.Fatalf("%v: %d lines", err, strings.Count(out.String(), secret))
	}
	found := 0
	err = filepath.WalkDir(a.Config.Data, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		found += strings.Count(string(b), secret)
		return err
	})
	if err != nil || found != 0 {
		t.Fatalf("%d times in plain on disk: %v", found, err)
	}
	k, _, err := a.Ledger.Find(t.Context(), Demo, demo.Someone(demo.Count-1).ExternalID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.EraseEverywhere(t.Context(), Demo, k); err != nil {
		t.Fatal(err)
	}
	if err := s.Result(t.Context(), p, DemoCampaign, file, io.Discard); touch.CodeOf(err) != touch.Unknown {
		t.Fatalf("a list outlived an erasure: %v", err)
	}
}

func TestBadUploadsSayWhatIsWrongAndKeepNothing(t *testing.T) {
	a := demoApp(t, 300)
	s := staff{a}
	p := access.Principal{Workspace: Demo, User: LocalOperator, Role: access.Administrator, Scopes: access.Scopes()}
	for name, x := range map[string]struct{ file, body, want string }{
		"ragged":         {"a.csv", "external_id,country\nx,DE\ny\n", "line 3"},
		"wrong encoding": {"a.csv", "external_id,name\nx,M\xfcller\n", "line 2"},
		"column twice":   {"a.csv", "id,id\n1,2\n", "line 1"},
		"empty":          {"a.csv", "", "empty"},
		"only a header":  {"a.csv", "external_id\n", "no rows"},
		"not a table":    {"a.xlsx", "PK", "must end in"},
		"not parquet":    {"a.parquet", "PAR0nonsense", "Parquet"},
		"not JSON":       {"a.jsonl", "{\"a\":1}\n{\"a\":1,\"a\":2}\n", "line 2"},
	} {
		file, err := s.Upload(t.Context(), p, DemoCampaign, x.file, strings.NewReader(x.body))
		if err == nil {
			if _, err = s.Uploaded(t.Context(), p, DemoCampaign, file); err == nil {
				t.Errorf("%s was taken", name)
				continue
			}
		}
		if e := touch.AsError(err); !strings.Contains(e.Message, x.want) || e.Code == touch.Internal {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A mail program's one click must end marketing at once, without a page.
func TestOneClickUnsubscribeStopsTheNextUse(t *testing.T) {
	a := demoApp(t, 400)
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	ctx, caller := t.Context(), govern.Caller{Workspace: Demo, Operator: LocalOperator}
	ts := demoTouches(t, 400)
	for i := range ts {
		ts[i].Channel = touch.Email
		d, err := a.Path.Decide(ctx, caller, ts[i], "")
		if err != nil || d.Verdict != touch.Allow {
			continue
		}
		if d.Disclosure.Headers["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click" {
			t.Fatalf("%v", d.Disclosure.Headers)
		}
		link := strings.Trim(d.Disclosure.Headers["List-Unsubscribe"], "<>")
		u, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodPost, u.Path, strings.NewReader("List-Unsubscribe=One-Click"))
		r.Host = u.Host
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			t.Fatalf("status %d: %s", w.Code, w.Body)
		}
		if d, err := a.Path.Decide(ctx, caller, ts[i], ""); err != nil || d.Verdict == touch.Allow || d.Alternative != nil {
			t.Fatalf("%v %v %v", d.Verdict, d.Alternative, err)
		}
		return
	}
	t.Fatal("no e-mail was allowed, so nothing was tried")
}
