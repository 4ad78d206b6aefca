package app

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/govern"
	"fairtouch/internal/record"
	"fairtouch/internal/rights"
	"fairtouch/touch"
)

// Dossier is everything held about one person (GDPR Art. 15).
type Dossier struct {
	Workspace   touch.Workspace  `json:"workspace"`
	Made        time.Time        `json:"made"`
	Identities  []Identity       `json:"identities"`
	Notices     []consent.Notice `json:"notices"` // the texts that permissions were given on
	MissingText []string         `json:"notices_not_held,omitzero"`
}

// Identity is one of the person's identities with what is on record of it.
type Identity struct {
	Subject     touch.SubjectID `json:"subject"`
	Permissions []consent.Entry `json:"permissions"` // as they stand
	History     []consent.Event `json:"history"`
	Decisions   []DecisionEntry `json:"decisions"` // with inputs and explanations, as stored
	Other       []DossierEntry  `json:"other"`     // views, exports, counterfactuals, streams
}

// DecisionEntry is one decision as the record keeps it.
type DecisionEntry struct {
	Event touch.EventID `json:"event"`
	govern.Stored
}

// DossierEntry is any other event about the person.
type DossierEntry struct {
	Event   touch.EventID   `json:"event"`
	Kind    record.Kind     `json:"kind"`
	Payload json.RawMessage `json:"payload"`
}

// Dossier collects what is held, and puts on record that it was collected.
func (a *App) Dossier(ctx context.Context, ws touch.Workspace, known consent.Known) (*Dossier, error) {
	d := &Dossier{Workspace: ws, Made: time.Now().UTC()}
	people, err := a.identities(ctx, ws, known)
	if err != nil {
		return nil, err
	}
	for _, k := range people {
		one, err := a.identity(ctx, ws, k)
		if err != nil {
			return nil, err
		}
		d.Identities = append(d.Identities, one)
	}
	if err := a.noticesOf(ctx, ws, d); err != nil {
		return nil, err
	}
	_, err = a.Record.Append(ctx, ws, record.Entry{Kind: record.Export, Subject: &record.Subject{ID: known.ID, Key: known.Key},
		Payload: []byte(`{"what":"everything","by":"` + string(LocalOperator) + `"}`)})
	return d, err
}

// Viewed puts on record that somebody at the command line looked at a person:
// what they saw, and the id of it.
func (a *App) Viewed(ctx context.Context, ws touch.Workspace, id touch.SubjectID, what, of string) error {
	b, err := json.Marshal(map[string]any{"by": LocalOperator, "name": "command line", "what": what, "id": of})
	if err != nil {
		return touch.Wrap(touch.Internal, err, "the view can't be recorded")
	}
	e := record.Entry{Kind: record.View, Payload: b}
	if id != "" {
		k, err := a.Ledger.ByID(ctx, ws, id)
		if err != nil {
			return err
		}
		e.Subject = &record.Subject{ID: k.ID, Key: k.Key}
	}
	_, err = a.Record.Append(ctx, ws, e)
	return err
}

// identities are the person and whoever was joined with them.
func (a *App) identities(ctx context.Context, ws touch.Workspace, known consent.Known) ([]consent.Known, error) {
	out := []consent.Known{known}
	if known.Cluster == "" {
		return out, nil
	}
	all, err := a.DB.Cluster(ctx, ws, known.Cluster)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if p.ID == known.ID {
			continue
		}
		k, err := a.Ledger.ByID(ctx, ws, p.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, nil
}

func (a *App) identity(ctx context.Context, ws touch.Workspace, k consent.Known) (Identity, error) {
	out := Identity{Subject: k.ID, Permissions: append([]consent.Entry{}, k.Members[0].Projection.Entries...),
		Decisions: []DecisionEntry{}, Other: []DossierEntry{}}
	var err error
	if out.History, err = a.Ledger.History(ctx, ws, k.ID); err != nil {
		return out, err
	}
	out.History = append([]consent.Event{}, out.History...)
	for _, kind := range []record.Kind{record.Closed, record.Opened, record.Interrupted, record.Explained, record.View, record.Export, record.Permit, rights.EventKind} {
		ids, err := a.DB.EventsOf(ctx, ws, k.ID, kind)
		if err != nil {
			return out, err
		}
		for _, id := range ids {
			o, err := a.Record.Opening(ctx, ws, id)
			if err != nil {
				return out, err
			}
			if kind != record.Closed {
				out.Other = append(out.Other, DossierEntry{id, kind, o.Payload})
				continue
			}
			e := DecisionEntry{Event: id}
			if err := payload(o.Payload, &e.Stored); err != nil {
				return out, err
			}
			out.Decisions = append(out.Decisions, e)
		}
	}
	return out, nil
}

// noticesOf adds the texts; one that isn't held here is named by its hash.
func (a *App) noticesOf(ctx context.Context, ws touch.Workspace, d *Dossier) error {
	all, err := docs[consent.Notice](ctx, a.DB, ws, DocNotice)
	if err != nil {
		return err
	}
	held := map[string]consent.Notice{}
	for _, n := range all {
		held[n.Hash] = n
	}
	d.Notices = []consent.Notice{}
	seen := map[string]bool{"": true}
	for _, one := range d.Identities {
		for _, e := range one.History {
			if seen[e.Notice] {
				continue
			}
			seen[e.Notice] = true
			if n, ok := held[e.Notice]; ok {
				d.Notices = append(d.Notices, n)
			} else {
				d.MissingText = append(d.MissingText, e.Notice)
			}
		}
	}
	return nil
}

// EraseEverywhere erases a person under every identity. The one that was asked
// for comes last, and only once the others are gone: through it alone are they
// found, so that an erasure that failed can be repeated.
func (a *App) EraseEverywhere(ctx context.Context, ws touch.Workspace, known consent.Known) ([]touch.Receipt, error) {
	people, err := a.identities(ctx, ws, known)
	if err != nil {
		return nil, err
	}
	var out []touch.Receipt
	var errs []error
	for i, k := range append(people[1:], people[0]) {
		if i == len(people)-1 && len(errs) > 0 {
			break
		}
		r, err := a.Record.Erase(ctx, ws, k.ID)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		out = append(out, r)
	}
	a.sweepSpool(ws, true) // lists that name the person
	return out, errors.Join(errs...)
}

// RightDone is one right that was carried out.
type RightDone struct {
	Event touch.EventID `json:"event"`
	What  string        `json:"what"` // erasure, export
	At    time.Time     `json:"at"`
}

// RightsDone lists the exports and erasures on record, oldest first.
func (a *App) RightsDone(ctx context.Context, ws touch.Workspace) ([]RightDone, error) {
	out := []RightDone{}
	err := a.scan(ctx, ws, func(row *record.Stored) error {
		if row.Kind == record.Erasure || row.Kind == record.Export {
			out = append(out, RightDone{row.ID, string(row.Kind), row.At})
		}
		return nil
	})
	return out, err
}
