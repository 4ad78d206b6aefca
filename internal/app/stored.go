package app

import (
	"context"
	"encoding/json"

	"fairtouch/internal/explain"
	"fairtouch/internal/govern"
	"fairtouch/internal/record"
	"fairtouch/touch"
)

// StoredDecision is a decision as it was recorded, opened for one request.
type StoredDecision struct {
	govern.Stored
	Event   touch.EventID
	Subject touch.SubjectID // "" where it faced no person
}

// Stored opens a decision's record. An erased person's is seal.ErrErased.
func (a *App) Stored(ctx context.Context, ws touch.Workspace, id touch.DecisionID) (StoredDecision, error) {
	var out StoredDecision
	ev, err := a.DB.EventOf(ctx, ws, id)
	if err != nil {
		return out, err
	}
	o, err := a.Record.Opening(ctx, ws, ev)
	if err != nil {
		return out, err
	}
	var envelope struct {
		Body    govern.Stored   `json:"body"`
		Subject touch.SubjectID `json:"subject"`
	}
	if err := json.Unmarshal(o.Payload, &envelope); err != nil {
		return out, touch.Wrap(touch.Tampered, err, "the decision's record can't be read")
	}
	rules, err := a.Worlds.Law(ctx)
	if err != nil {
		return out, err
	}
	envelope.Body.Whole(rules.Book().Words(envelope.Body.Decision.At))
	return StoredDecision{envelope.Body, ev, envelope.Subject}, nil
}

// counterfactual is what the record keeps of one that was computed later.
type counterfactual struct {
	Decision touch.DecisionID `json:"decision"`
	Locale   string           `json:"locale"`
	Public   string           `json:"public"` // without facts about accounts
	Full     string           `json:"full"`
}

// Counterfactual returns what would have changed a decision, from the stored
// input and the model that ran. It is computed at first view, and appended to
// the record as an event.
func (a *App) Counterfactual(ctx context.Context, ws touch.Workspace, d *StoredDecision, accounts bool) (string, error) {
	if d.Explain == nil || d.Subject == "" {
		return "", nil
	}
	c, err := a.counterfactual(ctx, ws, d)
	if err != nil {
		return "", err
	}
	if accounts {
		return c.Full, nil
	}
	return c.Public, nil
}

func (a *App) counterfactual(ctx context.Context, ws touch.Workspace, d *StoredDecision) (counterfactual, error) {
	ids, err := a.DB.EventsOf(ctx, ws, d.Subject, record.Explained)
	if err != nil {
		return counterfactual{}, err
	}
	for _, id := range ids {
		o, err := a.Record.Opening(ctx, ws, id)
		if err != nil {
			return counterfactual{}, err
		}
		var e struct {
			Body counterfactual `json:"body"`
		}
		if err := json.Unmarshal(o.Payload, &e); err == nil && e.Body.Decision == d.Decision.ID {
			return e.Body, nil
		}
	}
	return a.compute(ctx, ws, d)
}

func (a *App) compute(ctx context.Context, ws touch.Workspace, d *StoredDecision) (counterfactual, error) {
	kit, err := a.kit(ctx, ws, d)
	if err != nil {
		return counterfactual{}, err
	}
	row := d.row()
	locale := d.Public.Locale
	c := counterfactual{Decision: d.Decision.ID, Locale: locale}
	c.Full, _ = kit.Counterfactual(row, d.Explain.Line, locale, true)
	c.Public, _ = kit.Counterfactual(row, d.Explain.Line, locale, false)
	body, err := json.Marshal(c)
	if err != nil {
		return c, touch.Wrap(touch.Internal, err, "an explanation can't be written")
	}
	k, err := a.Ledger.ByID(ctx, ws, d.Subject)
	if err != nil {
		return c, err
	}
	_, err = a.Record.Append(ctx, ws, record.Entry{Kind: record.Explained, Payload: body, Subject: &record.Subject{ID: k.ID, Key: k.Key}})
	return c, err
}

// kit is the explanation of the model that made the decision, not of a newer one.
func (a *App) kit(ctx context.Context, ws touch.Workspace, d *StoredDecision) (*explain.Kit, error) {
	r, err := a.Worlds.runner(ctx, ws, d.Decision.Versions.Model)
	return r.kit, err
}

// row is the model's input as it was.
func (d *StoredDecision) row() []float64 {
	out := make([]float64, len(d.Inputs))
	for i, v := range d.Inputs {
		if v == nil {
			out[i] = nan
			continue
		}
		out[i] = *v
	}
	return out
}
