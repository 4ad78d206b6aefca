package cli

import (
	"fmt"
	"math"

	"fairtouch/internal/inclusion"
	"fairtouch/touch"
)

type auditCopyCmd struct {
	In     string `arg:"" name:"file" help:"A text; - is standard input."`
	Locale string `default:"en" help:"Language of the text: en, de, fr or es."`
	Email  bool   `help:"The text is an e-mail's HTML: look at what shuts people out, too."`
}

// Run checks a text's words, how hard it is to read and, for an e-mail, whether
// everybody can use it. It advises; its exit status is 0.
func (c *auditCopyCmd) Run(r *run) error {
	b, err := r.read(c.In)
	if err != nil {
		return err
	}
	pack, ok, err := inclusion.LoadPack(c.Locale)
	if err != nil {
		return err
	}
	if !ok {
		return touch.Fielderr("locale", "there are rules for %v", inclusion.Locales())
	}
	text := string(b)
	notes, reading := pack.Check(text, inclusion.CheckOptions{}), inclusion.Read(text, c.Locale)
	var problems []inclusion.Problem
	if c.Email {
		if problems, err = inclusion.CheckEmail(text, ""); err != nil {
			return err
		}
	}
	if r.opts.JSON {
		if math.IsNaN(reading.Grade) {
			reading.Grade = 0
		}
		return r.print(map[string]any{"notes": notes, "reading": reading, "email": problems})
	}
	for _, n := range notes {
		fmt.Fprintf(r.Out, "%d: %s, %q", n.Start, n.Severity, n.Text)
		if len(n.Instead) > 0 {
			fmt.Fprintf(r.Out, "; say %v", n.Instead)
		}
		fmt.Fprintln(r.Out)
	}
	for _, p := range problems {
		fmt.Fprintf(r.Out, "e-mail: %s, %s (%s)\n", p.Severity, p.What, p.Standard)
	}
	fmt.Fprintf(r.Out, "%d words, longest sentence %d, ease %.0f, %.0f years of school (%s)\n", reading.Words, reading.Longest, reading.Ease, reading.Grade, reading.Formula)
	return nil
}
