package app

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/disclose"
	"fairtouch/internal/disclose/feed"
	"fairtouch/internal/disclose/prints"
	"fairtouch/internal/record"
	"fairtouch/touch"
)

// Outputs is for the command line.
func (a *App) Outputs() Outputs { return Outputs{a} }

// Render puts a decision's disclosure into content as the decision's channel
// shows it. What comes back may be sent, and nothing else: the receipt binds the
// decision, the label's text, where it stands, the marks, and the hash of it. Words
// that need an approval and have none are touch.Unapproved; text and HTML are
// approved each by itself.
func (o Outputs) Render(ctx context.Context, p access.Principal, id touch.DecisionID, text, html string) (disclose.Sent, error) {
	var out disclose.Sent
	d, err := o.Stored(ctx, p.Workspace, id)
	if err != nil {
		return out, err
	}
	subject, err := o.about(ctx, p.Workspace, id)
	if err != nil {
		return out, err
	}
	if err := (CopyDesk{o.App}).mayUse(ctx, p.Workspace, d.Decision.System, d.Subject, text, html); err != nil {
		return out, err
	}
	texts, err := o.Worlds.texts()
	if err != nil {
		return out, err
	}
	note := d.Decision.Disclosure
	if out.Rendered, err = texts.Render(d.Decision.Channel, disclose.Piece{Note: note, Text: text, HTML: html}); err != nil {
		return out, err
	}
	out.SHA = hashOf(&out.Rendered)
	textID := ""
	if note.Duty != nil {
		textID = note.Duty.Text
	}
	label := sha256.Sum256([]byte(note.Label.Text))
	now := time.Now()
	event, err := o.registered(ctx, p.Workspace, subject, map[string]any{"what": "rendered", "by": p.User, "decision": id, "channel": d.Decision.Channel,
		"text": textID, "label_sha256": hex.EncodeToString(label[:]), "placement": out.Places, "marks": out.Marks, "sha256": out.SHA, "at": now.UTC()})
	if err != nil {
		return out, err
	}
	out.Known = disclose.Known{ID: touch.NewID("prn"), Decision: id, Receipt: event, Media: "text/plain", What: "rendered", Channel: d.Decision.Channel, At: now}
	if err := o.keep(ctx, p.Workspace, subject, out.Known, prints.OfText(out.HTML+out.Text+out.Spoken)); err != nil {
		return out, err
	}
	for _, part := range []string{text, out.Text} { // with its label stripped, and without its page
		if part == "" {
			continue
		}
		k := out.Known
		k.ID, k.What = touch.NewID("prn"), "part"
		if err := o.keep(ctx, p.Workspace, subject, k, prints.OfText(part)); err != nil {
			return out, err
		}
	}
	out.Token, err = o.Links.Token(Link{LinkShown, p.Workspace, out.Known.ID, now.Add(linkLife)})
	return out, err
}

// hashOf is the SHA-256 over the parts that a person gets, each after its length
// in eight bytes.
func hashOf(r *disclose.Rendered) string {
	h := sha256.New()
	for _, s := range []string{r.Text, r.HTML, r.Spoken} {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(s))))
		h.Write([]byte(s))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Delivered says that an output was handed to its channel. A second word changes
// nothing.
func (o Outputs) Delivered(ctx context.Context, p access.Principal, output string) (disclose.Known, error) {
	return o.reached(ctx, p.Workspace, output, false, map[string]any{"by": p.User})
}

// Shown says, with the token of one output, that a device showed it. The token
// is the whole credential: it fits no other output, and tells a device, not a
// person.
func (o Outputs) Shown(ctx context.Context, token string) (disclose.Known, error) {
	k, err := o.Links.Parse(token, LinkShown)
	if err != nil {
		return disclose.Known{}, err
	}
	return o.reached(ctx, k.Workspace, k.ID, true, map[string]any{"by": "device"})
}

func (o Outputs) reached(ctx context.Context, ws touch.Workspace, output string, shown bool, body map[string]any) (disclose.Known, error) {
	row, err := o.DB.PrintByID(ctx, ws, output)
	if err != nil {
		return disclose.Known{}, err
	}
	if row.What != "rendered" {
		return disclose.Known{}, touch.Fielderr("output", "must be the id that rendering gave")
	}
	if shown && !row.Shown.IsZero() || !shown && !row.Delivered.IsZero() {
		return knownOf(row), nil
	}
	var subject *record.Subject
	if row.Subject != "" {
		k, err := o.Ledger.ByID(ctx, ws, row.Subject)
		if err != nil {
			return disclose.Known{}, err
		}
		subject = &record.Subject{ID: k.ID, Key: k.Key}
	}
	body["what"], body["output"], body["decision"], body["rendered"] = "delivered", output, row.Decision, row.Event
	if shown {
		body["what"] = "shown"
	}
	// The event first: of two words at once both may be on record, and none is lost.
	if _, err := o.registered(ctx, ws, subject, body); err != nil {
		return disclose.Known{}, err
	}
	if _, err := o.DB.PrintReached(ctx, ws, output, shown, time.Now()); err != nil {
		return disclose.Known{}, err
	}
	row, err = o.DB.PrintByID(ctx, ws, output)
	return knownOf(row), err
}

// outputsOf lists what was rendered or marked for a decision.
func (o Outputs) outputsOf(ctx context.Context, ws touch.Workspace, id touch.DecisionID) ([]disclose.Known, error) {
	rows, err := o.DB.PrintsOf(ctx, ws, id)
	var out []disclose.Known
	for _, r := range rows {
		if r.What != "part" {
			out = append(out, knownOf(r))
		}
	}
	return out, err
}

// LintFeed checks a product feed; what is known here to be made by AI must say so.
func (o Outputs) LintFeed(ctx context.Context, p access.Principal, r io.Reader) (feed.Report, error) {
	return feed.Lint(r, func(text string) (bool, error) {
		known, err := o.RecogniseText(ctx, p, text)
		return len(known) > 0, err
	})
}
