package api

import (
	"errors"
	"net/http"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/seal"
	"fairtouch/touch"
)

const maxEvents = 100 // of one person, in one request

// scopeDoc is a permission's scope in words.
type scopeDoc struct {
	Purpose string         `json:"purpose"`
	System  touch.SystemID `json:"system"`
	Channel touch.Channel  `json:"channel"`
}

func (s scopeDoc) scope() consent.Scope {
	return consent.Scope{Purpose: s.Purpose, System: s.System, Channel: s.Channel}
}

func scopeOf(s consent.Scope) scopeDoc { return scopeDoc{s.Purpose, s.System, s.Channel} }

// eventDoc is what a client may say of an event. The id and the time of
// receipt are the server's.
type eventDoc struct {
	Scope       scopeDoc          `json:"scope"`
	State       consent.State     `json:"state"`
	Basis       consent.Basis     `json:"basis,omitzero"`
	Notice      string            `json:"notice,omitzero"`
	Locale      string            `json:"locale,omitzero"`
	Assessment  string            `json:"assessment,omitzero"`
	Surface     string            `json:"surface,omitzero"`
	Method      string            `json:"method,omitzero"`
	Source      string            `json:"source,omitzero"`
	Signals     string            `json:"signals,omitzero"`
	Actor       consent.Actor     `json:"actor"`
	Assurance   consent.Assurance `json:"assurance,omitzero"`
	Confirmed   time.Time         `json:"confirmed_at,omitzero"`
	ConfirmedBy string            `json:"confirmed_by,omitzero"`
	OccurredAt  time.Time         `json:"occurred_at,omitzero"`
	ValidUntil  time.Time         `json:"valid_until,omitzero"`
}

func (d *eventDoc) event() consent.Event {
	return consent.Event{Scope: d.Scope.scope(), State: d.State, Basis: d.Basis, Notice: d.Notice, Locale: d.Locale, Assessment: d.Assessment,
		Surface: d.Surface, Method: d.Method, Source: d.Source, Signals: d.Signals, Actor: d.Actor, Assurance: d.Assurance,
		Confirmed: d.Confirmed, ConfirmedBy: d.ConfirmedBy, OccurredAt: d.OccurredAt, ValidUntil: d.ValidUntil}
}

// eventView is an event as it stands in the ledger.
type eventView struct {
	ID         touch.EventID `json:"id"`
	ReceivedAt time.Time     `json:"received_at"`
	eventDoc
}

func eventOf(e *consent.Event) eventView {
	return eventView{e.ID, e.ReceivedAt, eventDoc{scopeOf(e.Scope), e.State, e.Basis, e.Notice, e.Locale, e.Assessment, e.Surface,
		e.Method, e.Source, e.Signals, e.Actor, e.Assurance, e.Confirmed, e.ConfirmedBy, e.OccurredAt, e.ValidUntil}}
}

func (c *call) recordConsents() error {
	var in struct {
		ExternalID string     `json:"external_id"`
		Events     []eventDoc `json:"events"`
	}
	if err := c.decode(&in); err != nil {
		return err
	}
	switch {
	case !clean(in.ExternalID) || in.ExternalID == "":
		return touch.Fielderr("external_id", "name the person by the id that your own systems use")
	case len(in.Events) == 0 || len(in.Events) > maxEvents:
		return touch.Fielderr("events", "send 1 to %d events at once", maxEvents)
	}
	events := make([]consent.Event, len(in.Events))
	for i := range in.Events {
		events[i] = in.Events[i].event()
		if err := c.unconfirmed(&events[i]); err != nil {
			return err
		}
	}
	receipt, err := c.s.cfg.Ledger.Record(c.r.Context(), c.ws(), in.ExternalID, events...)
	if err != nil {
		return err
	}
	ids := make([]touch.EventID, len(events))
	for i := range events {
		ids[i] = events[i].ID
	}
	c.send(http.StatusCreated, struct {
		Receipt touch.Receipt   `json:"receipt"`
		Events  []touch.EventID `json:"events"`
	}{receipt, ids})
	return nil
}

// unconfirmed refuses a yes that has to be confirmed and says not that it was.
// One that was confirmed elsewhere comes with its assurance.
func (c *call) unconfirmed(e *consent.Event) error {
	if c.s.cfg.Confirmer == nil || !e.State.Positive() || e.Shown() || e.Assurance == consent.ByDoubleOptIn && e.Actor != consent.Import {
		return nil
	}
	must, err := c.s.cfg.Confirmer.MustConfirm(c.r.Context(), c.ws(), e)
	if err == nil && must {
		err = touch.Fielderr("assurance", "a yes to this text has to be confirmed: POST /v1/consents/confirmations, or send double_opt_in for one that you confirmed yourself, with confirmed_at and confirmed_by where it is an import")
	}
	return err
}

func (c *call) askConfirmation() error {
	var in struct {
		ExternalID string `json:"external_id"`
		Notice     string `json:"notice"`
		Email      string `json:"email"`
	}
	if err := c.decode(&in); err != nil {
		return err
	}
	switch {
	case c.s.cfg.Confirmer == nil:
		return touch.Errorf(touch.Unsupported, "nothing is confirmed by mail here")
	case !clean(in.ExternalID) || in.ExternalID == "":
		return touch.Fielderr("external_id", "name the person by the id that your own systems use")
	}
	if err := c.s.cfg.Confirmer.AskConfirmation(c.r.Context(), c.ws(), in.ExternalID, in.Notice, in.Email); err != nil {
		return err
	}
	c.send(http.StatusAccepted, struct {
		State consent.State `json:"state"`
	}{consent.Requested})
	return nil
}

func (c *call) markMinor() error {
	var in struct {
		ExternalID string `json:"external_id"`
		Born       string `json:"born"`
		Country    string `json:"country"`
	}
	if err := c.decode(&in); err != nil {
		return err
	}
	switch {
	case c.s.cfg.Confirmer == nil:
		return touch.Errorf(touch.Unsupported, "guardians are not set up here")
	case !clean(in.ExternalID) || in.ExternalID == "":
		return touch.Fielderr("external_id", "name the person by the id that your own systems use")
	}
	until, link, err := c.s.cfg.Confirmer.MarkBorn(c.r.Context(), c.ws(), in.ExternalID, in.Born, in.Country)
	if err != nil {
		return err
	}
	c.send(http.StatusOK, struct {
		Until time.Time `json:"of_age_from"`
		Link  string    `json:"guardian_url,omitzero"`
	}{until, link})
	return nil
}

// standing is the answer of the ledger for one scope, as of now.
type standing struct {
	Scope   scopeDoc      `json:"scope"`
	State   consent.State `json:"state"`
	Allowed bool          `json:"allowed"`
	Basis   consent.Basis `json:"basis"`
	Event   touch.EventID `json:"event,omitzero"`
	Notice  string        `json:"notice,omitzero"`
	Since   time.Time     `json:"since,omitzero"`
	Until   time.Time     `json:"until,omitzero"` // when a yes ends or ended
}

type consentsView struct {
	Known       bool        `json:"known"`
	Permissions []standing  `json:"permissions"`
	Events      []eventView `json:"events"`
}

func (c *call) readConsents() error { return c.lookUp(c.query.Get("external_id")) }

// askConsents is readConsents with the person in the body, so that no proxy
// writes the id into its log.
func (c *call) askConsents() error {
	var in struct {
		ExternalID string `json:"external_id"`
	}
	if err := c.decode(&in); err != nil {
		return err
	}
	return c.lookUp(in.ExternalID)
}

// checked is the ledger's answer to one question.
type checked struct {
	Known bool `json:"known"`
	standing
}

// checkConsent answers whether one use is permitted now, in one read and without
// a trace. It asks the ledger alone: a decision asks law and ownership too.
func (c *call) checkConsent() error {
	var in struct {
		ExternalID string   `json:"external_id"`
		Scope      scopeDoc `json:"scope"`
	}
	if err := c.decode(&in); err != nil {
		return err
	}
	if in.Scope.Purpose == "" || in.Scope.Purpose == consent.Any || in.Scope.Channel == "" || in.Scope.Channel == consent.Any {
		return touch.Fielderr("scope", "name one purpose and one channel, and the AI system unless the message is sent without one")
	}
	k, known, err := c.s.cfg.Ledger.Look(c.r.Context(), c.ws(), in.ExternalID)
	if err != nil && !errors.Is(err, seal.ErrErased) {
		return err
	}
	r := consent.Evaluate(k.Members, in.Scope.scope(), c.s.cfg.Now())
	c.send(http.StatusOK, &checked{known, standing{in.Scope, r.State, r.Allowed, r.Basis, r.Evidence, r.Notice, r.Since, r.Until}})
	return nil
}

// lookUp finds a person and makes none: to ask leaves no trace of a person of
// whom nothing was known.
func (c *call) lookUp(external string) error {
	if external == "" {
		return touch.Fielderr("external_id", "name the person by the id that your own systems use")
	}
	ctx, ledger := c.r.Context(), c.s.cfg.Ledger
	lookup, err := ledger.Lookup(c.ws(), external)
	if err != nil {
		return err
	}
	p, _, ok, err := c.s.cfg.People.Person(ctx, c.ws(), lookup)
	if err != nil {
		return err
	}
	var out consentsView
	if ok {
		if out, err = c.known(p.ID); err != nil && !errors.Is(err, seal.ErrErased) {
			return err
		}
	}
	c.send(http.StatusOK, &out)
	return nil
}

func (c *call) known(id touch.SubjectID) (consentsView, error) {
	ctx, ledger := c.r.Context(), c.s.cfg.Ledger
	k, err := ledger.ByID(ctx, c.ws(), id)
	if err != nil {
		return consentsView{}, err
	}
	events, err := ledger.History(ctx, c.ws(), id)
	if err != nil {
		return consentsView{}, err
	}
	out := consentsView{Known: true}
	now := c.s.cfg.Now()
	seen := map[consent.Scope]bool{}
	for _, m := range k.Members {
		for _, en := range m.Projection.Entries {
			if seen[en.Scope] || !en.Says() {
				continue
			}
			seen[en.Scope] = true
			r := consent.Evaluate(k.Members, en.Scope, now)
			out.Permissions = append(out.Permissions, standing{scopeOf(en.Scope), r.State, r.Allowed, r.Basis, r.Evidence, r.Notice, r.Since, r.Until})
		}
	}
	for i := range events {
		out.Events = append(out.Events, eventOf(&events[i]))
	}
	return out, nil
}
