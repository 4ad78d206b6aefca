package law

import (
	"strings"
	"testing"
	"time"

	"fairtouch/touch"
)

func shipped(t testing.TB) []*Pack {
	t.Helper()
	packs, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return packs
}

func TestEveryShippedRulePassesItsOwnTestsAndLint(t *testing.T) {
	n := 0
	for _, p := range shipped(t) {
		for _, problem := range Lint(p) {
			t.Error(problem)
		}
		n += len(p.Rules)
	}
	if n < 32 {
		t.Errorf("%d rules are shipped, at least 32 were promised", n)
	}
}

func TestNothingIsShippedAsCertified(t *testing.T) {
	for _, p := range shipped(t) {
		for _, r := range p.Rules {
			if r.Status != "draft" {
				t.Errorf("%s is %s, and nobody has reviewed it", r.ID, r.Status)
			}
		}
	}
}

// good is a smallest pack; tests break it in one place each.
const good = `pack: test
published: 2026-01-01
rules:
  - id: r1
    key: r1
    version: 1
    jurisdiction: EU
    instrument: An act
    citation: Art. 1
    text: Do not.
    roles: [controller]
    ai_kinds: ["*"]
    channels: ["*"]
    when: 'consent.objected'
    effect: deny
    applies:
      - {from: 2025-01-01}
    source: {url: "https://example.org", read_on: 2026-01-01, what: text}
    checked: 2026-01-01
    evidence: primary
    status: draft
    tests:
      - {want: deny, facts: {consent.objected: true}}
      - {want: idle, facts: {consent.objected: false}}
      - {want: gap, facts: {}}
`

func TestBrokenPackGivesOneClearErrorThatNamesTheRule(t *testing.T) {
	cases := []struct{ name, from, to, says string }{
		{"bad yaml", "rules:\n", "rules: [\n", "can't be read"},
		{"unknown key", "    version: 1\n", "    version: 1\n    verison: 2\n", "verison"},
		{"duplicate key", "    version: 1\n", "    version: 1\n    version: 2\n", "version"},
		{"bad CEL", "'consent.objected'", "'consent.objected &&'", "rule r1: the condition"},
		{"unknown fact", "'consent.objected'", "'consent.objectd'", "rule r1: the condition"},
		{"wrong type", "'consent.objected'", "'consent.objected == \"yes\"'", "rule r1: the condition"},
		{"not a yes or no", "'consent.objected'", "'consent.basis'", "rule r1: the condition"},
		{"bad date", "{from: 2025-01-01}", "{from: 2025-02-30}", "2025-02-30"},
		{"empty period", "{from: 2025-01-01}", "{from: 2025-01-01, until: 2025-01-01}", "rule r1: applies[0]"},
		{"date on a person's fact", "{from: 2025-01-01}", "{if: subject.minor, from: 2025-01-01}", "rule r1: applies[0] asks subject.minor"},
		{"unknown effect", "effect: deny", "effect: forbid", "rule r1: effect"},
		{"unbound control", "effect: deny", "effect: require\n    controls: [{id: hope}]", "rule r1: control \"hope\""},
		{"certified on a copy", "evidence: primary\n    status: draft", "evidence: copy\n    status: certified", "rule r1: it is certified"},
		{"no id", "id: r1", "id: ''", "rule number 1 has no id"},
		{"no citation", "citation: Art. 1", "citation: ''", "rule r1: citation is missing"},
		{"too costly", "'consent.objected'", "'" + strings.Repeat("consent.basis + ", 40) + "consent.basis == \"x\"'", "rule r1: the condition"},
	}
	if _, err := Load([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			src := strings.Replace(good, c.from, c.to, 1)
			if src == good {
				t.Fatal("the case changes nothing")
			}
			_, err := Load([]byte(src))
			if touch.CodeOf(err) != touch.Invalid || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("got %v %v, want an invalid pack that says %q", touch.CodeOf(err), err, c.says)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("the error has more than one line: %q", err)
			}
		})
	}
}

func TestChangedPackIsRefusedWhenItsHashWasRecorded(t *testing.T) {
	reg, err := EmbeddedRegistry()
	if err != nil {
		t.Fatal(err)
	}
	p, err := reg.Load([]byte(good))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := reg.LoadExact([]byte("# a comment\n"+good), p.Hash()); err != nil {
		t.Errorf("a comment isn't a change: %v", err)
	}
	for _, edit := range [][2]string{{"Do not.", "Do not!"}, {"2025-01-01", "2025-01-02"}, {"effect: deny", "effect: allow"}, {"evidence: primary", "evidence: copy"}} {
		_, err := reg.LoadExact([]byte(strings.Replace(good, edit[0], edit[1], 1)), p.Hash())
		if touch.CodeOf(err) != touch.Tampered {
			t.Errorf("%v: got %v, want a tampered pack", edit, err)
		}
	}
}

func TestLintFindsWhatWouldMisleadAReader(t *testing.T) {
	second := strings.Replace(strings.SplitAfter(good, "rules:\n")[1], "id: r1", "id: r1-2", 1)
	cases := []struct{ name, src, says string }{
		{"overlap", good + strings.Replace(second, "version: 1", "version: 2", 1), "overlap"},
		{"wrong vector", strings.Replace(good, "want: idle", "want: deny", 1), "wants deny and gets idle"},
		{"no missing-fact vector", strings.Replace(good, "      - {want: gap, facts: {}}\n", "", 1), "missing-fact"},
		{"vector with unknown fact", strings.Replace(good, "facts: {}", "facts: {consent.objectd: true}", 1), "unknown fact"},
		{"certified without hash", strings.Replace(good, "status: draft", "status: certified", 1), "hashed source"},
		{"supersedes nothing", strings.Replace(good, "    version: 1\n", "    version: 2\n    supersedes: [r0]\n", 1), "supersedes r0"},
		{"applies before in force", strings.Replace(good, "    applies:\n", "    in_force: 2026-01-01\n    applies:\n", 1), "before it is in force"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p, err := Load([]byte(c.src))
			if err != nil {
				t.Fatal(err)
			}
			for _, problem := range Lint(p) {
				if strings.Contains(problem.String(), c.says) {
					return
				}
			}
			t.Errorf("lint says %v, not %q", Lint(p), c.says)
		})
	}
}

func TestDiffNamesTheFieldThatChanged(t *testing.T) {
	a, err := Load([]byte(good))
	if err != nil {
		t.Fatal(err)
	}
	b, err := Load([]byte(strings.Replace(good, "2025-01-01", "2026-12-02", 1)))
	if err != nil {
		t.Fatal(err)
	}
	d := Diff(a, b)
	if len(d) != 1 || d[0].Kind != "changed" || len(d[0].Fields) != 1 || d[0].Fields[0] != "applies" {
		t.Fatalf("got %+v", d)
	}
	if len(Diff(a, a)) != 0 {
		t.Error("a pack differs from itself")
	}
}

func TestTwoPacksMayNotClaimOneRule(t *testing.T) {
	a, err := Load([]byte(good))
	if err != nil {
		t.Fatal(err)
	}
	b, err := Load([]byte(strings.Replace(good, "pack: test", "pack: other", 1)))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(0, 0)
	if _, err := NewBook(Activation{a, now, "x"}, Activation{b, now, "x"}); err == nil {
		t.Error("two packs with rule r1 were activated together")
	}
}

func FuzzLoadNeverPanics(f *testing.F) {
	reg, err := EmbeddedRegistry()
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(good))
	f.Add([]byte("pack: x\nrules: [null]\npublished: 2026-01-01"))
	f.Add([]byte("&a [*a]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := reg.Load(data)
		if err == nil {
			Lint(p)
		} else if strings.Contains(err.Error(), "\n") {
			t.Errorf("the error has more than one line: %q", err)
		}
	})
}
