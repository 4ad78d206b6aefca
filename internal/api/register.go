package api

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"fairtouch/internal/law"
	"fairtouch/internal/pilot"
	"fairtouch/internal/record"
	"fairtouch/internal/register"
	"fairtouch/touch"
)

func (c *call) systems() error {
	all, err := c.s.cfg.Systems.Systems(c.r.Context(), c.ws())
	if err != nil {
		return err
	}
	c.send(http.StatusOK, struct {
		Systems []register.System `json:"systems"`
	}{all})
	return nil
}

func (c *call) system() error {
	s, err := c.s.cfg.Systems.System(c.r.Context(), c.ws(), touch.SystemID(c.r.PathValue("id")))
	if err != nil {
		return err
	}
	c.send(http.StatusOK, &s)
	return nil
}

func (c *call) pilots() error {
	all, err := c.s.cfg.Pilots.Pilots(c.r.Context(), c.ws())
	if err != nil {
		return err
	}
	c.send(http.StatusOK, struct {
		Pilots []pilot.Pilot `json:"pilots"`
	}{all})
	return nil
}

// pilotAct is why a pilot is moved, and on which evidence.
type pilotAct struct {
	Reason   string         `json:"reason"`
	Evidence jsontext.Value `json:"evidence"`
}

type pilotMoved struct {
	Pilot   pilot.Pilot   `json:"pilot"`
	Event   pilot.Event   `json:"event"`
	Receipt touch.Receipt `json:"receipt"`
}

// read reads the pilot that the address names, and the act.
func (c *call) read() (pilot.Pilot, pilot.Act, error) {
	var in pilotAct
	if err := c.decode(&in); err != nil {
		return pilot.Pilot{}, pilot.Act{}, err
	}
	p, err := c.s.cfg.Pilots.Pilot(c.r.Context(), c.ws(), touch.PilotID(c.r.PathValue("id")))
	return p, pilot.Act{By: c.who.User, At: c.s.cfg.Now().UTC().Truncate(time.Microsecond), Reason: in.Reason, Evidence: json.RawMessage(in.Evidence)}, err
}

// stepPilot widens a pilot. It is on record before anybody more meets the AI.
func (c *call) stepPilot() error {
	p, act, err := c.read()
	if err != nil {
		return err
	}
	move := p.Advance
	if p.State == pilot.Draft {
		move = p.Start
	}
	var out pilotMoved
	if out.Pilot, out.Event, err = move(act); err != nil {
		return err
	}
	if out.Receipt, err = c.gate(out.Event); err != nil {
		return err
	}
	if err := c.s.cfg.Pilots.SavePilot(c.r.Context(), c.ws(), out.Pilot, out.Event); err != nil {
		return err
	}
	c.send(http.StatusOK, &out)
	return nil
}

// haltPilot stops first and records then: nothing may delay a halt.
func (c *call) haltPilot() error {
	p, act, err := c.read()
	if err != nil {
		return err
	}
	var out pilotMoved
	if out.Pilot, out.Event, err = p.Halt(act); err != nil {
		return err
	}
	if err := c.s.cfg.Pilots.SavePilot(c.r.Context(), c.ws(), out.Pilot, out.Event); err != nil {
		return err
	}
	if out.Receipt, err = c.gate(out.Event); err != nil {
		return touch.Wrap(touch.CodeOf(err), err, "the pilot is halted, but that could not be put on record; halt it again")
	}
	c.send(http.StatusOK, &out)
	return nil
}

func (c *call) gate(e pilot.Event) (touch.Receipt, error) {
	b, err := json.Marshal(e)
	if err != nil {
		return touch.Receipt{}, touch.Wrap(touch.Internal, err, "the pilot's event can't be written")
	}
	return c.s.cfg.Record.Append(c.r.Context(), c.ws(), record.Entry{Kind: record.PilotGate, At: e.At, Payload: b})
}

type packView struct {
	ID        string   `json:"id"`
	Title     string   `json:"title"`
	Published law.Date `json:"published"`
	Hash      string   `json:"hash"`
}

type ruleList struct {
	AsOf    law.Date    `json:"as_of"`
	KnownAt time.Time   `json:"known_at"`
	Packs   []packView  `json:"packs"`
	Rules   []*law.Rule `json:"rules"`
}

func (c *call) rules() error {
	out := ruleList{AsOf: law.DateIn(c.s.cfg.Now().UTC()), KnownAt: c.s.cfg.Now().UTC()}
	var err error
	if s := c.query.Get("as_of"); s != "" {
		if out.AsOf, err = law.ParseDate(s); err != nil {
			return touch.Fielderr("as_of", "is a date such as 2026-08-02")
		}
	}
	if s := c.query.Get("known_at"); s != "" {
		if out.KnownAt, err = when(s, "known_at"); err != nil {
			return err
		}
	}
	ev, err := c.s.cfg.Law(c.r.Context())
	if err != nil {
		return err
	}
	e := ev.Book().At(out.KnownAt)
	if e == nil {
		return touch.Fielderr("known_at", "no law pack was active here at that time yet")
	}
	for _, p := range e.Packs() {
		out.Packs = append(out.Packs, packView{p.ID, p.Title, p.Published, p.Hash()})
	}
	for _, r := range e.Rules() {
		if appliesOn(r, out.AsOf) {
			out.Rules = append(out.Rules, r)
		}
	}
	c.send(http.StatusOK, &out)
	return nil
}

// appliesOn reports whether some period of the rule holds on that day, whatever
// else the period asks of a system.
func appliesOn(r *law.Rule, on law.Date) bool {
	for _, p := range r.Applies {
		if p.From != 0 && on >= p.From && (p.Until == 0 || on < p.Until) {
			return true
		}
	}
	return false
}
