package cli

import (
	"fmt"
	"time"

	"fairtouch/internal/app"
	"fairtouch/internal/statement"
	"fairtouch/touch"
)

type registerPolicyCmd struct {
	Lang string `help:"The language." default:"en" placeholder:"LANG"`
}

// Run prints the section on AI of the privacy policy as the register would have
// it now. What is published is out of date: exit status 1, with what changed.
func (c *registerPolicyCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		f, err := a.StatementFacts(r.ctx, ws)
		if err != nil {
			return err
		}
		book, err := statement.Load()
		if err != nil {
			return err
		}
		s, ok := book.Write(&f, time.Now())[c.Lang]
		if !ok {
			return touch.Fielderr("lang", "no sentences in this language; there are %v", book.Languages())
		}
		v, err := a.Statement(r.ctx, ws, 0)
		if err != nil && touch.CodeOf(err) != touch.Unknown {
			return err
		}
		changes := []statement.Change{}
		if v.Number > 0 {
			changes = append(changes, statement.Diff(&v.Facts, &f)...)
		}
		current := v.Number > 0 && v.Describes(&f)
		if r.opts.JSON {
			err = r.print(map[string]any{"published": v.Number, "describes": v.Day, "up_to_date": current, "changes": changes, "missing": f.Missing(), "section": s})
		} else {
			err = c.text(r, s)
		}
		if err == nil && !current {
			err = touch.Errorf(touch.Conflict, "the published section describes other systems than the register (%d changes); publish it in the console", len(changes))
		}
		return err
	})
}

func (c *registerPolicyCmd) text(r *run, s statement.Section) error {
	fmt.Fprintf(r.Out, "%s\n\n%s %s\n", s.Heading, s.Day, s.Lede)
	for _, x := range s.Systems {
		fmt.Fprintf(r.Out, "\n%s\n", x.Name)
		for _, line := range x.Sentences {
			fmt.Fprintf(r.Out, "- %s\n", line)
		}
	}
	fmt.Fprintln(r.Out)
	for _, line := range s.Rights {
		fmt.Fprintln(r.Out, line)
	}
	return nil
}
