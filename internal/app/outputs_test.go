package app

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"fairtouch/internal/access"
	"fairtouch/internal/disclose"
	"fairtouch/internal/disclose/marks"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

func drawn(t *testing.T) []byte {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 120, 90))
	for x := range 120 {
		for y := range 90 {
			m.Set(x, y, color.Gray{uint8(x*x/90 ^ y*3)})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A stripped picture leads back to its receipt, in its own workspace alone, and
// until the person that it was made for is erased.
func TestAStrippedPictureLeadsToItsReceipt(t *testing.T) {
	a := demoApp(t, 300)
	o, ctx := Outputs{a}, t.Context()
	who := access.Principal{Workspace: Demo, User: LocalOperator}
	picture := drawn(t)
	out, err := o.MarkImage(ctx, who, picture, disclose.OutputSpec{Source: marks.Generated})
	if err != nil {
		t.Fatal(err)
	}
	if r, err := a.Record.Receipt(ctx, Demo, out.Known.Receipt); err != nil || r.Signature == "" {
		t.Fatalf("no receipt: %+v %v", r, err)
	}
	said, known, err := o.RecogniseImage(ctx, who, picture)
	if err != nil || said.XMP != "" || len(known) == 0 || known[0].How != "exact" || known[0].Receipt != out.Known.Receipt {
		t.Fatalf("%+v %+v %v", said, known, err)
	}
	other := access.Principal{Workspace: Main, User: LocalOperator}
	if _, known, err := o.RecogniseImage(ctx, other, picture); err != nil || len(known) != 0 {
		t.Fatalf("another workspace recognises it: %+v %v", known, err)
	}
	if _, err := o.MarkImage(ctx, other, picture, disclose.OutputSpec{Source: marks.Generated, Decision: "dec_nothing"}); touch.CodeOf(err) != touch.Unknown {
		t.Fatalf("a decision that isn't there: %v", err)
	}
}

// The development signer is made once and is the same on the next start.
func TestTheSignerStaysTheSame(t *testing.T) {
	a := demoApp(t, 1)
	one, err := Outputs{a}.signer(t.Context(), Demo)
	if err != nil {
		t.Fatal(err)
	}
	two, err := Outputs{a}.signer(t.Context(), Demo)
	if err != nil || !one.Chain[0].Equal(two.Chain[0]) {
		t.Fatalf("another certificate: %v", err)
	}
	main, err := Outputs{a}.signer(t.Context(), Main)
	if err != nil || main.Chain[0].Equal(one.Chain[0]) {
		t.Fatalf("two workspaces sign as one: %v", err)
	}
}

// What was sent, handed over and shown are three things, each on record; the
// token of one output says nothing of another; and all of it goes with the person.
func TestWhatWasShownIsProven(t *testing.T) {
	a := demoApp(t, 600)
	o, ctx := Outputs{a}, t.Context()
	who := access.Principal{Workspace: Demo, User: LocalOperator}
	lines, err := a.DB.ListDecisions(ctx, Demo, sqlstore.DecisionFilter{Verdict: touch.Allow, Limit: 2})
	if err != nil || len(lines) < 2 {
		t.Fatalf("%d decisions, %v", len(lines), err)
	}
	sent, err := o.Render(ctx, who, lines[0].ID, "Our offer for spring.", "")
	if err != nil {
		t.Fatal(err)
	}
	shown := sent.Text + sent.HTML + sent.Spoken
	d, err := a.Stored(ctx, Demo, lines[0].ID)
	if err != nil || !strings.Contains(shown, d.Decision.Disclosure.Label.Text) || d.Decision.Disclosure.Duty == nil || len(sent.SHA) != 64 {
		t.Fatalf("%+v %v", sent, err)
	}
	if known, err := o.RecogniseText(ctx, who, "Our offer for spring."); err != nil || len(known) == 0 || known[0].Decision != lines[0].ID {
		t.Errorf("a stripped text isn't recognised: %+v %v", known, err)
	}
	if _, err := o.Shown(ctx, sent.Token+"A"); touch.CodeOf(err) != touch.Unknown {
		t.Errorf("a forged token is taken: %v", err)
	}
	k, err := o.Delivered(ctx, who, sent.Known.ID)
	if err != nil || k.Delivered.IsZero() || !k.Shown.IsZero() {
		t.Fatalf("%+v %v", k, err)
	}
	first, err := o.Shown(ctx, sent.Token)
	if err != nil || first.Shown.IsZero() {
		t.Fatalf("%+v %v", first, err)
	}
	if again, err := o.Shown(ctx, sent.Token); err != nil || !again.Shown.Equal(first.Shown) {
		t.Fatalf("a second word changes the first: %+v %v", again, err)
	}
	events, err := a.DB.EventsOf(ctx, Demo, d.Subject, OutputEvent)
	if err != nil || len(events) != 3 {
		t.Errorf("%d events, %v", len(events), err)
	}
	if _, err := o.Delivered(ctx, access.Principal{Workspace: Main}, sent.Known.ID); touch.CodeOf(err) != touch.Unknown {
		t.Errorf("another workspace's output: %v", err)
	}
	person, err := a.Ledger.ByID(ctx, Demo, d.Subject)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.EraseEverywhere(ctx, Demo, person); err != nil {
		t.Fatal(err)
	}
	if known, err := o.RecogniseText(ctx, who, "Our offer for spring."); err != nil || len(known) != 0 {
		t.Errorf("an erased person's output is known: %+v %v", known, err)
	}
	if _, err := o.Shown(ctx, sent.Token); touch.CodeOf(err) != touch.Unknown {
		t.Errorf("an erased person's output is shown: %v", err)
	}
}
