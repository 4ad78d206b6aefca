package cli

import (
	"fmt"
	"strings"
	"time"

	"fairtouch/internal/law"
	"fairtouch/touch"
)

type lawCmd struct {
	List    lawListCmd    `cmd:"" help:"The rules in force on a day, or the facts that rules ask for."`
	Lint    lawLintCmd    `cmd:"" help:"Check law packs; exit status 1 on a problem."`
	Explain lawExplainCmd `cmd:"" help:"What the law says of a touch or of a decision on record, and why."`
	Diff    lawDiffCmd    `cmd:"" help:"What differs between two packs, or between two days."`
	Impact  lawImpactCmd  `cmd:"" help:"Which decisions on record would end otherwise under the law of another day."`
}

// civil reads a day: 2026-08-02, or an instant whose own civil date counts.
func civil(flag, s string) (law.Date, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return law.DateIn(t), nil
	}
	d, err := law.ParseDate(s)
	if err != nil {
		return 0, touch.Fielderr(flag, "must be a day such as 2026-08-02")
	}
	return d, nil
}

// instant reads a moment of knowledge; a day stands for its last moment, UTC.
func instant(flag, s string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return t, touch.Fielderr(flag, "must be a day such as 2026-08-02, or an instant such as 2026-08-02T10:00:00Z")
	}
	return t.AddDate(0, 0, 1).Add(-time.Nanosecond), nil
}

// today is the civil date here.
func today() law.Date { return law.DateIn(time.Now()) }

// knownPacks are the embedded packs that were published by then; "" is all.
func knownPacks(knownAt string) ([]*law.Pack, error) {
	packs, err := law.Embedded()
	if err != nil || knownAt == "" {
		return packs, err
	}
	at, err := instant("known-at", knownAt)
	if err != nil {
		return nil, err
	}
	var out []*law.Pack
	for _, p := range packs {
		if p.Published <= law.DateIn(at.UTC()) {
			out = append(out, p)
		}
	}
	return out, nil
}

// inForce returns the first period of a rule that holds on that day. A rule
// that is only watched, or was withdrawn, is in force on none.
func inForce(r *law.Rule, on law.Date) (law.Period, bool) {
	for _, p := range r.Applies {
		if p.From != 0 && on >= p.From && (p.Until == 0 || on < p.Until) && r.Effect != law.EffectWatch && r.Status != "withdrawn" {
			return p, true
		}
	}
	return law.Period{}, false
}

// inPlace reports whether a rule belongs to a place or a part of it; "" is all.
func inPlace(r *law.Rule, place string) bool {
	j, place := strings.ToUpper(r.Jurisdiction), strings.ToUpper(place)
	return place == "" || j == place || strings.HasPrefix(j, place+"-")
}

type lawListCmd struct {
	AsOf         string `help:"The day whose law is asked (default: today)." placeholder:"DATE"`
	KnownAt      string `help:"Only packs that were published by then." placeholder:"DATE"`
	Jurisdiction string `help:"Only this place and its parts: EU, DE, US-CA." placeholder:"X"`
	Facts        bool   `help:"List the facts that rules may ask for instead."`
}

// lawRow is one rule of the list.
type lawRow struct {
	ID           string     `json:"id"`
	Jurisdiction string     `json:"jurisdiction"`
	Citation     string     `json:"citation"`
	Effect       law.Effect `json:"effect"`
	From         law.Date   `json:"applies_from"`
	Until        law.Date   `json:"applies_until,omitzero"`
	If           string     `json:"applies_if,omitzero"`
	Grade        string     `json:"evidence"`
	Status       string     `json:"status"`
	Text         string     `json:"text"`
}

// Run lists rules or facts; it needs no data directory.
func (c *lawListCmd) Run(r *run) error {
	if c.Facts {
		return listFacts(r)
	}
	on := today()
	if c.AsOf != "" {
		var err error
		if on, err = civil("as-of", c.AsOf); err != nil {
			return err
		}
	}
	packs, err := knownPacks(c.KnownAt)
	if err != nil {
		return err
	}
	rows := []lawRow{}
	for _, p := range packs {
		for _, rule := range p.Rules {
			if per, ok := inForce(rule, on); ok && inPlace(rule, c.Jurisdiction) {
				rows = append(rows, lawRow{rule.ID, rule.Jurisdiction, rule.Instrument + ", " + rule.Citation, rule.Effect,
					per.From, per.Until, per.If, rule.Grade, rule.Status, rule.Text})
			}
		}
	}
	if r.opts.JSON {
		return r.print(rows)
	}
	table(r.Out, "RULE\tPLACE\tEFFECT\tAPPLIES FROM\tEVIDENCE\tSTATUS\tCITATION", func(line func(...any)) {
		for _, x := range rows {
			line(x.ID, x.Jurisdiction, x.Effect, x.From, x.Grade, x.Status, x.Citation)
		}
	})
	fmt.Fprintf(r.Err, "%d rules in force on %s\n", len(rows), on)
	return nil
}

func listFacts(r *run) error {
	reg, err := law.EmbeddedRegistry()
	if err != nil {
		return err
	}
	if r.opts.JSON {
		return r.print(reg.Facts())
	}
	table(r.Out, "FACT\tTYPE\tOWNER\tQUESTION", func(line func(...any)) {
		for _, f := range reg.Facts() {
			typ := f.Type
			if len(f.Values) > 0 {
				typ = strings.Join(f.Values, "|")
			}
			line(f.Name, typ, f.Owner, f.Question)
		}
	})
	return nil
}

type lawLintCmd struct {
	Files []string `arg:"" optional:"" help:"Law packs (YAML); none: those of the program." placeholder:"FILE"`
}

// Run lints packs: a line a problem.
func (c *lawLintCmd) Run(r *run) error {
	packs, problems, err := c.load(r)
	if err != nil {
		return err
	}
	rules := 0
	for _, p := range packs {
		rules += len(p.Rules)
		problems = append(problems, law.Lint(p)...)
	}
	if r.opts.JSON {
		if problems == nil {
			problems = []law.Problem{}
		}
		if err := r.print(problems); err != nil {
			return err
		}
	} else {
		for _, p := range problems {
			fmt.Fprintln(r.Out, p)
		}
	}
	fmt.Fprintf(r.Err, "%d packs, %d rules, %d problems\n", len(packs), rules, len(problems))
	if len(problems) > 0 {
		return exitStatus(1)
	}
	return nil
}

func (c *lawLintCmd) load(r *run) (packs []*law.Pack, problems []law.Problem, err error) {
	if len(c.Files) == 0 {
		packs, err = law.Embedded()
		return packs, nil, err
	}
	for _, f := range c.Files {
		b, err := r.read(f)
		if err != nil {
			return nil, nil, err
		}
		p, err := law.Load(b)
		if err != nil {
			problems = append(problems, law.Problem{Pack: f, Message: oneLine(touch.AsError(err).Error())})
			continue
		}
		packs = append(packs, p)
	}
	return packs, problems, nil
}
