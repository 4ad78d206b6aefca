package law

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"slices"

	"cel.dev/cel-go/cel"
	"fairtouch/touch"
)

//go:embed facts.yaml
var factsYAML []byte

//go:embed controls.yaml
var controlsYAML []byte

// Fact is one thing that a rule may ask for.
type Fact struct {
	Name     string   `json:"name" yaml:"name"`              // "system.dpia_on"
	Type     string   `json:"type" yaml:"type"`              // string, bool, date, date_or_none
	Values   []string `json:"values,omitzero" yaml:"values"` // the only values, if listed
	Question string   `json:"question" yaml:"question"`      // in plain words
	Owner    string   `json:"owner" yaml:"owner"`            // the role that can supply or mend it
}

// Control is something that a rule can ask for. Exactly one of Satisfied and
// Stage is set: a condition over facts, or a duty that a later step discharges.
type Control struct {
	ID        string `json:"id" yaml:"id"`
	Title     string `json:"title" yaml:"title"` // what must be so, in plain words
	Owner     string `json:"owner" yaml:"owner"`
	Satisfied string `json:"satisfied,omitzero" yaml:"satisfied"` // CEL
	Stage     string `json:"stage,omitzero" yaml:"stage"`         // explain, disclose, record

	check *expr
}

// Registry is the facts and controls that packs are written against. It is
// immutable once made.
type Registry struct {
	facts    []Fact // sorted by name
	byName   map[string]int
	controls map[string]*Control
	env      *cel.Env
	hash     string
}

// EmbeddedRegistry returns the registry that ships in the binary.
func EmbeddedRegistry() (*Registry, error) { return NewRegistry(factsYAML, controlsYAML) }

// NewRegistry reads a fact registry and a control registry, both YAML.
func NewRegistry(facts, controls []byte) (*Registry, error) {
	r := &Registry{byName: map[string]int{}, controls: map[string]*Control{}}
	if err := decode(facts, &r.facts); err != nil {
		return nil, touch.Wrap(touch.Invalid, err, "the fact registry can't be read: %s", yamlLine(err))
	}
	slices.SortFunc(r.facts, func(a, b Fact) int { return compare(a.Name, b.Name) })
	for i, f := range r.facts {
		if err := f.validate(); err != nil {
			return nil, err
		}
		if _, dup := r.byName[f.Name]; dup {
			return nil, touch.Errorf(touch.Invalid, "fact %s is declared twice", f.Name)
		}
		r.byName[f.Name] = i
	}
	env, err := factEnv(r.facts)
	if err != nil {
		return nil, err
	}
	r.env = env
	return r, r.addControls(controls)
}

func (r *Registry) addControls(data []byte) error {
	var list []*Control
	if err := decode(data, &list); err != nil {
		return touch.Wrap(touch.Invalid, err, "the control registry can't be read: %s", yamlLine(err))
	}
	for _, c := range list {
		if r.controls[c.ID] != nil {
			return touch.Errorf(touch.Invalid, "control %s is declared twice", c.ID)
		}
		if err := r.bind(c); err != nil {
			return err
		}
		r.controls[c.ID] = c
	}
	b, err := json.Marshal(struct {
		Facts    []Fact
		Controls []*Control
	}{r.facts, list})
	if err != nil {
		return touch.Wrap(touch.Internal, err, "the registry can't be hashed")
	}
	sum := sha256.Sum256(b)
	r.hash = hex.EncodeToString(sum[:])
	return nil
}

func (r *Registry) bind(c *Control) error {
	switch {
	case c.ID == "" || c.Title == "" || c.Owner == "":
		return touch.Errorf(touch.Invalid, "control %q needs an id, a title and an owner", c.ID)
	case c.Satisfied == "" && !slices.Contains([]string{"explain", "disclose", "record"}, c.Stage):
		return touch.Errorf(touch.Invalid, "control %s is unbound: give it a condition or a stage explain, disclose or record", c.ID)
	case c.Satisfied != "" && c.Stage != "":
		return touch.Errorf(touch.Invalid, "control %s has both a condition and a stage; one decides", c.ID)
	case c.Satisfied != "":
		e, err := r.compile(c.Satisfied)
		if err != nil {
			return touch.Wrap(touch.Invalid, err, "control %s: %s", c.ID, err.Error())
		}
		c.check = e
	}
	return nil
}

func (f Fact) validate() error {
	if f.Name == "" || f.Question == "" || f.Owner == "" {
		return touch.Errorf(touch.Invalid, "fact %q needs a name, a question and an owner", f.Name)
	}
	if !slices.Contains([]string{"string", "bool", "date", "date_or_none"}, f.Type) {
		return touch.Errorf(touch.Invalid, "fact %s has type %q; use string, bool, date or date_or_none", f.Name, f.Type)
	}
	return nil
}

// holds reports whether v is a value that the fact may have.
func (f Fact) holds(v any) bool {
	switch f.Type {
	case "bool":
		_, ok := v.(bool)
		return ok
	case "date", "date_or_none":
		s, ok := v.(string)
		if !ok || s == "" { // "" says: known to have none
			return ok && f.Type == "date_or_none"
		}
		_, err := ParseDate(s)
		return err == nil
	default:
		s, ok := v.(string)
		return ok && (len(f.Values) == 0 || slices.Contains(f.Values, s))
	}
}

// Facts lists the declared facts by name.
func (r *Registry) Facts() []Fact { return slices.Clone(r.facts) }

// Fact returns a declared fact.
func (r *Registry) Fact(name string) (Fact, bool) {
	i, ok := r.byName[name]
	if !ok {
		return Fact{}, false
	}
	return r.facts[i], true
}

// Controls lists the bound controls by id.
func (r *Registry) Controls() []Control {
	out := make([]Control, 0, len(r.controls))
	for _, c := range r.controls {
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b Control) int { return compare(a.ID, b.ID) })
	return out
}

// Hash is the SHA-256 of the registry's content, in hex. An answer depends on
// it as much as on the packs.
func (r *Registry) Hash() string { return r.hash }
