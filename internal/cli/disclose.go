package cli

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/app"
	"fairtouch/internal/disclose"
	"fairtouch/internal/disclose/feed"
	"fairtouch/internal/disclose/marks"
	"fairtouch/touch"
)

type discloseCmd struct {
	Mark         discloseMarkCmd         `cmd:"" help:"Write into an image that a machine made it: IPTC and signed content credentials (C2PA)."`
	Read         discloseReadCmd         `cmd:"" help:"What an image says of itself, and whether it holds."`
	Lint         discloseLintCmd         `cmd:"" help:"A product feed: does it say which texts AI made, as merchants' platforms ask?"`
	Render       discloseRenderCmd       `cmd:"" help:"Put a decision's label into its content, as its channel shows it."`
	Find         discloseFindCmd         `cmd:"" help:"Recognise an output of AI by its fingerprint, marks or no marks, and name its receipt."`
	Certificates discloseCertificatesCmd `cmd:"" help:"The certificates that content credentials are signed with, as PEM, for whoever shall trust them."`
}

type discloseCertificatesCmd struct{}

// Run prints the chain, the signer's own certificate first. No key is shown.
func (c *discloseCertificatesCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		b, err := a.Outputs().Certificates(r.ctx, access.Principal{Workspace: ws, User: app.LocalOperator})
		if err != nil {
			return err
		}
		_, err = r.Out.Write(b)
		return err
	})
}

type discloseMarkCmd struct {
	File      string `arg:"" help:"JPEG, PNG, WebP or SVG; - is standard input."`
	Out       string `short:"o" required:"" help:"The marked image; - is standard output." placeholder:"FILE"`
	Composite bool   `help:"A part of the image is generated, not the whole."`
	Decision  string `help:"The decision that the image rests on." placeholder:"ID"`
}

// Run marks. What was there stays: pixels, metadata, credentials.
func (c *discloseMarkCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		b, err := r.read(c.File)
		if err != nil {
			return err
		}
		spec := disclose.OutputSpec{Source: marks.Generated, Decision: touch.DecisionID(c.Decision)}
		if c.Composite {
			spec.Source = marks.Composite
		}
		got, err := a.Outputs().MarkImage(r.ctx, access.Principal{Workspace: ws, User: app.LocalOperator}, b, spec)
		if err != nil {
			return err
		}
		w, err := r.create(c.Out)
		if err != nil {
			return err
		}
		if _, err := w.Write(got.Image); err != nil {
			return touch.Wrap(touch.Unavailable, err, "%s can't be written", c.Out)
		}
		if err := w.Close(); err != nil || c.Out == "-" {
			return touch.Wrap(touch.Unavailable, err, "%s can't be written", c.Out)
		}
		if r.opts.JSON {
			return r.print(map[string]any{"known": got.Known, "claims": got.Said.Claims, "media": got.Said.Format})
		}
		fmt.Fprintf(r.Out, "%s: marked as %s, signed by %s\n", c.Out, shortSource(string(got.Said.XMP)), got.Said.Claims[0].Signer)
		fmt.Fprintf(r.Out, "receipt %s, fingerprint %s\n", got.Known.Receipt, got.Known.ID)
		return nil
	})
}

type discloseReadCmd struct {
	File string `arg:"" help:"JPEG, PNG, WebP or SVG; - is standard input."`
}

// Run reads. It exits with 1 where content credentials are there and don't hold.
func (c *discloseReadCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		b, err := r.read(c.File)
		if err != nil {
			return err
		}
		said, known, err := a.Outputs().RecogniseImage(r.ctx, access.Principal{Workspace: ws, User: app.LocalOperator}, b)
		if err != nil {
			return err
		}
		if r.opts.JSON {
			err = r.print(map[string]any{"media": said.Format, "xmp": said.XMP, "claims": said.Claims, "known": known})
		} else {
			r.said(said)
			r.known(known)
		}
		if err == nil && len(said.Claims) > 0 && !said.Claims[0].Holds {
			return exitStatus(1)
		}
		return err
	})
}

// said prints what an image says, in words.
func (r *run) said(s marks.Said) {
	if s.XMP == "" && len(s.Claims) == 0 {
		fmt.Fprintln(r.Out, "The image says nothing of how it was made. That proves nothing: marks can be stripped.")
	}
	if s.XMP != "" {
		fmt.Fprintf(r.Out, "IPTC digital source type: %s\n", shortSource(string(s.XMP)))
	}
	for i, c := range s.Claims {
		what, holds := "Content credentials", "holds"
		if i > 0 {
			what = "  grew from"
		}
		if !c.Holds {
			holds = "DOES NOT HOLD"
		}
		trust := "its signer is not one that is trusted here"
		if c.Trusted {
			trust = "its signer is trusted"
		}
		fmt.Fprintf(r.Out, "%s: %s; %s by %s; %s, %s\n", what, shortSource(c.Source), strings.Join(c.Actions, ", "), c.Signer, holds, trust)
		for _, p := range c.Problems {
			fmt.Fprintf(r.Out, "    %s\n", p)
		}
	}
}

func (r *run) known(ks []disclose.Known) {
	for _, k := range ks {
		how := map[string]string{"exact": "the same bytes", "form": "the same text", "picture": fmt.Sprintf("a similar picture, %d of 64 bits differ", k.Distance)}[k.How]
		fmt.Fprintf(r.Out, "Known here: %s; receipt %s of %s\n", how, k.Receipt, k.At.Format(time.RFC3339))
	}
}

// shortSource is the last part of a digital source type.
func shortSource(s string) string {
	if s == "" {
		return "no source type"
	}
	return s[strings.LastIndexByte(s, '/')+1:]
}

type discloseFindCmd struct {
	File string `arg:"" help:"An image, or a text with --text; - is standard input."`
	Text bool   `help:"The file is a text."`
}

// Run recognises. It exits with 1 where nothing is known.
func (c *discloseFindCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		b, err := r.read(c.File)
		if err != nil {
			return err
		}
		p := access.Principal{Workspace: ws, User: app.LocalOperator}
		var known []disclose.Known
		if c.Text {
			known, err = a.Outputs().RecogniseText(r.ctx, p, string(b))
		} else {
			_, known, err = a.Outputs().RecogniseImage(r.ctx, p, b)
		}
		if err != nil {
			return err
		}
		if r.opts.JSON {
			err = r.print(map[string]any{"known": known})
		} else {
			r.known(known)
		}
		if err == nil && len(known) == 0 {
			if !r.opts.JSON {
				fmt.Fprintln(r.Out, "Nothing like it was marked or registered in this workspace.")
			}
			return exitStatus(1)
		}
		return err
	})
}

type discloseLintCmd struct {
	Feed  string `arg:"" help:"XML (RSS, Atom), TSV or CSV; - is standard input."`
	Rules bool   `help:"List the rules with their sources, too."`
}

// Run checks a feed. It exits with 1 where something was found.
func (c *discloseLintCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		b, err := r.read(c.Feed)
		if err != nil {
			return err
		}
		report, err := a.Outputs().LintFeed(r.ctx, access.Principal{Workspace: ws, User: app.LocalOperator}, bytes.NewReader(b))
		if err != nil {
			return err
		}
		if r.opts.JSON {
			err = r.print(map[string]any{"items": report.Items, "declared": report.Declared, "findings": report.Findings, "rules": feed.Rules()})
		} else {
			r.linted(report, c.Rules)
		}
		if err == nil && len(report.Findings) > 0 {
			return exitStatus(1)
		}
		return err
	})
}

func (r *run) linted(report feed.Report, rules bool) {
	for _, f := range report.Findings {
		fmt.Fprintf(r.Out, "%s: %s %s [%s]\n", f.Item, f.Field, f.Words, f.Rule)
	}
	if rules {
		for _, x := range feed.Rules() {
			fmt.Fprintf(r.Out, "%s: %s Since %s; checked %s, a draft on a %s source: %s\n", x.ID, x.Words, x.From, x.Checked, x.Grade, x.Source)
		}
	}
	fmt.Fprintf(r.Out, "%d products, %d texts that say AI made them, %d findings\n", report.Items, report.Declared, len(report.Findings))
}

type discloseRenderCmd struct {
	Decision string `required:"" help:"The decision whose label it is." placeholder:"ID"`
	Text     string `help:"The content as plain text; - is standard input." placeholder:"FILE"`
	HTML     string `name:"html" help:"The content as HTML, for e-mail and the web." placeholder:"FILE"`
}

// Run renders, as JSON: what may be sent, its hash, its receipt.
func (c *discloseRenderCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		var parts [2]string
		for i, p := range []string{c.Text, c.HTML} {
			if p == "" {
				continue
			}
			b, err := r.read(p)
			if err != nil {
				return err
			}
			parts[i] = string(b)
		}
		sent, err := a.Outputs().Render(r.ctx, access.Principal{Workspace: ws, User: app.LocalOperator}, touch.DecisionID(c.Decision), parts[0], parts[1])
		if err != nil {
			return err
		}
		return r.print(sent)
	})
}
