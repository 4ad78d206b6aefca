package register

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fairtouch/touch"
)

func TestToolsTrainedOnOwnDataRankFirst(t *testing.T) {
	p := sound()
	half, no := 0.5, false
	p.Assets = append(p.Assets,
		Asset{ID: "bought", Name: "Vendor scorer", Kind: "tool", Owner: "acme", TrainsOnOurs: &no},
		Asset{ID: "vendor-data", Name: "Vendor data", Kind: "dataset", Owner: "acme", PersonalData: "none"},
		Asset{ID: "tuned", Name: "Tuned model", Kind: "tool", Owner: "us"},
		Asset{ID: "base", Name: "Base model", Kind: "base_model", Owner: "acme", Indemnity: "full", TrainsOnOurs: &no},
		Asset{ID: "mystery", Name: "Mystery tool", Kind: "tool", Owner: "acme"},
		Asset{ID: "web", Name: "Web scorer", Kind: "tool", Owner: "us"},
		Asset{ID: "crawl", Name: "A web crawl", Kind: "dataset", Owner: "pub", PersonalData: "none"},
	)
	p.Edges = append(p.Edges,
		Edge{From: "bought", To: "vendor-data", Rel: TrainedOn, Share: &half},
		Edge{From: "tuned", To: "base", Rel: FineTunedFrom}, Edge{From: "tuned", To: "calls", Rel: TrainedOn, Share: &half},
		Edge{From: "web", To: "crawl", Rel: TrainedOn},
	)
	for _, id := range []string{"bought", "vendor-data", "base"} {
		p.Rights = append(p.Rights, Right{ID: "r-" + id, Asset: id, Kind: "contract", Contract: "C-1", Evidence: seen})
	}
	for _, id := range []string{"tuned", "web"} {
		p.Rights = append(p.Rights, Right{ID: "r-" + id, Asset: id, Kind: "ownership", Evidence: seen})
	}
	p.Rights = append(p.Rights, Right{ID: "r-crawl", Asset: "crawl", Kind: "statutory_exception", Evidence: seen})
	tools := []string{"mystery", "web", "bought", "tuned", "scorer"}
	got := graph(t, p).Rank(tools, use(), today)
	var order, tiers string
	for _, r := range got {
		order, tiers = order+r.Tool+" ", tiers+r.Tier
		if r.Weakest == "" {
			t.Errorf("%s ranks without its weakest path", r.Tool)
		}
	}
	if order != "scorer tuned bought web mystery " || tiers != "ABCDE" {
		t.Errorf("got %s%s: %+v", order, tiers, got)
	}
	for i := range p.Assets {
		if p.Assets[i].ID == "calls" {
			p.Assets[i].LegalBasis = ""
		}
	}
	if first := graph(t, p).Rank(tools, use(), today)[0]; first.Tool != "bought" {
		t.Errorf("own data without a basis still ranks: %s first", first.Tool)
	}
}

func TestLicenceTextIsNeverGuessedUpward(t *testing.T) {
	l := licences(t)
	for text, want := range map[string]string{
		"MIT": "MIT", "mit license": "MIT", "Apache License, Version 2.0": "Apache-2.0", "apache-2.0": "Apache-2.0",
		"CC BY-SA 4.0": "CC-BY-SA-4.0", "cc_by_nc 4.0": "CC-BY-NC-4.0", "CC-BY-4.0": "CC-BY-4.0",
		"http://creativecommons.org/licenses/by-sa/4.0/": "CC-BY-SA-4.0", "CC0 1.0": "CC0-1.0",
		"https://creativecommons.org/licenses/by/4.0/legalcode": "CC-BY-4.0",
		"": "", "other": "", "unknown": "", "Public": "", "public domain": "", "CC BY": "", "CC": "", "free": "", "NOASSERTION": "", "none": "",
		"https://example.org/mit": "", "MIT-ish": "", "not MIT": "", "(MIT": "", "MIT, except for models": "", strings.Repeat("(", 5000): "",
	} {
		ids, ok := l.Normalise(text)
		if strings.Join(ids, " ") != want || ok != (want != "") {
			t.Errorf("%.60q gives %v %t, want %q", text, ids, ok, want)
		}
	}
}

func FuzzNormaliseNeverPanics(f *testing.F) {
	l := licences(f)
	f.Add("CC BY-SA 4.0")
	f.Add("MIT OR (Apache-2.0 AND LicenseRef-x)")
	f.Fuzz(func(t *testing.T, text string) {
		if ids, ok := l.Normalise(text); ok == (len(ids) == 0) {
			t.Errorf("%q gives %v %t", text, ids, ok)
		}
	})
}

func TestTemplatesRegisterOnceOwnerAndAlternativeAreNamed(t *testing.T) {
	for _, tpl := range Templates() {
		s, err := FromTemplate(tpl.ID, "sys-1", "A system")
		if err != nil {
			t.Fatal(err)
		}
		if e := touch.AsError(s.Validate()); e == nil || e.Field != "owner" {
			t.Errorf("%s without an owner: %v", tpl.ID, e)
		}
		s.Owner = "usr_1"
		if e := touch.AsError(s.Validate()); e == nil || e.Field != "alternative" {
			t.Errorf("%s without an alternative: %v", tpl.ID, e)
		}
		s.Alternative = &touch.Alternative{ID: "alt", Text: "Our staff looks at your request."}
		if s.Mode == Advised {
			s.Vendor = "acme"
		}
		if err := s.Validate(); err != nil {
			t.Errorf("%s: %v", tpl.ID, err)
		}
	}
	if _, err := FromTemplate("telepathy", "x", "X"); touch.CodeOf(err) != touch.Invalid {
		t.Errorf("got %v", err)
	}
}

func TestAChangeOfDesignEndsAnAssessment(t *testing.T) {
	s := System{ID: "s"}
	a := Significance{System: "s", Verdict: "none", By: "usr_1", Name: "A. Person", On: "2026-01-01", Reason: "ranks interest only"}
	sharp := a
	sharp.Purpose, sharp.Verdict = "pricing", "significant"
	all := []Significance{sharp, a}
	if got, ok := Assessed(all, &s, "lead-scoring", today); !ok || got.Verdict != "none" {
		t.Errorf("got %+v %t", got, ok)
	}
	if got, ok := Assessed(all, &s, "pricing", today); !ok || got.Verdict != "significant" {
		t.Errorf("got %+v %t", got, ok)
	}
	if _, ok := Assessed(all, &s, "lead-scoring", "2025-12-31"); ok {
		t.Error("it was assessed before it was")
	}
	s.SignificantChangeOn = "2026-06-01"
	if _, ok := Assessed(all, &s, "lead-scoring", today); ok {
		t.Error("an assessment outlived the design that it judged")
	}
	if f := s.Facts(all, nil, "", "lead-scoring", today); f["system.significance"] != nil {
		t.Error("the law is told a stale judgement")
	}
}

func TestOnlyTheLiterateOperateASystemThatAsksForIt(t *testing.T) {
	s := System{ID: "s", RequireLiteracy: true}
	atts := []Attestation{{User: "usr_1", System: "s", On: "2026-01-01", Until: "2026-12-01"}, {User: "usr_2", System: "other", On: "2026-01-01"}, {User: "usr_3", Role: "marketer", On: "2026-01-01"}}
	for _, c := range []struct {
		user touch.UserID
		role string
		on   Date
		want touch.Verdict
	}{
		{"usr_1", "", today, touch.Allow}, {"usr_1", "", "2026-12-01", touch.Deny}, {"usr_1", "", "2025-12-31", touch.Deny},
		{"usr_2", "", today, touch.Deny}, {"", "", today, touch.Deny}, {"usr_3", "marketer", today, touch.Allow}, {"usr_3", "analyst", today, touch.Deny},
	} {
		if got := CheckLiteracy(&s, atts, c.user, c.role, c.on); got.Verdict != c.want {
			t.Errorf("%s as %q on %s: %s", c.user, c.role, c.on, got.Verdict)
		}
	}
}

func TestAnAssessmentOfTomorrowIsNoneToday(t *testing.T) {
	s := System{ID: "s", DPIAOn: "2026-12-24", FRIAOn: None}
	f := s.Facts(nil, nil, "", "", today)
	if f["system.dpia_on"] != "" || f["system.fria_on"] != "" {
		t.Errorf("got %v", f)
	}
	if _, known := f["system.risk_assessment_on"]; known {
		t.Error("what isn't known was told as none")
	}
}

const file = `
parties: [{id: us, name: Us, kind: enterprise}]
assets:
  - {id: scorer, name: Scorer, kind: tool, owner: us}
  - {id: calls, name: Calls, kind: dataset, owner: us, personal_data: "yes", legal_basis: consent}
edges: [{from: scorer, to: calls, rel: trained_on, share: 1}]
rights:
  - {id: r1, asset: scorer, kind: ownership}
  - {id: r2, asset: calls, kind: licence, licence: other}
systems:
  - id: lead-scorer
    name: Lead scorer
    kind: lead_scoring
    mode: enforced
    state: active
    version: 1
    owner: usr_1
    asset: scorer
    purposes: [lead-scoring]
    channels: [call]
    domain: marketing
    profiling: true
    alternative: {id: human, text: Our staff decides.}
significance:
  - {system: lead-scorer, verdict: none, by: usr_1, name: A. Person, on: 2026-01-01, reason: it ranks interest}
`

func TestARegisterFileIsImportedWholeAndItsGapsBlock(t *testing.T) {
	f, err := ParseFile([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Assets) != 2 || len(f.Systems) != 1 || f.Systems[0].Alternative == nil || len(f.Significance) != 1 || f.Significance[0].On != "2026-01-01" {
		t.Fatalf("got %+v", f)
	}
	if v := graph(t, f.Parts).Check(f.Systems[0].Use("lead-scoring", touch.Call, "DE"), today); v.Verdict != Blocked || !strings.Contains(v.Weakest, "other") {
		t.Errorf("%s: %s", v.Verdict, v.Weakest)
	}
	b, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	back, err := ParseFile(b)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(f, back); d != "" {
		t.Errorf("exported and imported again it differs:\n%s", d)
	}
}

func TestABadRegisterFileGivesOneClearError(t *testing.T) {
	for _, c := range [][3]string{
		{"kind: tool", "kind: robot", "assets[0].kind"},
		{"mode: enforced", "mode: loose", "systems[0].mode"},
		{"kind: lead_scoring", "kind: magic", "systems[0].kind"},
		{"rel: trained_on", "rel: trained_on, weight: 3", "weight"},
		{"verdict: none", "verdict: perhaps", "significance[0].verdict"},
		{"share: 1", "share: 2", "edges[0].share"},
		{"parties: [", "parties: {", "can't be read"},
	} {
		src := strings.Replace(file, c[0], c[1], 1)
		if src == file {
			t.Fatalf("%v changes nothing", c)
		}
		_, err := ParseFile([]byte(src))
		if touch.CodeOf(err) != touch.Invalid || !strings.Contains(err.Error(), c[2]) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v: got %v", c, err)
		}
	}
}
