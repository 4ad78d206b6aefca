package statement

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"fairtouch/internal/register"
	"fairtouch/touch"
)

var day = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

func systems() []register.System {
	yes, no := true, false
	return []register.System{
		{ID: "a", Version: 1, Name: "Scorer", State: "active", Purposes: []string{"lead-scoring"}, DataCategories: []string{"profile", "contact_history"}, FeaturesOut: []string{"age"},
			SubstantiallyReplaces: &no, Profiling: &yes, Vendor: "acme", Alternative: &touch.Alternative{ID: "n", Text: "The newsletter"}},
		{ID: "b", Version: 1, Name: "Old", State: "retired"}, {ID: "c", Version: 1, Name: "Machine room", State: "active", NoSubject: true}}
}

func book(t *testing.T) *Book {
	t.Helper()
	b, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEveryLanguageSaysTheSame(t *testing.T) {
	b := book(t)
	if len(b.Languages()) < 30 {
		t.Fatalf("only %v", b.Languages())
	}
	f := From(Company{Name: "Bank", Contact: "mailto:dpo@bank.example", Authority: "https://dpa.example"}, systems(), map[string]string{"acme": "Acme Ltd"})
	for l, s := range b.Write(&f, day) {
		text := s.Lede + strings.Join(s.Systems[0].Sentences, "\n") + strings.Join(s.Rights, "\n") + s.Day
		for _, must := range []string{"lead scoring", "contact history, profile", "age", "Acme Ltd", "The newsletter", "dpo@bank.example", "https://dpa.example", "2026-11-24", "1"} {
			if !strings.Contains(text, must) {
				t.Errorf("%s doesn't say %q", l, must)
			}
		}
		if len(s.Systems) != 1 || len(s.Systems[0].Sentences) != 7 || len(s.Rights) != 5 || strings.ContainsAny(text, "{}") {
			t.Errorf("%s: %+v", l, s)
		}
		if s.Reviewed != (l == "en") || s.Reviewed == (s.Note != "") {
			t.Errorf("%s claims a review that nobody made", l)
		}
	}
}

func TestWhatTheRegisterDoesNotSayIsNotSaid(t *testing.T) {
	f := From(Company{Name: "Bank"}, []register.System{{ID: "x", Version: 1, Name: "X", State: "active", Purposes: []string{"p"}}}, nil)
	s := book(t).Write(&f, day)["en"]
	if len(s.Systems[0].Sentences) != 1 || len(f.Missing()) != 4 {
		t.Fatalf("%+v, missing %v", s.Systems[0], f.Missing())
	}
	none := From(Company{}, nil, nil)
	if s := book(t).Write(&none, day)["en"]; s.Lede != "We use no AI systems that concern you." {
		t.Fatal(s.Lede)
	}
}

func TestItIsOutOfDateTheMomentASystemChanges(t *testing.T) {
	b := book(t)
	before := From(Company{Name: "Bank"}, systems(), nil)
	v := b.Make(before, "u", day)
	if !v.Describes(&before) || !v.Genuine() {
		t.Fatal("out of date at once")
	}
	changes := map[string]func(s []register.System) []register.System{
		"data":     func(s []register.System) []register.System { s[0].DataCategories = []string{"profile"}; return s },
		"purpose":  func(s []register.System) []register.System { s[0].Purposes = append(s[0].Purposes, "x"); return s },
		"retired":  func(s []register.System) []register.System { s[0].State = "retired"; return s },
		"begun":    func(s []register.System) []register.System { s[1].State = "active"; return s },
		"decides":  func(s []register.System) []register.System { s[0].SubstantiallyReplaces = nil; return s },
		"anything": func(s []register.System) []register.System { s[0].Version++; return s },
	}
	for name, change := range changes {
		now := From(Company{Name: "Bank"}, change(systems()), nil)
		if v.Describes(&now) {
			t.Errorf("%s changed, and the statement claims to be up to date", name)
		}
		if d := Diff(&before, &now); len(d) == 0 {
			t.Errorf("%s changed, and no difference is shown", name)
		}
	}
	if d := Diff(&before, &before); len(d) != 0 {
		t.Errorf("a difference to itself: %+v", d)
	}
	now := From(Company{Name: "Other bank"}, systems(), nil)
	if d := Diff(&before, &now); len(d) != 1 || d[0].Was != "Bank" {
		t.Errorf("%+v", d)
	}
}

// A version is named by its content: the same facts and day give the same name,
// any other text another one, also after it was stored.
func TestAVersionIsNamedByItsContent(t *testing.T) {
	b := book(t)
	f := From(Company{Name: "Bank"}, systems(), nil)
	one, two := b.Make(f, "u", day), b.Make(f, "somebody else", day.Add(time.Hour))
	if one.Hash != two.Hash {
		t.Error("the same content has two names")
	}
	raw, err := json.Marshal(one)
	if err != nil {
		t.Fatal(err)
	}
	var back Version
	if err := json.Unmarshal(raw, &back); err != nil || !back.Genuine() {
		t.Fatalf("read back it is another one: %v", err)
	}
	s := back.Sections["de"]
	s.Lede += "."
	back.Sections["de"] = s
	if back.Genuine() {
		t.Error("a changed text keeps the name")
	}
}
