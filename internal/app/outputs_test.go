package app

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"

	"fairtouch/internal/access"
	"fairtouch/internal/disclose"
	"fairtouch/internal/disclose/marks"
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
	o, ctx := outputs{a}, t.Context()
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
	one, err := outputs{a}.signer(t.Context(), Demo)
	if err != nil {
		t.Fatal(err)
	}
	two, err := outputs{a}.signer(t.Context(), Demo)
	if err != nil || !one.Chain[0].Equal(two.Chain[0]) {
		t.Fatalf("another certificate: %v", err)
	}
	main, err := outputs{a}.signer(t.Context(), Main)
	if err != nil || main.Chain[0].Equal(one.Chain[0]) {
		t.Fatalf("two workspaces sign as one: %v", err)
	}
}
