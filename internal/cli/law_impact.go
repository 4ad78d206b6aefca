package cli

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"fairtouch/internal/app"
	"fairtouch/internal/law"
	"fairtouch/touch"
)

type lawImpactCmd struct {
	From string `required:"" help:"The day whose law is compared from." placeholder:"DATE"`
	To   string `required:"" help:"The day whose law is compared to." placeholder:"DATE"`
}

// lawMove is one decision whose verdict differs.
type lawMove struct {
	Decision touch.DecisionID `json:"decision"`
	System   touch.SystemID   `json:"system"`
	Before   law.Verdict      `json:"before"`
	After    law.Verdict      `json:"after"`
	Rules    []string         `json:"rules"`
}

// lawImpact is what comes out.
type lawImpact struct {
	From      law.Date       `json:"from"`
	To        law.Date       `json:"to"`
	Decisions int            `json:"decisions"`
	Erased    int            `json:"erased"`       // whose facts are gone
	Gone      int            `json:"not_replayed"` // whose system is gone
	Changed   int            `json:"changed"`      // with another verdict
	Asked     int            `json:"asked"`        // with the same verdict, of which other rules ask something
	ByVerdict map[string]int `json:"by_verdict"`
	ByRule    map[string]int `json:"by_rule"` // decisions in which the rule says something else
	Moved     []lawMove      `json:"moved"`
}

// Run replays every decision under the law of both days.
func (c *lawImpactCmd) Run(r *run) error {
	out := lawImpact{ByVerdict: map[string]int{}, ByRule: map[string]int{}, Moved: []lawMove{}}
	var err error
	if out.From, err = civil("from", c.From); err != nil {
		return err
	}
	if out.To, err = civil("to", c.To); err != nil {
		return err
	}
	err = r.within(func(a *app.App, ws touch.Workspace) error {
		rep, err := a.Replayer(r.ctx, ws)
		if err != nil {
			return err
		}
		bar := r.progress("replayed")
		defer bar.done()
		out.Erased, out.Gone, err = rep.All(r.ctx, func(one app.Replay) error {
			bar.add(1)
			out.add(rep.Law().Book(), one)
			return r.ctx.Err()
		})
		return err
	})
	if err != nil {
		return err
	}
	return out.print(r)
}

func (o *lawImpact) add(book *law.Book, one app.Replay) {
	q := one.Question
	q.At, q.LawDate, q.KnownAt = time.Time{}, o.From, time.Now()
	o.Decisions++
	for _, m := range law.Impact([]law.Question{q}, book, book, func(q law.Question) law.Question { q.LawDate = o.To; return q }) {
		for _, rule := range m.Rules {
			o.ByRule[rule]++
		}
		if m.Before == m.After {
			o.Asked++
			continue
		}
		d := &one.Stored.Decision
		o.Changed++
		o.ByVerdict[string(m.Before)+" to "+string(m.After)]++
		o.Moved = append(o.Moved, lawMove{d.ID, d.System, m.Before, m.After, m.Rules})
	}
}

func (o *lawImpact) print(r *run) error {
	if r.opts.JSON {
		return r.print(o)
	}
	fmt.Fprintf(r.Out, "%d decisions replayed from %s to %s: %d verdicts change, of %d more other rules ask something\n", o.Decisions, o.From, o.To, o.Changed, o.Asked)
	if o.Erased+o.Gone > 0 {
		fmt.Fprintf(r.Out, "not replayed: %d of erased persons, %d of systems no longer registered\n", o.Erased, o.Gone)
	}
	counts := func(head string, m map[string]int) {
		keys := make([]string, 0, len(m))
		for k := range m {
			keys = append(keys, k)
		}
		slices.SortFunc(keys, func(a, b string) int { return cmp.Or(m[b]-m[a], cmp.Compare(a, b)) })
		if len(m) == 0 {
			return
		}
		table(r.Out, head+"\tDECISIONS", func(line func(...any)) {
			for _, k := range keys {
				line(k, m[k])
			}
		})
	}
	counts("VERDICT", o.ByVerdict)
	counts("RULE", o.ByRule)
	return nil
}
