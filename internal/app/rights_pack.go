package app

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"fairtouch/internal/rights"
	"fairtouch/internal/seal"
	"fairtouch/touch"
)

// RightPack is the evidence of one request, for an authority: what happened,
// what other systems confirmed, and a proof of each step that can be checked
// without us. Of an erased person it names nobody.
type RightPack struct {
	Made     time.Time       `json:"made"`
	Request  *rights.Request `json:"request,omitzero"` // missing once the person was erased
	ID       string          `json:"id"`
	Kind     rights.Kind     `json:"kind"`
	State    rights.State    `json:"state"`
	Received time.Time       `json:"received"`
	Due      string          `json:"due"` // the last day
	Rule     rights.Rule     `json:"rule"`
	Erased   bool            `json:"erased"`
	Calls    []rights.Entry  `json:"other_systems"`
	Steps    []PackStep      `json:"steps"`
	LogKey   string          `json:"log_key"`
	Receipts string          `json:"receipt_key"`
}

// PackStep is an event of the record with its proof. The proof is "" for a
// second or so, until the log has taken the event.
type PackStep struct {
	Event   touch.EventID   `json:"event"`
	At      time.Time       `json:"at"`
	Payload json.RawMessage `json:"payload"`
	Proof   string          `json:"proof"`
}

// RightPack gathers a request's evidence. That somebody did goes on record.
func (a *App) RightPack(ctx context.Context, ws touch.Workspace, id string) (*RightPack, error) {
	v, err := a.Right(ctx, ws, id)
	if err != nil {
		return nil, err
	}
	out := &RightPack{Made: utcNow(), ID: v.ID, Kind: v.Kind, State: v.State, Received: v.ReceivedAt, Due: v.Due.Format(time.DateOnly), Rule: v.Rule,
		Erased: v.Erased, Calls: v.Calls, Steps: []PackStep{}}
	if !v.Erased {
		out.Request = &v.Request
		if err := a.Viewed(ctx, ws, v.Subject, "evidence of a request", v.ID); err != nil {
			return nil, err
		}
	}
	if out.LogKey, out.Receipts, err = a.Record.Keys(ctx, ws); err != nil {
		return nil, err
	}
	events, err := a.DB.EventsOfKind(ctx, ws, string(rights.EventKind), 100_000)
	for i := len(events) - 1; i >= 0 && err == nil; i-- { // they come newest first
		err = a.packStep(ctx, ws, out, events[i].ID)
	}
	return out, err
}

// packStep adds an event if it is of the pack's request; one that was sealed
// for an erased person can't be told any more, and is left out.
func (a *App) packStep(ctx context.Context, ws touch.Workspace, out *RightPack, id touch.EventID) error {
	o, err := a.Record.Opening(ctx, ws, id)
	if errors.Is(err, seal.ErrErased) {
		return nil
	}
	if err != nil {
		return err
	}
	var body struct{ Request string }
	var head struct {
		At time.Time `json:"at"`
	}
	if err := errors.Join(payload(o.Payload, &body), json.Unmarshal(o.Payload, &head)); err != nil || body.Request != out.ID {
		return err
	}
	proof, err := a.Record.Proof(ctx, ws, id)
	if err != nil {
		proof = "" // not in the log yet
	}
	out.Steps = append(out.Steps, PackStep{id, head.At, o.Payload, proof})
	return nil
}
