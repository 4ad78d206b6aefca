package cli

import (
	"fmt"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/app"
	"fairtouch/internal/disclose"
	"fairtouch/internal/disclose/marks"
	"fairtouch/touch"
)

type discloseCmd struct {
	Mark discloseMarkCmd `cmd:"" help:"Write into an image that a machine made it: IPTC and signed content credentials (C2PA)."`
	Read discloseReadCmd `cmd:"" help:"What an image says of itself, and whether it holds."`
	Find discloseFindCmd `cmd:"" help:"Recognise an output of AI by its fingerprint, marks or no marks, and name its receipt."`
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
