package statement

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"fairtouch/internal/register"
	"fairtouch/touch"
)

// Company is who answers.
type Company struct {
	Name      string `json:"name"`
	Address   string `json:"address,omitzero"`
	Contact   string `json:"contact,omitzero"`
	Authority string `json:"authority,omitzero"`
}

// Fact is what the statement says of one system, as it is registered.
type Fact struct {
	ID          touch.SystemID `json:"id"`
	Version     int            `json:"version"`
	Name        string         `json:"name"`
	Purposes    []string       `json:"purposes"`
	Uses        []string       `json:"uses"`
	NotUsed     []string       `json:"not_used,omitzero"`
	Decides     string         `json:"decides"`   // person, program, nothing (it writes or answers), "" unknown
	Profiling   string         `json:"profiling"` // yes, no, "" unknown
	Vendor      string         `json:"vendor,omitzero"`
	Alternative string         `json:"alternative,omitzero"`
}

// Facts are what a statement rests on.
type Facts struct {
	Company Company `json:"company"`
	Systems []Fact  `json:"systems"`
}

// From takes the facts out of the register: active systems that concern people,
// by name. vendors are parties' names by id.
func From(c Company, systems []register.System, vendors map[string]string) Facts {
	out := Facts{Company: c, Systems: []Fact{}}
	for i := range systems {
		s := &systems[i]
		if s.State != "active" || s.NoSubject {
			continue
		}
		f := Fact{ID: s.ID, Version: s.Version, Name: s.Name, Purposes: plain(s.Purposes), Uses: plain(s.DataCategories), NotUsed: plain(s.FeaturesOut), Vendor: s.Vendor}
		if n := vendors[s.Vendor]; n != "" {
			f.Vendor = n
		}
		if s.Kind.Generates() {
			f.Decides = "nothing"
		} else if s.SubstantiallyReplaces != nil {
			f.Decides = map[bool]string{true: "program", false: "person"}[*s.SubstantiallyReplaces]
		}
		if s.Profiling != nil {
			f.Profiling = map[bool]string{true: "yes", false: "no"}[*s.Profiling]
		}
		if s.Alternative != nil {
			f.Alternative = s.Alternative.Text
		}
		out.Systems = append(out.Systems, f)
	}
	slices.SortFunc(out.Systems, func(a, b Fact) int { return strings.Compare(a.Name+"\x00"+string(a.ID), b.Name+"\x00"+string(b.ID)) })
	return out
}

// plain writes the register's names as words: lead-scoring as lead scoring.
func plain(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = strings.NewReplacer("-", " ", "_", " ").Replace(n)
	}
	slices.Sort(out)
	return out
}

// Hash names the facts: SHA-256 of their JSON, in hex.
func (f *Facts) Hash() string { return hashOf(f) }

func hashOf(v any) string {
	b, err := json.Marshal(v) // structs and sorted maps: the same bytes each time
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Missing lists what the register doesn't say, so that the statement can't.
func (f *Facts) Missing() []string {
	var out []string
	for _, s := range f.Systems {
		for what, v := range map[string]string{"who decides": s.Decides, "whether it profiles": s.Profiling, "what people get without AI": s.Alternative, "which data it uses": strings.Join(s.Uses, "")} {
			if v == "" {
				out = append(out, s.Name+": "+what)
			}
		}
	}
	slices.Sort(out)
	return out
}

// Change is one difference between two sets of facts.
type Change struct{ System, What, Was, Now string }

// Diff lists what changed from a to b, by system.
func Diff(a, b *Facts) []Change {
	var out []Change
	add := func(system, what, was, now string) {
		if was != now {
			out = append(out, Change{system, what, was, now})
		}
	}
	add("", "name of the company", a.Company.Name, b.Company.Name)
	add("", "address", a.Company.Address, b.Company.Address)
	add("", "contact", a.Company.Contact, b.Company.Contact)
	add("", "authority", a.Company.Authority, b.Company.Authority)
	for _, was := range a.Systems {
		i := slices.IndexFunc(b.Systems, func(f Fact) bool { return f.ID == was.ID })
		if i < 0 {
			out = append(out, Change{was.Name, "system", "described", "no longer in use"})
			continue
		}
		now := b.Systems[i]
		add(now.Name, "name", was.Name, now.Name)
		add(now.Name, "what for", strings.Join(was.Purposes, ", "), strings.Join(now.Purposes, ", "))
		add(now.Name, "data it uses", strings.Join(was.Uses, ", "), strings.Join(now.Uses, ", "))
		add(now.Name, "data it never gets", strings.Join(was.NotUsed, ", "), strings.Join(now.NotUsed, ", "))
		add(now.Name, "who decides", was.Decides, now.Decides)
		add(now.Name, "profiling", was.Profiling, now.Profiling)
		add(now.Name, "made by", was.Vendor, now.Vendor)
		add(now.Name, "without AI", was.Alternative, now.Alternative)
		add(now.Name, "version in the register", strconv.Itoa(was.Version), strconv.Itoa(now.Version))
	}
	for _, now := range b.Systems {
		if !slices.ContainsFunc(a.Systems, func(f Fact) bool { return f.ID == now.ID }) {
			out = append(out, Change{now.Name, "system", "not described", "in use"})
		}
	}
	return out
}
