package disclose

import (
	"strings"
	"testing"
	"time"

	"fairtouch/internal/law"
	"fairtouch/touch"
)

func matrix(t *testing.T) *Matrix {
	t.Helper()
	m, err := LoadMatrix()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func day(s string) time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}

func ids(r Ruling) string {
	var out []string
	for _, x := range r.Rules {
		out = append(out, x.ID)
	}
	return " " + strings.Join(out, " ") + " "
}

func TestACustomerIsToldWhereverTheLawSaysSo(t *testing.T) {
	m := matrix(t)
	if n := len(m.Rules()); n < 20 {
		t.Fatalf("only %d rules", n)
	}
	for _, c := range []struct {
		ch        touch.Channel
		kind      touch.Kind
		place, on string
		want, not string
	}{
		{touch.Chat, touch.Chatbot, "DE", "2026-11-24", "eu-chat eu-timing", "eu-voice us-voice kr-advance"},
		{touch.Chat, touch.Chatbot, "DE", "2026-08-01", "", "eu-chat"},
		{touch.Chat, touch.Chatbot, "ES", "2026-12-28", "es-care eu-chat", ""},
		{touch.Chat, touch.Chatbot, "ES", "2026-12-27", "eu-chat", "es-care"},
		{touch.Chat, touch.Chatbot, "US-CA", "2026-11-24", "ca-bot", "ca-chat ut-asked me-chat"},
		{touch.Chat, touch.Chatbot, "US-CA", "2027-01-01", "ca-bot ca-chat", "me-chat"},
		{touch.Chat, touch.Chatbot, "US", "2027-01-01", "ca-chat ut-asked me-chat", "eu-chat"},
		{touch.Voice, touch.VoiceAgent, "US-UT", "2026-11-24", "us-voice ut-asked", "ca-chat"},
		{touch.Ads, touch.ImageGen, "US-NY", "2026-11-24", "ny-performer", "ca-preserve"},
		{touch.Web, touch.Pricing, "FR", "2026-11-24", "eu-price", "ny-price"},
		{touch.Email, touch.CopyGen, "KR", "2026-11-24", "kr-advance", "kr-label"},
	} {
		got := m.Look(c.ch, c.kind, c.place, day(c.on))
		for _, w := range strings.Fields(c.want) {
			if !strings.Contains(ids(got), " "+w+" ") {
				t.Errorf("%s %s in %s on %s lacks %s:%s", c.ch, c.kind, c.place, c.on, w, ids(got))
			}
		}
		for _, w := range strings.Fields(c.not) {
			if strings.Contains(ids(got), " "+w+" ") {
				t.Errorf("%s %s in %s on %s has %s", c.ch, c.kind, c.place, c.on, w)
			}
		}
		if got.Strict {
			t.Errorf("%+v is known, not strict", c)
		}
	}
}

// What isn't known can only add duties.
func TestTheUnknownIsTheStrictest(t *testing.T) {
	m, on := matrix(t), day("2027-06-01")
	for _, ch := range touch.Channels() {
		for _, k := range touch.Kinds() {
			for _, p := range []string{"DE", "US-CA", "CN", "BR"} {
				known := m.Look(ch, k, p, on)
				for _, wide := range []Ruling{m.Look("", k, p, on), m.Look(ch, "", p, on), m.Look(ch, k, "", on), m.Look("", "", "", on)} {
					if !wide.Strict {
						t.Fatalf("%s %s %s: the unknown isn't said", ch, k, p)
					}
					for _, r := range known.Rules {
						if !strings.Contains(ids(wide), " "+r.ID+" ") {
							t.Fatalf("%s %s %s: %s is lost when less is known", ch, k, p, r.ID)
						}
					}
				}
			}
		}
	}
	if got := m.Look("", "", "", on); len(got.Rules) != len(m.Rules()) || got.Drafts != len(got.Rules) {
		t.Errorf("nothing known asks %d of %d rules, %d drafts", len(got.Rules), len(m.Rules()), got.Drafts)
	}
}

func TestARuleWithoutASourceOrADateDoesNotLoad(t *testing.T) {
	whole := string(matrixFile)
	for _, part := range []string{"    source:", "    from:", "    checked:", "    grade:", "    citation:", "    duty:"} {
		i := strings.Index(whole, part)
		j := i + strings.IndexByte(whole[i:], '\n')
		if _, err := parseMatrix([]byte(whole[:i] + whole[j+1:])); err == nil {
			t.Errorf("a rule without%s loaded", part)
		}
	}
	if _, err := parseMatrix([]byte(strings.Replace(whole, "duty: inform", "duty: infrom", 1))); err == nil {
		t.Error("a misspelt duty loaded")
	}
}

// A rule of the packs that was renamed or removed must not stay cited here.
func TestEveryLawThatIsCitedIsInThePacks(t *testing.T) {
	packs, err := law.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, p := range packs {
		for _, r := range p.Rules {
			have[r.ID] = true
		}
	}
	for _, r := range matrix(t).Rules() {
		if r.Law != "" && !have[r.Law] {
			t.Errorf("%s cites %s, which no pack has", r.ID, r.Law)
		}
	}
}
