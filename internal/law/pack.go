package law

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"fairtouch/touch"
)

// maxPack bounds a pack file in bytes; the embedded ones are far smaller.
const maxPack = 4 << 20

// Effect is what a rule does when its condition holds.
type Effect string

// The effects. Watch rules are listed and never fire.
const (
	EffectAllow   Effect = "allow"
	EffectPermit  Effect = "permit_if" // satisfies the prohibitions that it names in `lifts`
	EffectRequire Effect = "require"   // asks for its controls
	EffectDeny    Effect = "deny"
	EffectWatch   Effect = "watch"
)

// Source says where a rule's wording was read, and when.
type Source struct {
	URL    string `json:"url" yaml:"url"`
	ReadOn Date   `json:"read_on" yaml:"read_on"`
	What   string `json:"what" yaml:"what"`
	SHA256 string `json:"sha256,omitzero" yaml:"sha256"` // of the text that was read, where known
}

// Use of a control by a rule.
type Use struct {
	ID     string            `json:"id" yaml:"id"`
	Params map[string]string `json:"params,omitzero" yaml:"params"`
}

// Vector is a rule's own test: these facts on that day give this outcome.
// Want is deny, require (a duty stays open), satisfied, idle or gap.
type Vector struct {
	Name  string         `json:"name" yaml:"name"`
	On    Date           `json:"on,omitzero" yaml:"on"` // zero: the rule's first day
	Facts map[string]any `json:"facts,omitzero" yaml:"facts"`
	Want  string         `json:"want" yaml:"want"`
}

// Rule is one dated version of one duty, prohibition or permission.
type Rule struct {
	ID           string   `json:"id" yaml:"id"`
	Key          string   `json:"key" yaml:"key"` // shared by the versions of one rule
	Version      int      `json:"version" yaml:"version"`
	Jurisdiction string   `json:"jurisdiction" yaml:"jurisdiction"`
	Instrument   string   `json:"instrument" yaml:"instrument"`
	Citation     string   `json:"citation" yaml:"citation"`
	Text         string   `json:"text" yaml:"text"` // the obligation in our words, one sentence
	Note         string   `json:"note,omitzero" yaml:"note"`
	Roles        []string `json:"roles" yaml:"roles"`
	Kinds        []string `json:"ai_kinds" yaml:"ai_kinds"` // touch.Kind or "*"
	Channels     []string `json:"channels" yaml:"channels"` // touch.Channel or "*"
	When         string   `json:"when,omitzero" yaml:"when"`
	Effect       Effect   `json:"effect" yaml:"effect"`
	Lifts        []string `json:"lifts,omitzero" yaml:"lifts"` // keys of denies that a permit_if satisfies
	Controls     []Use    `json:"controls,omitzero" yaml:"controls"`
	TextIDs      []string `json:"text_ids,omitzero" yaml:"text_ids"`
	InForce      Date     `json:"in_force,omitzero" yaml:"in_force"`
	Applies      []Period `json:"applies" yaml:"applies"`
	Supersedes   []string `json:"supersedes,omitzero" yaml:"supersedes"`
	Source       Source   `json:"source" yaml:"source"`
	Checked      Date     `json:"checked" yaml:"checked"`
	Grade        string   `json:"evidence" yaml:"evidence"` // primary, copy, regulator, secondary, unverified
	Status       string   `json:"status" yaml:"status"`     // draft, reviewed, certified, withdrawn
	Reviewer     string   `json:"reviewer,omitzero" yaml:"reviewer"`
	ReviewedOn   Date     `json:"reviewed_on,omitzero" yaml:"reviewed_on"`
	Tests        []Vector `json:"tests,omitzero" yaml:"tests"`

	when    *expr
	applies []*expr // one per Applies entry
	reads   []string
}

// Pack is a file of rules. Its hash names it; a pack that was loaded never changes.
type Pack struct {
	ID        string  `json:"pack" yaml:"pack"`
	Title     string  `json:"title" yaml:"title"`
	Published Date    `json:"published" yaml:"published"`
	Rules     []*Rule `json:"rules" yaml:"rules"`

	hash string
	reg  *Registry
}

// Hash is the SHA-256, in hex, of the pack's canonical JSON: comments, order of
// keys and line ends don't count, everything else does.
func (p *Pack) Hash() string { return p.hash }

// Rule returns the rule of that id, or nil.
func (p *Pack) Rule(id string) *Rule {
	for _, r := range p.Rules {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// Load reads a pack written against the embedded registry.
func Load(data []byte) (*Pack, error) {
	reg, err := EmbeddedRegistry()
	if err != nil {
		return nil, err
	}
	return reg.Load(data)
}

// Load reads a YAML pack, type-checks and plans its conditions. Every failure is
// one Invalid error that names the rule at fault.
func (r *Registry) Load(data []byte) (*Pack, error) {
	if len(data) > maxPack {
		return nil, touch.Errorf(touch.TooLarge, "a law pack may have %d bytes; this one has %d", maxPack, len(data))
	}
	p := &Pack{reg: r}
	if err := decode(data, p); err != nil {
		return nil, touch.Wrap(touch.Invalid, err, "the law pack can't be read: %s", yamlLine(err))
	}
	if p.ID == "" || p.Published == 0 || len(p.Rules) == 0 {
		return nil, touch.Errorf(touch.Invalid, "a law pack needs `pack`, `published` and at least one rule")
	}
	if !plainID(p.ID) {
		return nil, touch.Errorf(touch.Invalid, "a law pack's id may have letters, digits and . - _ only")
	}
	seen := map[string]bool{}
	for i, rule := range p.Rules {
		if rule == nil || rule.ID == "" {
			return nil, touch.Errorf(touch.Invalid, "law pack %s: rule number %d has no id", p.ID, i+1)
		}
		if !plainID(rule.ID) {
			return nil, touch.Errorf(touch.Invalid, "law pack %s: rule number %d: an id may have letters, digits and . - _ only", p.ID, i+1)
		}
		if seen[rule.ID] {
			return nil, touch.Errorf(touch.Invalid, "law pack %s: rule %s appears twice", p.ID, rule.ID)
		}
		seen[rule.ID] = true
		if err := rule.prepare(r); err != nil {
			return nil, touch.Wrap(touch.Invalid, err, "law pack %s: rule %s: %s", p.ID, rule.ID, err.Error())
		}
	}
	b, err := json.Marshal(p)
	if err != nil {
		return nil, touch.Wrap(touch.Invalid, err, "law pack %s can't be put into canonical form", p.ID)
	}
	sum := sha256.Sum256(b)
	p.hash = hex.EncodeToString(sum[:])
	return p, nil
}

// LoadExact loads a pack and refuses with code Tampered unless its content hash
// is the one expected, as when a pack is read back from storage.
func (r *Registry) LoadExact(data []byte, hash string) (*Pack, error) {
	p, err := r.Load(data)
	if err != nil {
		return nil, err
	}
	if p.hash != hash {
		return nil, touch.Errorf(touch.Tampered, "law pack %s has changed: its hash is %s, %s was recorded", p.ID, p.hash, hash)
	}
	return p, nil
}

// plainID keeps ids fit for a line of text: 1 to 80 letters, digits, ".", "-", "_".
func plainID(s string) bool {
	for _, c := range s {
		if c != '.' && c != '-' && c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return len(s) > 0 && len(s) <= 80
}

func (rule *Rule) prepare(reg *Registry) (err error) {
	if err := rule.validate(reg); err != nil {
		return err
	}
	if rule.when, err = reg.compile(rule.When); err != nil {
		return err
	}
	rule.reads = slices.Clone(rule.when.facts)
	for i, p := range rule.Applies {
		e, err := reg.compile(p.If)
		if err != nil {
			return touch.Errorf(touch.Invalid, "applies[%d]: %s", i, err.Error())
		}
		for _, f := range e.facts {
			if !strings.HasPrefix(f, "system.") {
				return touch.Errorf(touch.Invalid, "applies[%d] asks %s; dates may depend on system facts only", i, f)
			}
		}
		rule.applies = append(rule.applies, e)
		rule.reads = append(rule.reads, e.facts...)
	}
	for _, u := range rule.Controls {
		if c := reg.controls[u.ID]; c.check != nil {
			rule.reads = append(rule.reads, c.check.facts...)
		}
	}
	slices.Sort(rule.reads)
	rule.reads = slices.Compact(rule.reads)
	return nil
}

var grades = [...]string{"primary", "copy", "regulator", "secondary", "unverified"}
var statuses = [...]string{"draft", "reviewed", "certified", "withdrawn"}

func (rule *Rule) validate(reg *Registry) error {
	need := [...]struct{ name, value string }{
		{"key", rule.Key}, {"jurisdiction", rule.Jurisdiction}, {"instrument", rule.Instrument},
		{"citation", rule.Citation}, {"text", rule.Text},
	}
	for _, n := range need {
		if n.value == "" {
			return touch.Errorf(touch.Invalid, "%s is missing", n.name)
		}
	}
	switch {
	case len(rule.Kinds) == 0 || len(rule.Channels) == 0:
		return touch.Errorf(touch.Invalid, "ai_kinds and channels must each name something, or \"*\"")
	case !slices.Contains(grades[:], rule.Grade):
		return touch.Errorf(touch.Invalid, "evidence %q is not a grade; use one of %s", rule.Grade, strings.Join(grades[:], ", "))
	case !slices.Contains(statuses[:], rule.Status):
		return touch.Errorf(touch.Invalid, "status %q is unknown; use one of %s", rule.Status, strings.Join(statuses[:], ", "))
	case rule.Status == "certified" && rule.Grade != "primary":
		return touch.Errorf(touch.Invalid, "it is certified on %s evidence; only primary evidence may certify", rule.Grade)
	case len(rule.Applies) == 0 && rule.Effect != EffectWatch:
		return touch.Errorf(touch.Invalid, "applies is missing: say from when it binds")
	}
	return rule.validateEffect(reg)
}

func (rule *Rule) validateEffect(reg *Registry) error {
	switch rule.Effect {
	case EffectAllow, EffectDeny, EffectWatch:
		if len(rule.Controls) > 0 {
			return touch.Errorf(touch.Invalid, "effect %s takes no controls; only require does", rule.Effect)
		}
	case EffectPermit:
		if len(rule.Lifts) == 0 {
			return touch.Errorf(touch.Invalid, "a permit_if must name the prohibition that it satisfies in lifts")
		}
	case EffectRequire:
		if len(rule.Controls) == 0 {
			return touch.Errorf(touch.Invalid, "a require must name its controls")
		}
	default:
		return touch.Errorf(touch.Invalid, "effect %q is unknown; use allow, permit_if, require, deny or watch", rule.Effect)
	}
	if len(rule.Lifts) > 0 && rule.Effect != EffectPermit {
		return touch.Errorf(touch.Invalid, "only a permit_if may lift a prohibition")
	}
	for _, u := range rule.Controls {
		if reg.controls[u.ID] == nil {
			return touch.Errorf(touch.Invalid, "control %q is bound to nothing, so the rule can't be shipped", u.ID)
		}
	}
	for i, p := range rule.Applies {
		if p.From == 0 || (p.Until != 0 && p.Until <= p.From) {
			return touch.Errorf(touch.Invalid, "applies[%d] needs a from that lies before its until", i)
		}
	}
	return nil
}
