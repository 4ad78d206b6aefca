package app

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/disclose"
	"fairtouch/internal/disclose/marks"
	"fairtouch/internal/disclose/marks/c2pa"
	"fairtouch/internal/disclose/prints"
	"fairtouch/internal/record"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

// OutputEvent is the event of the record that an output was marked or rendered.
const OutputEvent record.Kind = "output"

// generatorName and generatorVersion stand in content credentials.
const (
	generatorName    = "Fairtouch"
	generatorVersion = "1"
)

// Outputs marks what AI made and recognises it again. It implements what the
// API and the console ask of both.
type Outputs struct{ *App }

// signer is the configured signer, or the workspace's development one, which is
// made once and kept wrapped.
func (o Outputs) signer(ctx context.Context, ws touch.Workspace) (c2pa.Signer, error) {
	text := []byte(o.Config.ContentSigner)
	if len(text) == 0 {
		var err error
		if text, err = o.Keeper.Kept(ctx, ws, "content-signer", func() ([]byte, error) {
			return c2pa.DevelopmentChain(rand.Reader, time.Now(), string(ws))
		}); err != nil {
			return c2pa.Signer{}, err
		}
	}
	return c2pa.Parse(text, rand.Reader)
}

// Certificates are what the workspace's content credentials are signed with, in
// PEM, the signer's first: for readers that shall trust them.
func (o Outputs) Certificates(ctx context.Context, p access.Principal) ([]byte, error) {
	s, err := o.signer(ctx, p.Workspace)
	var out []byte
	for _, c := range s.Chain {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return out, err
}

// roots are the authorities that the configuration trusts; nil for none.
func (o Outputs) roots() *x509.CertPool {
	if o.Config.ContentRoots == "" {
		return nil
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM([]byte(o.Config.ContentRoots))
	return pool
}

// about finds the decision that an output rests on: an allowed one of this
// workspace. Without one the output is about nobody.
func (o Outputs) about(ctx context.Context, ws touch.Workspace, id touch.DecisionID) (*record.Subject, error) {
	if id == "" {
		return nil, nil
	}
	d, err := o.Stored(ctx, ws, id)
	if err != nil {
		return nil, err
	}
	if d.Decision.Verdict != touch.Allow && d.Decision.Verdict != touch.Human {
		return nil, touch.Fielderr("decision", "was refused, so no AI output can rest on it")
	}
	if d.Subject == "" {
		return nil, nil
	}
	k, err := o.Ledger.ByID(ctx, ws, d.Subject)
	if err != nil {
		return nil, err
	}
	return &record.Subject{ID: k.ID, Key: k.Key}, nil
}

// MarkImage marks an image, signs it, puts it on record and into the register
// of fingerprints, with and without its marks. Nothing of the image is kept.
func (o Outputs) MarkImage(ctx context.Context, p access.Principal, image []byte, spec disclose.OutputSpec) (disclose.Output, error) {
	var out disclose.Output
	subject, err := o.about(ctx, p.Workspace, spec.Decision)
	if err != nil {
		return out, err
	}
	before, err := prints.OfImage(image)
	if err != nil {
		return out, err
	}
	s, err := o.signer(ctx, p.Workspace)
	if err != nil {
		return out, err
	}
	now := time.Now()
	if out.Image, err = marks.Sign(image, spec.Source, marks.Credential{Signer: s, Name: generatorName, Version: generatorVersion, When: now}); err != nil {
		return out, err
	}
	if out.Said, err = marks.Look(out.Image, o.roots(), now); err != nil {
		return out, err
	}
	after, err := prints.OfImage(out.Image)
	if err != nil {
		return out, err
	}
	source := string(out.Said.XMP)
	event, err := o.registered(ctx, p.Workspace, subject, map[string]any{"what": "marked", "by": p.User, "decision": spec.Decision, "media": out.Said.Format,
		"digital_source_type": source, "manifest": out.Said.Claims[0].Label, "sha256_before": before.Exact, "sha256": after.Exact})
	if err != nil {
		return out, err
	}
	out.Known = disclose.Known{Decision: spec.Decision, Receipt: event, Media: out.Said.Format, Source: source, At: now, What: "marked"}
	out.Known.ID = touch.NewID("prn")
	if err := o.keep(ctx, p.Workspace, subject, out.Known, after); err != nil {
		return out, err
	}
	bare := out.Known // as it was, and as it is again where its marks are stripped
	bare.ID, bare.What = touch.NewID("prn"), "part"
	return out, o.keep(ctx, p.Workspace, subject, bare, before)
}

// registered puts an output's event on record, under its person's key.
func (o Outputs) registered(ctx context.Context, ws touch.Workspace, subject *record.Subject, body map[string]any) (touch.EventID, error) {
	b, err := json.Marshal(body)
	if err != nil {
		return "", touch.Wrap(touch.Internal, err, "an event can't be written")
	}
	r, err := o.Record.Append(ctx, ws, record.Entry{Kind: OutputEvent, Payload: b, Subject: subject})
	return touch.EventID(r.ID), err
}

// keep writes a fingerprint. Hashes of bytes are keyed, so that nobody who reads
// the store can try texts out.
func (o Outputs) keep(ctx context.Context, ws touch.Workspace, subject *record.Subject, k disclose.Known, x prints.Print) error {
	row := sqlstore.OutputPrint{What: k.What, Channel: k.Channel, ID: k.ID, Decision: k.Decision, Event: k.Receipt, Picture: x.Picture, Media: k.Media, Source: k.Source, At: k.At}
	if subject != nil {
		row.Subject = subject.ID
	}
	var err error
	if row.Exact, row.Form, err = o.keyed(ws, x); err != nil {
		return err
	}
	return o.DB.PutPrint(ctx, ws, row)
}

func (o Outputs) keyed(ws touch.Workspace, x prints.Print) (exact, form string, err error) {
	if exact, err = o.Keeper.Lookup(ws, "print\x00"+x.Exact); err != nil || x.Form == "" {
		return exact, "", err
	}
	form, err = o.Keeper.Lookup(ws, "print\x00"+x.Form)
	return exact, form, err
}

// maxMatches bounds an answer.
const maxMatches = 20

// RecogniseImage reads what an image says of itself, and looks it up in the
// workspace's register, whether its marks are there or not.
func (o Outputs) RecogniseImage(ctx context.Context, p access.Principal, image []byte) (marks.Said, []disclose.Known, error) {
	said, err := marks.Look(image, o.roots(), time.Now())
	if err != nil {
		return said, nil, err
	}
	x, err := prints.OfImage(image)
	if err != nil {
		return said, nil, err
	}
	known, err := o.find(ctx, p.Workspace, x)
	return said, known, err
}

// RecogniseText looks a text up in the workspace's register.
func (o Outputs) RecogniseText(ctx context.Context, p access.Principal, text string) ([]disclose.Known, error) {
	return o.find(ctx, p.Workspace, prints.OfText(text))
}

func (o Outputs) find(ctx context.Context, ws touch.Workspace, x prints.Print) ([]disclose.Known, error) {
	exact, form, err := o.keyed(ws, x)
	if err != nil {
		return nil, err
	}
	found, err := o.DB.FindPrints(ctx, ws, exact, form, x.Picture, maxMatches)
	out := make([]disclose.Known, 0, len(found))
	for _, m := range found {
		k := knownOf(m.OutputPrint)
		k.How, k.Distance = m.How, m.Distance
		out = append(out, k)
	}
	return out, err
}

func knownOf(p sqlstore.OutputPrint) disclose.Known {
	return disclose.Known{ID: p.ID, Decision: p.Decision, Receipt: p.Event, Media: p.Media, Source: p.Source, What: p.What, Channel: p.Channel,
		At: p.At, Delivered: p.Delivered, Shown: p.Shown}
}
