package api_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/record"
	"fairtouch/touch"
)

func waitForCheckpoint(t testing.TB, w *world, f filled) string {
	t.Helper()
	key := w.key(acme, access.RecordRead)
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		rec := w.do(key, "GET", "/v1/receipts/"+f.receipt+"/proof", "")
		switch {
		case rec.Code == 200:
			return rec.Body.String()
		case rec.Code != 202 || rec.Header().Get("Retry-After") == "":
			t.Fatalf("a pending proof: %d %s", rec.Code, rec.Body)
		}
	}
	t.Fatal("no proof came")
	return ""
}

func read[T any](t testing.TB, body []byte) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return v
}

func TestAReceiptIsCheckedOfflineFromTheAnswersAlone(t *testing.T) {
	w := newWorld(t)
	f := w.fill(acme)
	proof := waitForCheckpoint(t, w, f)
	for _, id := range []string{f.receipt, string(f.decision)} {
		rec := w.do(w.key(acme, access.RecordRead), "GET", "/v1/receipts/"+id, "")
		v := read[struct {
			ID, Signature, Leaf string
			LogKey              string `json:"log_key"`
			ReceiptKey          string `json:"receipt_key"`
		}](t, rec.Body.Bytes())
		if _, _, err := record.CheckProof(proof, v.LogKey, []byte(v.Leaf)); err != nil {
			t.Error(err)
		}
		if p, err := record.CheckReceipt(v.Signature, v.ReceiptKey); err != nil || string(p.Event) != f.receipt {
			t.Error(err, p)
		}
	}
}

func TestTheDecisionReadLaterIsTheOneThatWasAnswered(t *testing.T) {
	w := newWorld(t)
	first := w.do(w.key(acme, access.Decide), "POST", "/v1/decisions", touchBody)
	d := read[touch.Decision](t, first.Body.Bytes())
	again := w.do(w.key(acme, access.RecordRead), "GET", "/v1/decisions/"+string(d.ID), "")
	if first.Code != 200 || first.Body.String() != again.Body.String() {
		t.Fatalf("answered\n%srecorded\n%s", first.Body, again.Body)
	}
	if h := first.Header(); h.Get("AI-Disclosure") != "mode=ai-originated" {
		t.Fatal("the answer doesn't acknowledge AI in its header")
	} else {
		for name := range h {
			if strings.Contains(name, ":") || strings.Contains(strings.ToLower(name), "html") {
				t.Fatalf("%q is no header", name)
			}
		}
	}
}

func TestErasedMeansGoneAndTheReceiptStays(t *testing.T) {
	w := newWorld(t)
	f := w.fill(acme)
	known, _, err := w.ledger.Find(t.Context(), acme, "jane@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.rec.Erase(t.Context(), acme, known.ID); err != nil {
		t.Fatal(err)
	}
	key := w.key(acme, access.RecordRead, access.ConsentRead)
	for _, p := range []string{"", "/explanation"} {
		rec := w.do(key, "GET", "/v1/decisions/"+string(f.decision)+p, "")
		if code, msg, _ := errorOf(t, rec); rec.Code != 410 || code != "not_found" || !strings.Contains(msg, "erased") {
			t.Errorf("%s: %d %s", p, rec.Code, rec.Body)
		}
	}
	if rec := w.do(key, "GET", "/v1/receipts/"+f.receipt, ""); rec.Code != 200 {
		t.Errorf("receipt: %d %s", rec.Code, rec.Body)
	}
	rec := w.do(key, "GET", "/v1/consents?external_id=jane@example.com", "")
	if rec.Code != 200 || !strings.Contains(rec.Body.String(), `"known":false`) {
		t.Errorf("consents: %d %s", rec.Code, rec.Body)
	}
}

func TestEachAudienceSeesItsOwnReasons(t *testing.T) {
	w := newWorld(t)
	f := w.fill(acme)
	at := "/v1/decisions/" + string(f.decision) + "/explanation"
	key := w.key(acme, access.RecordRead)
	for _, c := range []struct{ query, want, not string }{
		{"", "For the public.", "account"}, {"?audience=customer", "For the public.", "amount"}, {"?audience=agent", "The account is large.", "amount"},
	} {
		rec := w.do(key, "GET", at+c.query, "")
		if b := rec.Body.String(); rec.Code != 200 || !strings.Contains(b, c.want) || strings.Contains(b, c.not) {
			t.Errorf("%s: %d %s", c.query, rec.Code, b)
		}
	}
	if rec := w.do(key, "GET", at+"?audience=audit", ""); rec.Code != 403 {
		t.Errorf("audit without the scope: %d", rec.Code)
	}
	rec := w.do(w.key(acme, access.RecordRead, access.Audit), "GET", at+"?audience=audit", "")
	if b := rec.Body.String(); rec.Code != 200 || !strings.Contains(b, `"amount":12.5`) || !strings.Contains(b, `"held":["age"]`) {
		t.Errorf("audit: %d %s", rec.Code, b)
	}
	if rec := w.do(key, "GET", at+"?audience=press", ""); rec.Code != 400 {
		t.Errorf("press: %d", rec.Code)
	}
}

func TestPagesHoldEveryDecisionOnce(t *testing.T) {
	w := newWorld(t)
	key := w.key(acme, access.Decide, access.RecordRead)
	want := map[string]bool{}
	for range 7 {
		d := read[touch.Decision](t, w.do(key, "POST", "/v1/decisions", touchBody).Body.Bytes())
		want[string(d.ID)] = true
	}
	type page struct {
		Decisions []struct{ ID, Receipt, Verdict string }
		Next      string
	}
	after, pages := "", 0
	for {
		rec := w.do(key, "GET", "/v1/decisions?limit=3&verdict=allow&system=lead-scorer&from=2020-01-01"+after, "")
		p := read[page](t, rec.Body.Bytes())
		for _, d := range p.Decisions {
			if !want[d.ID] || d.Receipt == "" {
				t.Fatalf("unknown or twice: %+v", d)
			}
			delete(want, d.ID)
		}
		pages++
		if p.Next == "" {
			break
		}
		after = "&after=" + p.Next
	}
	if len(want) != 0 || pages != 3 {
		t.Fatalf("%d pages, %d decisions lost", pages, len(want))
	}
	for _, q := range []string{"verdict=deny", "step=consent", "to=2020-01-01", "system=other"} {
		if p := read[page](t, w.do(key, "GET", "/v1/decisions?"+q, "").Body.Bytes()); len(p.Decisions) != 0 {
			t.Errorf("%s found %d", q, len(p.Decisions))
		}
	}
	for _, q := range []string{"limit=0", "limit=201", "limit=x", "verdict=maybe", "step=lunch", "from=soon", "after=x", "colour=red", "limit=1&limit=2",
		"from=2026-02-01&to=2026-01-01", "system=%00", "system=%ff", "%zz"} {
		if rec := w.do(key, "GET", "/v1/decisions?"+q, ""); rec.Code != 400 {
			t.Errorf("%s: %d %s", q, rec.Code, rec.Body)
		}
	}
}

func TestAWithdrawalByTheAPIStands(t *testing.T) {
	w := newWorld(t)
	key := w.key(acme, access.ConsentRead, access.ConsentWrite)
	send := func(state, actor, extra string) int {
		return w.do(key, "POST", "/v1/consents", `{"external_id":"Jane@Example.com","events":[{"scope":{"purpose":"offers","system":"lead-scorer","channel":"*"},"state":"`+
			state+`","actor":"`+actor+`"`+extra+`}]}`).Code
	}
	type view struct {
		Known       bool
		Permissions []struct {
			State   string
			Allowed bool
			Scope   struct{ Purpose, System, Channel string }
		}
		Events []struct{ ID, State string }
	}
	ask := func() view {
		return read[view](t, w.do(key, "GET", "/v1/consents?external_id=jane%40example.com", "").Body.Bytes())
	}
	if v := ask(); v.Known || len(v.Events) != 0 {
		t.Fatalf("nobody is known yet: %+v", v)
	}
	if lk, _ := w.ledger.Lookup(acme, "jane@example.com"); lk != "" {
		if _, _, ok, _ := w.db.Person(t.Context(), acme, lk); ok {
			t.Fatal("to ask made a person")
		}
	}
	if s := send("ConsentGiven", "self", `,"basis":"consent","notice":"abc"`); s != 201 {
		t.Fatal(s)
	}
	if a, b := w.do(key, "GET", "/v1/consents?external_id=jane%40example.com", ""), w.do(key, "POST", "/v1/consents/lookup", `{"external_id":"jane@example.com"}`); a.Body.String() != b.Body.String() {
		t.Fatalf("two ways of asking, two answers: %s %s", a.Body, b.Body)
	}
	if v := ask(); !v.Known || len(v.Permissions) != 1 || !v.Permissions[0].Allowed || v.Permissions[0].Scope.Purpose != "offers" {
		t.Fatalf("%+v", v)
	}
	if s := send("ConsentWithdrawn", "self", ""); s != 201 {
		t.Fatal(s)
	}
	if v := ask(); v.Permissions[0].Allowed || v.Permissions[0].State != "ConsentWithdrawn" || len(v.Events) != 2 || v.Events[0].ID == "" {
		t.Fatalf("%+v", v)
	}
	for _, c := range [][3]string{{"ConsentGiven", "operator", `,"basis":"consent","notice":"abc"`}, {"Perhaps", "self", ""}, {"ConsentWithdrawn", "", ""},
		{"ConsentWithdrawn", "self", `,"id":"evt_mine"`}, {"ConsentWithdrawn", "self", `,"received_at":"2020-01-01T00:00:00Z"`}} {
		if s := send(c[0], c[1], c[2]); s != 400 {
			t.Errorf("%v: %d", c, s)
		}
	}
}

func TestOnlyANamedPersonWidensAPilotAndAnybodyMayHaltIt(t *testing.T) {
	w := newWorld(t)
	f := w.fill(acme)
	key := w.key(acme, access.RegisterWrite)
	_, nobody, err := w.desk.CreateKey(t.Context(), acme, "", "machine", []access.Scope{access.RegisterWrite})
	if err != nil {
		t.Fatal(err)
	}
	at := "/v1/pilots/" + string(f.pilot)
	if rec := w.do(nobody, "POST", at+"/step", `{"reason":"go"}`); rec.Code != 400 {
		t.Errorf("a machine widened a pilot: %d %s", rec.Code, rec.Body)
	}
	if rec := w.do(key, "POST", at+"/step", `{}`); rec.Code != 400 {
		t.Errorf("without a reason: %d", rec.Code)
	}
	if rec := w.do(key, "POST", at+"/halt", `{"reason":"x"}`); rec.Code != 409 {
		t.Errorf("a draft was halted: %d %s", rec.Code, rec.Body)
	}
	for range 2 {
		if rec := w.do(key, "POST", at+"/step", `{"reason":"looks well","evidence":{"n":100}}`); rec.Code != 200 {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
	}
	rec := w.do(nobody, "POST", at+"/halt", `{"reason":"alarm"}`)
	p, err := w.db.Pilot(t.Context(), acme, f.pilot)
	if rec.Code != 200 || err != nil || p.State != "halted" || p.Step != 1 {
		t.Fatalf("%d %s %+v %v", rec.Code, rec.Body, p, err)
	}
	r := read[struct{ Receipt touch.Receipt }](t, rec.Body.Bytes())
	if o, err := w.rec.Opening(t.Context(), acme, touch.EventID(r.Receipt.ID)); err != nil || !strings.Contains(string(o.Payload), "alarm") {
		t.Fatalf("the halt is not on record: %s %v", o.Payload, err)
	}
}

func TestAKeyCantMakeAMightierOne(t *testing.T) {
	w := newWorld(t)
	key := w.key(acme, access.Keys, access.Decide)
	for body, want := range map[string]int{
		`{"name":"a","scopes":["decide"]}`: 201, `{"name":"a","scopes":["admin"]}`: 403, `{"name":"a","scopes":["decide","audit"]}`: 403,
		`{"name":"a","scopes":[]}`: 400, `{"name":"","scopes":["decide"]}`: 400, `{"name":"a","scopes":["root"]}`: 400,
	} {
		if rec := w.do(key, "POST", "/v1/keys", body); rec.Code != want {
			t.Errorf("%s: %d %s", body, rec.Code, rec.Body)
		}
	}
	made := read[struct{ ID, Key string }](t, w.do(key, "POST", "/v1/keys", `{"name":"b","scopes":["decide"]}`).Body.Bytes())
	if rec := w.do(made.Key, "POST", "/v1/decisions", touchBody); rec.Code != 200 {
		t.Fatalf("the new key: %d %s", rec.Code, rec.Body)
	}
	if list := w.do(key, "GET", "/v1/keys", "").Body.String(); !strings.Contains(list, made.ID) || strings.Contains(list, made.Key) || strings.Contains(list, access.HashSecret(made.Key)) {
		t.Fatal("the list lacks a key or shows a secret")
	}
	if rec := w.do(key, "DELETE", "/v1/keys/"+made.ID, ""); rec.Code != 204 {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	if rec := w.do(made.Key, "POST", "/v1/decisions", touchBody); rec.Code != 401 {
		t.Fatalf("a revoked key decides: %d", rec.Code)
	}
}

func TestRulesAreThoseOfTheDayAsKnownThen(t *testing.T) {
	w := newWorld(t)
	key := w.key(acme, access.RegisterRead)
	type list struct {
		Packs []struct{ Hash string }
		Rules []struct{ ID, Citation string }
	}
	get := func(q string) list { return read[list](t, w.do(key, "GET", "/v1/law/rules"+q, "").Body.Bytes()) }
	old, later := get("?as_of=2017-01-01"), get("?as_of=2026-12-01")
	if len(later.Rules) <= len(old.Rules) || len(later.Packs) == 0 || later.Rules[0].Citation == "" {
		t.Fatalf("%d rules in 2017, %d in 2026", len(old.Rules), len(later.Rules))
	}
	for _, q := range []string{"?known_at=2025-01-01", "?as_of=tomorrow", "?as_of=2026-02-30", "?known_at=x"} {
		if rec := w.do(key, "GET", "/v1/law/rules"+q, ""); rec.Code != 400 {
			t.Errorf("%s: %d", q, rec.Code)
		}
	}
}
