package app

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/site"
	"fairtouch/touch"
)

const origin = "https://www.shop.example"

// siteWorld is a company with one web site, and its server.
type siteWorld struct {
	t   *testing.T
	a   *App
	key string
	h   http.Handler
}

func newSiteWorld(t *testing.T) *siteWorld {
	t.Helper()
	a := demoApp(t, 30)
	key, err := a.SaveSite(t.Context(), Demo, "u", site.Site{Name: "Shop", Origins: []string{origin + "/"}, Choices: []site.Choice{
		{Notice: demoSiteStatistics, Storage: []string{"analytics_storage"}}, {Notice: demoSiteAds, Storage: []string{"ad_storage"}}, {Notice: "ai-offers"}}})
	if err != nil {
		t.Fatal(err)
	}
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	return &siteWorld{t, a, key, h}
}

type reply struct {
	Answered bool
	State    map[string]bool
	Mode     map[string]string
	Ask      string
	Device   string
	GPC      bool
	Lang     string
	Asks     []struct{ ID, Was, Lang string }
}

func (w *siteWorld) send(key, what, from string, body map[string]any, headers ...string) (reply, *httptest.ResponseRecorder) {
	w.t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "http://127.0.0.1:8080/site/"+key+"/"+what, bytes.NewReader(b))
	r.Header.Set("Content-Type", "text/plain")
	if from != "" {
		r.Header.Set("Origin", from)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	w.h.ServeHTTP(rec, r)
	var out reply
	_ = json.Unmarshal(rec.Body.Bytes(), &out)
	return out, rec
}

func (w *siteWorld) open(device string) reply {
	w.t.Helper()
	out, rec := w.send(w.key, "open", origin, map[string]any{"device": device, "langs": []string{"de-AT"}, "show": true})
	if rec.Code != http.StatusOK || out.Ask == "" {
		w.t.Fatalf("open: %d %s", rec.Code, rec.Body)
	}
	return out
}

func all(yes bool) map[string]bool {
	return map[string]bool{demoSiteStatistics: yes, demoSiteAds: yes, "ai-offers": yes}
}

func (w *siteWorld) answer(device, ask string, said map[string]bool) (reply, int) {
	w.t.Helper()
	out, rec := w.send(w.key, "answer", origin, map[string]any{"device": device, "ask": ask, "said": said})
	return out, rec.Code
}

func TestABannerAnswersForItsDeviceAlone(t *testing.T) {
	w := newSiteWorld(t)
	asked := w.open("")
	if asked.Answered || asked.State["ai-offers"] || asked.Mode["analytics_storage"] != "denied" || asked.Lang != "de" {
		t.Fatalf("before any answer: %+v", asked)
	}
	for _, q := range asked.Asks {
		if q.Was != "" {
			t.Fatalf("something is ticked before anybody answered: %+v", q)
		}
	}
	yes, code := w.answer("", asked.Ask, all(true))
	if code != http.StatusOK || !yes.State["ai-offers"] || yes.Mode["analytics_storage"] != "granted" || yes.Mode["ad_personalization"] != "denied" || yes.Device == "" {
		t.Fatalf("a yes: %d %+v", code, yes)
	}
	again, _ := w.send(w.key, "open", origin, map[string]any{"device": yes.Device})
	if !again.Answered || !again.State[demoSiteAds] || len(again.Asks) != 0 {
		t.Fatalf("asked again at once: %+v", again)
	}
	stranger, _ := w.send(w.key, "open", origin, map[string]any{})
	if stranger.Answered || stranger.State[demoSiteAds] {
		t.Fatalf("one browser's yes counts on another: %+v", stranger)
	}
	if d := decide(t, w.a, lead("a-visitor")); d.Verdict != touch.Deny {
		t.Fatalf("a banner's yes let AI use a person's data: %+v", d)
	}
}

// Whatever a page sends as device or person, it can't write or read another's.
func TestForgedNamesOpenNothing(t *testing.T) {
	w := newSiteWorld(t)
	agree(t, w.a, "jane")
	k, _, err := w.a.Ledger.Find(t.Context(), Demo, "jane")
	if err != nil {
		t.Fatal(err)
	}
	other, err := w.a.SaveSite(t.Context(), Demo, "u", site.Site{Name: "Other", Origins: []string{origin}, Choices: []site.Choice{{Notice: demoSiteAds}}})
	if err != nil {
		t.Fatal(err)
	}
	mine, code := w.answer("", w.open("").Ask, all(true))
	if code != http.StatusOK {
		t.Fatal(code)
	}
	forged := map[string]string{"a person's id": string(k.ID), "an external id": "jane", "random text": "AAAA", "a person's link": must(w.a.Links.Token(Link{LinkConsent, Demo, string(k.ID), time.Now().Add(time.Hour)})),
		"another workspace's device": must(w.a.Links.Token(Link{LinkDevice, Main, w.key + "/" + "x", time.Now().Add(time.Hour)})),
		"a device that has ended":    must(w.a.Links.Token(Link{LinkDevice, Demo, w.key + "/x", time.Now().Add(-time.Hour)})),
		"a changed device":           mine.Device[:len(mine.Device)-12] + strings.Repeat("A", 12)}
	for name, device := range forged {
		got, rec := w.send(w.key, "open", origin, map[string]any{"device": device})
		if rec.Code != http.StatusOK || got.Answered || got.State[demoSiteAds] || got.State["ai-offers"] {
			t.Errorf("%s: %d %+v", name, rec.Code, got)
		}
		ans, code := w.answer(device, got.Ask, all(false))
		if code == http.StatusOK && ans.Device == device {
			t.Errorf("%s was taken for a device", name)
		}
	}
	got, rec := w.send(other, "open", origin, map[string]any{"device": mine.Device})
	if rec.Code != http.StatusOK || got.State[demoSiteAds] || got.Answered {
		t.Errorf("a device of one web site counts on another: %+v", got)
	}
	_, rec = w.send(other, "answer", origin, map[string]any{"device": mine.Device, "ask": w.open(mine.Device).Ask, "said": map[string]bool{demoSiteAds: true}})
	if rec.Code != http.StatusConflict {
		t.Errorf("a question of one web site was answered on another: %d", rec.Code)
	}
	if _, code := w.answer(mine.Device, w.open("").Ask, all(true)); code != http.StatusConflict {
		t.Errorf("another browser's question was answered: %d", code)
	}
	h, err := w.a.Ledger.History(t.Context(), Demo, k.ID)
	if err != nil || len(h) != 2 {
		t.Fatalf("a person's permissions were written by a banner: %+v %v", h, err)
	}
}

func must(s string, err error) string {
	if err != nil {
		panic(err)
	}
	return s
}

func TestAReplayedYesDoesNotUndoANo(t *testing.T) {
	w := newSiteWorld(t)
	first := w.open("")
	yes, code := w.answer("", first.Ask, all(true))
	if code != http.StatusOK {
		t.Fatal(code)
	}
	second := w.open(yes.Device)
	if _, code := w.answer(yes.Device, second.Ask, all(false)); code != http.StatusOK {
		t.Fatal(code)
	}
	for name, ask := range map[string]string{"the first answer": first.Ask, "an earlier question": second.Ask} {
		for _, device := range []string{yes.Device, ""} {
			if _, code := w.answer(device, ask, all(true)); code != http.StatusConflict {
				t.Errorf("%s, delivered again: %d", name, code)
			}
		}
	}
	if got := w.open(yes.Device); got.State[demoSiteAds] || got.State["ai-offers"] {
		t.Fatalf("a no became a yes: %+v", got)
	}
}

func TestOtherSitesCanNeitherAskNorAnswer(t *testing.T) {
	w := newSiteWorld(t)
	for _, from := range []string{"", "null", "https://evil.example", "http://www.shop.example", "https://www.shop.example.evil.example", "https://shop.example", "https://www.shop.example:8443"} {
		for _, what := range []string{"open", "answer"} {
			_, rec := w.send(w.key, what, from, map[string]any{})
			if rec.Code != http.StatusForbidden || rec.Header().Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s from %q: %d, readable by %q", what, from, rec.Code, rec.Header().Get("Access-Control-Allow-Origin"))
			}
		}
	}
	if _, rec := w.send(w.key, "open", origin, nil); rec.Header().Get("Access-Control-Allow-Origin") != origin {
		t.Error("the site's own page can't read the reply")
	}
	if _, rec := w.send("site_unknown", "open", origin, nil); rec.Code != http.StatusNotFound {
		t.Errorf("an unknown site: %d", rec.Code)
	}
	r := httptest.NewRequest("POST", "http://127.0.0.1:8080/p/site/"+w.key, strings.NewReader("all=yes"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "https://evil.example")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	rec := httptest.NewRecorder()
	w.h.ServeHTTP(rec, r)
	if rec.Code != http.StatusForbidden {
		t.Errorf("a form posted from elsewhere: %d", rec.Code)
	}
}

func TestGlobalPrivacyControlIsHonouredAndShown(t *testing.T) {
	w := newSiteWorld(t)
	yes, _ := w.answer("", w.open("").Ask, all(true))
	got, _ := w.send(w.key, "open", origin, map[string]any{"device": yes.Device, "show": true}, "Sec-GPC", "1")
	if !got.GPC || got.State[demoSiteAds] || got.State["ai-offers"] || !got.State[demoSiteStatistics] {
		t.Fatalf("with the browser's signal: %+v", got)
	}
	forced, rec := w.send(w.key, "answer", origin, map[string]any{"device": yes.Device, "ask": got.Ask, "said": all(true)}, "Sec-GPC", "1")
	if rec.Code != http.StatusOK || forced.State[demoSiteAds] || forced.State["ai-offers"] {
		t.Fatalf("a yes against the signal: %d %+v", rec.Code, forced)
	}
	after, _ := w.send(w.key, "open", origin, map[string]any{"device": yes.Device})
	if after.State[demoSiteAds] || !after.State[demoSiteStatistics] {
		t.Fatalf("the signal was recorded, and is gone with it: %+v", after)
	}
	for _, v := range []string{"0", "true", ""} {
		if got, _ := w.send(w.key, "open", origin, map[string]any{}, "Sec-GPC", v); got.GPC {
			t.Errorf("Sec-GPC: %q was taken for a signal", v)
		}
	}
}

func TestServedNoticesAreCountedAnsweredOrNot(t *testing.T) {
	w := newSiteWorld(t)
	w.open("")
	yes, _ := w.answer("", w.open("").Ask, map[string]bool{demoSiteAds: true, demoSiteStatistics: false})
	_, _ = w.send(w.key, "open", origin, map[string]any{"device": yes.Device})
	counts, err := w.a.DB.SiteCounts(t.Context(), Demo, w.key, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	sum := map[string]int{}
	for _, c := range counts {
		if c.Notice == "" {
			sum[c.What] += c.N
		} else {
			sum["text "+c.What] += c.N
		}
	}
	// The third look shows the banner once more: one question was left open.
	if sum["served"] != 3 || sum["answered"] != 1 || sum["text served"] != 9 || sum["text yes"] != 1 || sum["text no"] != 1 {
		t.Fatalf("%v", sum)
	}
	said, err := w.a.DB.Saids(t.Context(), Demo, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range said {
		if s.Purpose == demoSiteAds {
			t.Fatalf("a browser's answer is counted among what people said: %+v", s)
		}
	}
}

func TestAReplacedTextIsAskedForAgain(t *testing.T) {
	w := newSiteWorld(t)
	asked := w.open("")
	yes, _ := w.answer("", asked.Ask, all(true))
	late := w.open(yes.Device)
	n := consent.Notice{Key: demoSiteAds, Version: 2, Locale: "de", Purpose: demoSiteAds, Channel: touch.Web, Title: "More advertising", Text: "We may tell even more companies.", Basis: consent.ByConsent, Sites: true, Published: time.Now(), Reviewed: true}
	if err := n.Validate(); err != nil {
		t.Fatal(err)
	}
	if _, err := w.a.DB.PutDocument(t.Context(), Demo, DocNotice, demoSiteAds+"-de", n, "u"); err != nil {
		t.Fatal(err)
	}
	if got := w.open(yes.Device); got.Answered || got.State[demoSiteAds] || !got.State[demoSiteStatistics] {
		t.Fatalf("a yes to the old text covers the new one: %+v", got)
	}
	if _, code := w.answer(yes.Device, late.Ask, all(true)); code != http.StatusConflict {
		t.Fatalf("an answer to the old text: %d", code)
	}
}

// The person links the browser in their own name: its no counts for them, its yes
// never, and the web site still learns nothing of them.
func TestLinkingABrowserIsMostRestrictive(t *testing.T) {
	w := newSiteWorld(t)
	agree(t, w.a, "jane")
	if d := decide(t, w.a, lead("jane")); d.Verdict != touch.Allow {
		t.Fatalf("%+v", d)
	}
	said := decide(t, w.a, lead("jane"))
	link := must(w.a.Links.Token(Link{LinkConsent, Demo, string(said.ID), time.Now().Add(time.Hour)}))
	no, _ := w.answer("", w.open("").Ask, all(false))
	form := func(cookie bool, do string) int {
		r := httptest.NewRequest("POST", "http://127.0.0.1:8080/p/consent/"+link+"/browser", strings.NewReader("do="+do+"&device="+no.Device))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if cookie {
			r.AddCookie(&http.Cookie{Name: "ft_device_" + w.key, Value: no.Device})
		}
		rec := httptest.NewRecorder()
		w.h.ServeHTTP(rec, r)
		return rec.Code
	}
	if code := form(false, "link"); code == http.StatusSeeOther {
		t.Fatal("a browser was linked from another one")
	}
	if d := decide(t, w.a, lead("jane")); d.Verdict != touch.Allow {
		t.Fatalf("a browser's no counts before the person linked it: %+v", d)
	}
	if code := form(true, "link"); code != http.StatusSeeOther {
		t.Fatalf("link: %d", code)
	}
	if d := decide(t, w.a, lead("jane")); d.Verdict != touch.Deny {
		t.Fatalf("the linked browser's no doesn't count: %+v", d)
	}
	object(t, w.a, "jane")
	yes, code := w.answer(no.Device, w.open(no.Device).Ask, all(true))
	if code != http.StatusOK || !yes.State["ai-offers"] {
		t.Fatalf("the web site learns of the person's objection: %d %+v", code, yes)
	}
	if d := decide(t, w.a, lead("jane")); d.Verdict != touch.Deny {
		t.Fatalf("a banner undid a person's objection: %+v", d)
	}
	agree(t, w.a, "jane")
	if code := form(true, "unlink"); code != http.StatusSeeOther {
		t.Fatalf("unlink: %d", code)
	}
	if d := decide(t, w.a, lead("jane")); d.Verdict != touch.Allow {
		t.Fatalf("after she said yes again and took the browser out: %+v", d)
	}
}

// Whoever is erased is erased with the browsers that they said are theirs.
func TestAnErasureTakesTheLinkedBrowserToo(t *testing.T) {
	w := newSiteWorld(t)
	agree(t, w.a, "jane")
	said := decide(t, w.a, lead("jane"))
	link := must(w.a.Links.Token(Link{LinkConsent, Demo, string(said.ID), time.Now().Add(time.Hour)}))
	no, _ := w.answer("", w.open("").Ask, all(false))
	r := httptest.NewRequest("POST", "http://127.0.0.1:8080/p/consent/"+link+"/browser", strings.NewReader("do=link&device="+no.Device))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: "ft_device_" + w.key, Value: no.Device})
	rec := httptest.NewRecorder()
	w.h.ServeHTTP(rec, r)
	if rec.Code != http.StatusSeeOther {
		t.Fatalf("link: %d", rec.Code)
	}
	k, _, err := w.a.Ledger.Find(t.Context(), Demo, "jane")
	if err != nil || k.Cluster == "" {
		t.Fatalf("%v: not linked", err)
	}
	gone, err := w.a.EraseEverywhere(t.Context(), Demo, k)
	if err != nil || len(gone) != 2 {
		t.Fatalf("%d identities were erased: %v", len(gone), err)
	}
}

func TestTheTagStaysSmall(t *testing.T) {
	w := newSiteWorld(t)
	rec := httptest.NewRecorder()
	w.h.ServeHTTP(rec, httptest.NewRequest("GET", "http://127.0.0.1:8080/site/"+w.key+"/consent.js", nil))
	body := rec.Body.Bytes()
	if rec.Code != http.StatusOK || len(body) < 1000 || len(body) >= 10_000 {
		t.Fatalf("%d, %d bytes", rec.Code, len(body))
	}
	for _, bad := range []string{"eval(", "new Function", "innerHTML", "import(", "document.write", ".style."} {
		if bytes.Contains(body, []byte(bad)) {
			t.Errorf("the script has %q, which a strict policy forbids", bad)
		}
	}
}
