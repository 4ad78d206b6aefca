package cli

import (
	"cmp"
	"slices"
	"strings"

	"fairtouch/internal/law"
	"fairtouch/touch"
)

type lawDiffCmd struct {
	A string `arg:"" help:"A law pack (YAML), or a day."`
	B string `arg:"" help:"Another one."`
}

// Run compares two packs, or the embedded law on two days.
func (c *lawDiffCmd) Run(r *run) error {
	changes, words, err := c.changes(r)
	if err != nil {
		return err
	}
	if r.opts.JSON {
		if changes == nil {
			changes = []law.Change{}
		}
		return r.print(changes)
	}
	table(r.Out, "CHANGE\tRULE\tPLACE\tWHAT", func(line func(...any)) {
		for _, ch := range changes {
			rule := cmp.Or(ch.After, ch.Before)
			what := strings.Join(ch.Fields, ", ")
			if what == "" {
				what = rule.Text
			}
			line(words[ch.Kind], ch.Rule, rule.Jurisdiction, what)
		}
	})
	return nil
}

func (c *lawDiffCmd) changes(r *run) ([]law.Change, map[string]string, error) {
	words := map[string]string{"added": "added", "removed": "removed", "changed": "changed"}
	a, errA := law.ParseDate(c.A)
	b, errB := law.ParseDate(c.B)
	if (errA == nil) != (errB == nil) {
		return nil, nil, touch.Errorf(touch.Invalid, "give two law packs, or two days; not one of each")
	}
	if errA == nil {
		words["added"], words["removed"] = "begins", "ends"
		ch, err := between(a, b)
		return ch, words, err
	}
	before, err := loadPack(r, c.A)
	if err != nil {
		return nil, nil, err
	}
	after, err := loadPack(r, c.B)
	if err != nil {
		return nil, nil, err
	}
	return law.Diff(before, after), words, nil
}

func loadPack(r *run, path string) (*law.Pack, error) {
	b, err := r.read(path)
	if err != nil {
		return nil, err
	}
	return law.Load(b)
}

// between lists rules that begin or end from one day to another. A rule that
// passes from one version to the next under its key is a change.
func between(a, b law.Date) ([]law.Change, error) {
	before, err := bindingOn(a)
	if err != nil {
		return nil, err
	}
	after, err := bindingOn(b)
	if err != nil {
		return nil, err
	}
	var out []law.Change
	for id, rule := range after {
		if before[id] == nil {
			out = append(out, law.Change{Rule: id, Kind: "added", After: rule})
		}
	}
	for id, rule := range before {
		if after[id] == nil {
			out = append(out, law.Change{Rule: id, Kind: "removed", Before: rule})
		}
	}
	out = pairVersions(out)
	slices.SortFunc(out, func(x, y law.Change) int { return cmp.Compare(x.Rule, y.Rule) })
	return out, nil
}

func bindingOn(d law.Date) (map[string]*law.Rule, error) {
	packs, err := law.Embedded()
	out := map[string]*law.Rule{}
	for _, p := range packs {
		for _, r := range p.Rules {
			if _, ok := inForce(r, d); ok {
				out[r.ID] = r
			}
		}
	}
	return out, err
}

// pairVersions joins the end of one version and the beginning of the next into
// one change, with the fields that differ.
func pairVersions(in []law.Change) []law.Change {
	ended := map[string]*law.Rule{}
	for _, c := range in {
		if c.Kind == "removed" {
			ended[c.Before.Key] = c.Before
		}
	}
	var out []law.Change
	joined := map[string]bool{}
	for _, c := range in {
		if c.Kind != "added" || ended[c.After.Key] == nil {
			continue
		}
		old := *ended[c.After.Key]
		joined[c.After.Key] = true
		now := *c.After
		now.ID = old.ID // so that one diff compares them
		for _, d := range law.DiffRules([]*law.Rule{&old}, []*law.Rule{&now}) {
			out = append(out, law.Change{Rule: c.Rule, Kind: "changed", Fields: d.Fields, Before: ended[c.After.Key], After: c.After})
		}
	}
	for _, c := range in {
		if !joined[cmp.Or(c.After, c.Before).Key] {
			out = append(out, c)
		}
	}
	return out
}
