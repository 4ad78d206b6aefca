package cli

import (
	"fmt"
	"strconv"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/app"
	"fairtouch/internal/campaign"
	"fairtouch/touch"
)

type copyCmd struct {
	Check copyCheckCmd `cmd:"" help:"May this text be used? Exit status 1 and the code unapproved_copy where not."`
	Ask   copyAskCmd   `cmd:"" help:"Put a text up for approval, such as one that was changed by hand."`
	List  copyListCmd  `cmd:"" help:"The texts that wait for approval, or those that were answered."`
}

type copyText struct {
	File     string `arg:"" help:"The text as it will be used; - for standard input."`
	System   string `help:"The system that wrote it." placeholder:"ID"`
	Decision string `help:"Or the decision that it came from." placeholder:"ID"`
	Draft    string `help:"Or the draft that it was changed from." placeholder:"ID"`
}

func (c *copyText) question(r *run) (campaign.CopyQuestion, error) {
	b, err := r.read(c.File)
	return campaign.CopyQuestion{System: touch.SystemID(c.System), Decision: touch.DecisionID(c.Decision), Draft: c.Draft, Text: string(b)}, err
}

type copyCheckCmd struct{ copyText }

// Run prints the standing. Words that may not be used are an error.
func (c *copyCheckCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		q, err := c.question(r)
		if err != nil {
			return err
		}
		s, err := a.CopyDesk().Check(r.ctx, access.Principal{Workspace: ws, User: app.LocalOperator}, q)
		switch {
		case err != nil:
			return err
		case !s.MayUse:
			return s.Unapproved()
		}
		return r.standing(s)
	})
}

type copyAskCmd struct{ copyText }

// Run puts a text up; people approve it in the console.
func (c *copyAskCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		q, err := c.question(r)
		if err != nil {
			return err
		}
		s, err := a.CopyDesk().Submit(r.ctx, access.Principal{Workspace: ws, User: app.LocalOperator}, q)
		if err != nil {
			return err
		}
		return r.standing(s)
	})
}

// standing prints where a text stands.
func (r *run) standing(s campaign.CopyStanding) error {
	if r.opts.JSON {
		return r.print(s)
	}
	_, err := fmt.Fprintf(r.Out, "%s: %d of %d people have approved it %s\n", s.State, s.Approved, s.Needs, s.Draft)
	return err
}

type copyListCmd struct {
	Answered bool `help:"Those that were approved or sent back, the newest first."`
}

// Run lists drafts without their words.
func (c *copyListCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		all, err := a.CopyDesk().Drafts(r.ctx, access.Principal{Workspace: ws, User: app.LocalOperator}, c.Answered)
		if err != nil {
			return err
		}
		if r.opts.JSON {
			return r.print(all)
		}
		table(r.Out, "DRAFT\tSYSTEM\tSTATE\tAPPROVED\tFINDINGS\tSINCE", func(line func(...any)) {
			for _, d := range all {
				line(d.Draft, d.System, d.State, strconv.Itoa(d.Approved)+" of "+strconv.Itoa(d.Needs), d.Findings, d.At.UTC().Format(time.DateTime))
			}
		})
		return nil
	})
}
