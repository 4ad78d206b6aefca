package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"fairtouch/internal/access"
	"fairtouch/internal/govern"
	"fairtouch/internal/record"
	"fairtouch/internal/seal"
	"fairtouch/touch"
)

// kept is what the record holds of a decision, as far as it is shown here.
type kept struct {
	Decision  touch.Decision    `json:"decision"`
	Satisfied []string          `json:"satisfied"`
	Public    touch.Explanation `json:"public"`
	Failure   string            `json:"failure"`

	Explain  jsontext.Value `json:"explain"`
	Inputs   jsontext.Value `json:"inputs"`
	Features jsontext.Value `json:"features"`
	Facts    jsontext.Value `json:"facts"`
	Dropped  jsontext.Value `json:"dropped"`
	Held     []string       `json:"held"`
	Operator touch.UserID   `json:"operator"`
}

// opened reads a decision from the record, and the event that holds it.
func (c *call) opened(ctx context.Context, id touch.DecisionID) (kept, touch.EventID, error) {
	ev, err := c.s.cfg.Decisions.EventOf(ctx, c.ws(), id)
	if err != nil {
		return kept{}, "", err
	}
	o, err := c.s.cfg.Record.Opening(ctx, c.ws(), ev)
	if errors.Is(err, seal.ErrErased) {
		return kept{}, ev, withStatus(http.StatusGone, touch.Errorf(touch.Unknown, "this person's data was erased; the receipt and its proof remain"))
	}
	if err != nil {
		return kept{}, ev, err
	}
	var doc struct {
		Body kept `json:"body"`
	}
	if err := json.Unmarshal(o.Payload, &doc); err != nil {
		return kept{}, ev, touch.Wrap(touch.Internal, err, "the recorded decision can't be read")
	}
	if doc.Body.Decision.ID != id {
		return kept{}, ev, touch.Errorf(touch.Unknown, "this decision was begun and never completed; the record has the event alone")
	}
	rules, err := c.s.cfg.Law(ctx)
	if err != nil {
		return kept{}, ev, err
	}
	whole := govern.Stored{Decision: doc.Body.Decision, Satisfied: doc.Body.Satisfied}
	whole.Whole(rules.Book().Words(whole.Decision.At))
	doc.Body.Decision = whole.Decision
	return doc.Body, ev, nil
}

func (c *call) getDecision() error {
	k, ev, err := c.opened(c.r.Context(), touch.DecisionID(c.r.PathValue("id")))
	if err != nil {
		return err
	}
	receipt, err := c.s.cfg.Record.Receipt(c.r.Context(), c.ws(), ev)
	if err != nil {
		return err
	}
	k.Decision.Receipt = &receipt
	c.send(http.StatusOK, &k.Decision)
	return nil
}

// explanationView is one decision's reasons for one audience.
type explanationView struct {
	Decision    touch.DecisionID   `json:"decision"`
	Audience    string             `json:"audience"`
	Verdict     touch.Verdict      `json:"verdict"`
	Explanation *touch.Explanation `json:"explanation"`
	Audit       *auditView         `json:"audit,omitzero"`
}

// auditView is what an auditor needs to follow a decision.
type auditView struct {
	Checks        []touch.Check        `json:"checks"`
	Jurisdictions []touch.Jurisdiction `json:"jurisdictions"`
	Versions      touch.Versions       `json:"versions"`
	Attribution   jsontext.Value       `json:"attribution"`
	Inputs        jsontext.Value       `json:"inputs"`
	Features      jsontext.Value       `json:"features"`
	Facts         jsontext.Value       `json:"facts"`
	Dropped       jsontext.Value       `json:"dropped"`
	Held          []string             `json:"held"`
	Operator      touch.UserID         `json:"operator"`
	Failure       string               `json:"failure"`
}

var audiences = [...]string{"customer", "agent", "audit"}

func (c *call) explanation() error {
	who := c.query.Get("audience")
	if who == "" {
		who = audiences[0]
	}
	if !slices.Contains(audiences[:], who) {
		return touch.Fielderr("audience", "is customer, agent or audit")
	}
	if who == "audit" {
		if err := c.who.Require(access.Audit); err != nil {
			return err
		}
	}
	k, _, err := c.opened(c.r.Context(), touch.DecisionID(c.r.PathValue("id")))
	if err != nil {
		return err
	}
	v := explanationView{Decision: k.Decision.ID, Audience: who, Verdict: k.Decision.Verdict, Explanation: k.Decision.Explanation}
	if who == "customer" && len(k.Public.Sentences) > 0 {
		v.Explanation = &k.Public
	}
	if who == "audit" {
		v.Audit = &auditView{Checks: k.Decision.Checks, Jurisdictions: k.Decision.Jurisdictions, Versions: k.Decision.Versions,
			Attribution: k.Explain, Inputs: k.Inputs, Features: k.Features, Facts: k.Facts, Dropped: k.Dropped, Held: k.Held,
			Operator: k.Operator, Failure: k.Failure}
	}
	c.send(http.StatusOK, &v)
	return nil
}

// row is a decision in a list: nothing about a person.
type row struct {
	ID           touch.DecisionID `json:"id"`
	Receipt      touch.EventID    `json:"receipt"`
	At           time.Time        `json:"at"`
	Verdict      touch.Verdict    `json:"verdict"`
	System       touch.SystemID   `json:"system"`
	Purpose      string           `json:"purpose"`
	Channel      touch.Channel    `json:"channel"`
	StoppedAt    touch.Step       `json:"stopped_at"`
	Rule         string           `json:"rule"`
	Arm          string           `json:"arm"`
	Jurisdiction string           `json:"jurisdiction"`
	Band         string           `json:"band"`
	Campaign     touch.CampaignID `json:"campaign"`
}

func rowOf(d *record.DecisionRow) row {
	return row{d.ID, d.EventID, d.At.UTC(), d.Verdict, d.System, d.Purpose, d.Channel, d.StoppedAt, d.Reason, d.Arm, d.Jurisdiction, d.Band, d.Campaign}
}

type decisionList struct {
	Decisions []row            `json:"decisions"`
	Next      touch.DecisionID `json:"next"` // for after; "" at the end
}

func (c *call) listDecisions() error {
	f, err := c.filter()
	if err != nil {
		return err
	}
	size := f.Limit
	f.Limit++ // one more says whether there is another page
	got, err := c.s.cfg.Decisions.List(c.r.Context(), c.ws(), f)
	if err != nil {
		return err
	}
	out := decisionList{Decisions: make([]row, 0, size)}
	for i := range got[:min(len(got), size)] {
		out.Decisions = append(out.Decisions, rowOf(&got[i]))
	}
	if len(got) > size {
		out.Next = got[size-1].ID
	}
	c.send(http.StatusOK, &out)
	return nil
}

const defaultPage, maxPage = 50, 200

var (
	verdicts = []touch.Verdict{touch.Allow, touch.Deny, touch.Gap, touch.Human}
	steps    = []touch.Step{touch.StepPilot, touch.StepConsent, touch.StepLaw, touch.StepOwnership, touch.StepProtect, touch.StepModel,
		touch.StepExplain, touch.StepDisclose, touch.StepRecord}
)

func (c *call) filter() (Filter, error) {
	q := c.query
	f := Filter{Verdict: touch.Verdict(q.Get("verdict")), System: touch.SystemID(q.Get("system")), Step: touch.Step(q.Get("step")),
		After: touch.DecisionID(q.Get("after")), Limit: defaultPage}
	var err error
	if s := q.Get("limit"); s != "" {
		if f.Limit, err = strconv.Atoi(s); err != nil || f.Limit < 1 || f.Limit > maxPage {
			return f, touch.Fielderr("limit", "is a number from 1 to %d", maxPage)
		}
	}
	if f.From, err = when(q.Get("from"), "from"); err != nil {
		return f, err
	}
	if f.To, err = when(q.Get("to"), "to"); err != nil {
		return f, err
	}
	switch {
	case f.Verdict != "" && !slices.Contains(verdicts, f.Verdict):
		return f, touch.Fielderr("verdict", "is allow, deny, gap or human")
	case f.Step != "" && !slices.Contains(steps, f.Step):
		return f, touch.Fielderr("step", "is a step of the path, such as consent or law")
	case f.After != "" && !strings.HasPrefix(string(f.After), "dec_"):
		return f, touch.Fielderr("after", "is the last decision's id of the page before")
	case !f.From.IsZero() && !f.To.IsZero() && !f.From.Before(f.To):
		return f, touch.Fielderr("to", "comes after from")
	}
	return f, nil
}

// when reads a time, or a date as its first moment in UTC; "" is the zero time.
func when(s, field string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.UTC(), nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return t, touch.Fielderr(field, "is a time such as 2026-08-02T09:30:00Z, or a date")
	}
	return t, nil
}
