package govern

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/disclose"
	"fairtouch/internal/explain"
	"fairtouch/internal/model"
	"fairtouch/internal/pilot"
	"fairtouch/internal/policy"
	"fairtouch/internal/protect"
	"fairtouch/internal/record"
	"fairtouch/internal/register"
	"fairtouch/touch"
)

// Path takes touches. It is safe for concurrent use.
type Path struct {
	worlds worlds
	ledger *consent.Ledger
	rec    Recorder
	links  Links
	hash   func(ws touch.Workspace, s string) (string, error) // keyed hash, for idempotency keys
	now    func() time.Time
	onFail func(id touch.DecisionID, err error) // logs a failure by the decision's id
}

// Recorder is the part of the record that the path needs.
type Recorder interface {
	Append(ctx context.Context, ws touch.Workspace, e record.Entry) (touch.Receipt, error)
	AppendBatch(ctx context.Context, ws touch.Workspace, es []record.Entry) ([]record.Result, error)
	OpenReply(ctx context.Context, ws touch.Workspace, hash string, d *record.DuplicateError, s record.Subject) ([]byte, error)
	Receipt(ctx context.Context, ws touch.Workspace, id touch.EventID) (touch.Receipt, error)
}

// Config is what a path is made of. OnFail is told of touches that failed, by
// id; it must not log anything else.
type Config struct {
	Worlds Worlds
	Ledger *consent.Ledger
	Record Recorder
	Links  Links
	Hash   func(ws touch.Workspace, s string) (string, error)
	Now    func() time.Time
	OnFail func(id touch.DecisionID, err error)
}

// New makes a path.
func New(c Config) *Path {
	if c.OnFail == nil {
		c.OnFail = func(touch.DecisionID, error) {}
	}
	return &Path{worlds: worlds{source: c.Worlds, held: map[touch.Workspace]*World{}}, ledger: c.Ledger, rec: c.Record,
		links: c.Links, hash: c.Hash, now: c.Now, onFail: c.OnFail}
}

// tries bounds how often a touch is decided anew because the person's
// permissions changed while it was on its way.
const tries = 8

// Decide takes one touch. The decision is on record before it is returned. An
// error means that the touch was malformed or that nothing could be recorded;
// nothing was decided then. A decision that failed on the way is returned with
// its error: it is recorded, refuses, and offers the human.
func (p *Path) Decide(ctx context.Context, c Caller, t touch.Touch, idempotencyKey string) (touch.Decision, error) {
	for range tries {
		d, err := p.once(ctx, c, t, idempotencyKey)
		if !errors.Is(err, record.ErrStale) {
			return d, err
		}
	}
	return touch.Decision{}, touch.Errorf(touch.Conflict, "the person's permissions keep changing; try again")
}

func (p *Path) once(ctx context.Context, c Caller, t touch.Touch, key string) (d touch.Decision, err error) {
	e, err := p.open(ctx, c, t, key)
	if err != nil {
		return touch.Decision{}, err
	}
	defer func() { d, err = p.seal(ctx, e, d, err, recover()) }() // no receipt, no reply
	return p.decide(ctx, e)
}

// decide is the way itself. It records nothing.
func (p *Path) decide(ctx context.Context, e *entry) (touch.Decision, error) {
	admitted, refused, err := p.admit(e)
	if err != nil {
		return touch.Decision{}, err
	}
	if refused != nil {
		return p.refusal(e, refused), nil // reasons, alternative, human
	}
	answer, err := model.Call(ctx, e.provider(), admitted.safe, p.now)
	if err != nil {
		return touch.Decision{}, err
	}
	return p.finish(e, admitted, answer) // explain, disclose, human
}

// provider is who answers: the bound model, or a vendor's result that came
// with the touch.
func (e *entry) provider() model.Provider {
	if s := &e.bound.System; s.Mode == register.Advised {
		return model.External{Result: e.touch.Result, Vendor: s.Vendor, Version: s.Version}
	}
	return e.bound.Provider
}

// open reads what the touch needs: the person, and the world at the epoch that
// came with the person.
func (p *Path) open(ctx context.Context, c Caller, t touch.Touch, key string) (*entry, error) {
	e := &entry{id: touch.NewDecisionID(), at: p.stamp(), caller: c, touch: t}
	if err := p.idempotent(e, key); err != nil {
		return nil, err
	}
	var epoch int64
	var err error
	if t.Subject == nil { // without a person there is still the world as it is now
		if _, epoch, err = p.ledger.LookAll(ctx, c.Workspace, nil); err != nil {
			return nil, err
		}
	} else if c.Subject != "" { // the epoch first: the person may be newer than the world, never older
		if _, epoch, err = p.ledger.LookAll(ctx, c.Workspace, nil); err == nil {
			e.known, err = p.ledger.ByID(ctx, c.Workspace, c.Subject)
		}
		if err != nil {
			return nil, err
		}
	} else {
		if e.known, epoch, err = p.ledger.Find(ctx, c.Workspace, t.Subject.ExternalID); err != nil {
			return nil, err
		}
	}
	return e, p.enter(ctx, e, epoch)
}

// enter binds the touch to its system.
func (p *Path) enter(ctx context.Context, e *entry, epoch int64) error {
	var err error
	if e.world, err = p.worlds.at(ctx, e.caller.Workspace, epoch); err != nil {
		return err
	}
	b, ok := e.world.Systems[e.touch.System]
	if !ok {
		return touch.Fielderr("system", "no system of this id is registered here; `fairtouch register check` lists them")
	}
	e.bound = b
	if e.touch.Result != nil && b.System.Mode != register.Advised {
		return touch.Fielderr("result", "is for a vendor's AI; this system's model is called here")
	}
	if e.touch.Subject == nil {
		if !b.System.NoSubject {
			return touch.Fielderr("subject", "this system is about persons; name one, or register the system as facing none")
		}
		e.no = true
	}
	return nil
}

func (p *Path) idempotent(e *entry, key string) error {
	if key == "" {
		return nil
	}
	if len(key) > 200 {
		return touch.Fielderr("Idempotency-Key", "must be at most 200 bytes")
	}
	b, err := json.Marshal(e.touch)
	if err != nil {
		return touch.Fielderr("features", "can't be read as JSON")
	}
	ws := e.caller.Workspace
	if e.idem, err = p.hash(ws, "idempotency\x00"+string(e.caller.Key)+"\x00"+key); err != nil {
		return err
	}
	e.print, err = p.hash(ws, "request\x00"+string(b))
	return err
}

// admitted is a touch that may go to the model: nothing is missing, everything
// that must come before the first byte is ready.
type admitted struct {
	safe protect.Safe
	duty disclose.Duty
	held []string
}

// admit places the touch in its pilot, asks consent and policy, both, and
// prepares disclosure and payload. It returns a refusal with every reason.
func (p *Path) admit(e *entry) (admitted, *policy.Refusal, error) {
	facts, err := clientFacts(e.touch.Facts)
	if err != nil {
		return admitted{}, nil, err
	}
	if consent.MinorAt(e.known.Members, e.at) {
		facts["subject.minor"] = true // the ledger knows better than a client
	}
	e.stored.Facts = facts
	e.arm = p.place(e)
	standing, err := consent.Ask(e.arm, e.asks(),
		e.known.Members, e.world.Bases, e.at)
	if err != nil {
		return admitted{}, nil, err
	}
	in := p.question(e, facts)
	permit, refusal, err := policy.Decide(standing, in, e.world.Law)
	if err != nil {
		return admitted{}, nil, err
	}
	if refusal = outsidePilot(e, standing, in, permit, refusal); refusal != nil {
		return admitted{}, refusal, nil
	}
	e.stored.Rules = permit.Checked()
	duty, refusal, err := e.duty(in, permit)
	if err != nil || refusal != nil {
		return admitted{}, refusal, err
	}
	safe, gap, err := protect.Minimise(permit, e.bound.Plan, e.touch.Features)
	if err != nil {
		return admitted{}, nil, err
	}
	if gap != nil {
		return admitted{}, &policy.Refusal{Verdict: gap.Verdict, Checks: append(permit.Checks(), *gap), Missing: gap.Missing,
			Alternative: in.Alternative, Packs: permit.Packs()}, nil
	}
	return admitted{safe: safe, duty: duty, held: e.held(safe)}, nil, nil
}

// duty asks the disclosure rules before the model is called. One that forbids, or
// that nothing here can meet, refuses.
func (e *entry) duty(in policy.Input, permit policy.Permit) (disclose.Duty, *policy.Refusal, error) {
	d, gap, err := disclose.Resolve(e.world.Texts, e.world.Matrix, disclose.Use{Kind: e.bound.System.Kind, Channel: e.touch.Channel,
		Places: in.Jurisdictions, Locale: e.touch.Locale, Fallback: e.world.Locale, At: e.at,
		Fact: func(name string) (any, bool) { v, ok := in.Facts[name]; return v, ok }})
	if err != nil || gap == nil {
		return d, nil, err
	}
	c := touch.Check{Step: touch.StepDisclose, Rule: "disclose." + gap.Rule, Verdict: gap.Verdict, Citation: gap.Citation,
		Reason: gap.Reason, Missing: gap.Missing, Owner: "marketer"}
	return d, &policy.Refusal{Verdict: gap.Verdict, Checks: append(permit.Checks(), c), Missing: gap.Missing,
		Alternative: in.Alternative, Packs: permit.Packs()}, nil
}

// place finds the arm: a pilot decides, and without one only a system that is
// explicitly in full use reaches anybody.
func (p *Path) place(e *entry) pilot.Placement {
	switch {
	case e.no:
		return pilot.WithoutPilot(e.id)
	case e.bound.Pilot != nil:
		return pilot.Place(e.id, e.bound.Pilot, e.known.ID)
	case e.bound.System.ScaledUnpiloted:
		return pilot.WithoutPilot(e.id)
	}
	return pilot.Outside(e.id)
}

func (p *Path) question(e *entry, facts map[string]any) policy.Input {
	b, d := e.bound, day(e.at)
	js := e.places(facts)
	all := make(map[string]any, 48)
	for k, v := range e.world.systemFacts(b, e.touch.Purpose, e.caller.Operator, d) {
		all[k] = v
	}
	for k, v := range facts {
		all[k] = v
	}
	all["use.purpose"], all["use.channel"] = e.touch.Purpose, string(e.touch.Channel)
	return policy.Input{
		Kind: b.System.Kind, Channel: e.touch.Channel, At: e.at, KnownAt: e.at, Jurisdictions: js, Roles: e.world.Roles,
		Facts: all, Register: e.world.registerChecks(b, &e.touch, e.caller.Operator, territory(js), d),
		Discharged: discharged(b), Alternative: b.System.Alternative,
	}
}

// held lists what is held about the person and was not an input.
func (e *entry) held(safe protect.Safe) []string {
	out := append([]string(nil), e.bound.System.FeaturesOut...)
	for _, d := range safe.Dropped() {
		if !slices.Contains(out, d.Feature) {
			out = append(out, d.Feature)
		}
	}
	e.stored.Dropped, e.stored.Held = safe.Dropped(), out
	return out
}

// finish explains and discloses.
func (p *Path) finish(e *entry, a admitted, answer model.Answer) (touch.Decision, error) {
	explained, err := e.explain(a, answer)
	if err != nil {
		return touch.Decision{}, err
	}
	why, human := p.links.For(e.caller.Workspace, e.id, e.at)
	closed, err := disclose.Answer(explained, a.duty, string(e.bound.System.ID), disclose.Links{Why: why, Human: human, Stop: p.stopLink(e)})
	if err != nil {
		return touch.Decision{}, err
	}
	if closed.Decision() != e.id {
		return touch.Decision{}, touch.Errorf(touch.Internal, "the steps belong to different decisions")
	}
	d := e.head(touch.Allow)
	raw, text := answer.Raw(), explained.Text()
	d.Outcome, d.Explanation, d.Disclosure = &raw.Outcome, &text, closed.Note()
	d.Checks = append(a.safe.Permit().Checks(), stepChecks(e, a, answer, explained)...)
	if e.bound.Correction != "" {
		d.Checks = append(d.Checks, correctedCheck(e.bound, raw.Human))
	}
	if raw.Human {
		d.Verdict, d.Alternative = touch.Human, e.bound.System.Alternative
	}
	d.Versions = e.versions(a.safe.Permit().Packs(), raw.Hash)
	e.stored.Features, e.stored.Public = e.touch.Features, explained.Public()
	e.stored.Model = answer.Took().Microseconds()
	return d, nil
}

func (e *entry) explain(a admitted, answer model.Answer) (explain.Explained, error) {
	if e.bound.Text {
		return explain.Bare(answer, "en", "A language model wrote this text. Such models give no exact reasons, and nothing about you was decided by it.")
	}
	if e.bound.Kit == nil {
		return explain.Bare(answer, "en", "This answer comes without exact reasons; its supplier gives none.")
	}
	x, err := e.bound.Kit.Answer(answer, e.locale(a.duty), a.held)
	if err != nil {
		return x, err
	}
	st := x.Stored()
	e.stored.Explain, e.stored.Row = &st, st.Row
	e.stored.Inputs = make([]*float64, len(st.Row))
	for i := range st.Row {
		if v := st.Row[i]; v == v {
			e.stored.Inputs[i] = &st.Row[i]
		}
	}
	return x, nil
}

// locale is the language of the explanation: the one of the label, so that a
// page never mixes two.
func (e *entry) locale(d disclose.Duty) string { return d.Locale }

// stopLink is the one-click way out of an e-mail.
func (p *Path) stopLink(e *entry) string {
	if s, ok := p.links.(Stopper); ok && e.touch.Channel == touch.Email && !e.no {
		return s.Stop(e.caller.Workspace, e.id, e.at)
	}
	return ""
}

// head is what every decision begins with.
func (e *entry) head(v touch.Verdict) touch.Decision {
	facts := e.stored.Facts
	d := touch.Decision{ID: e.id, Verdict: v, System: e.touch.System, Purpose: e.touch.Purpose, Channel: e.touch.Channel, At: e.at,
		Pilot: e.arm.Record()}
	if e.world != nil {
		d.Jurisdictions = e.places(facts)
	}
	return d
}

func (e *entry) versions(packs []string, modelHash string) touch.Versions {
	v := touch.Versions{Model: modelHash, Packs: packs, System: e.bound.System.Version, Templates: e.world.Texts.Hash()}
	if e.bound.Kit != nil {
		v.Templates = e.bound.Kit.Dictionary().Hash()
	}
	return v
}

// refusal is the decision of a touch that was not admitted: every reason, the
// alternative, and the human.
func (p *Path) refusal(e *entry, r *policy.Refusal) touch.Decision {
	why, human := p.links.For(e.caller.Workspace, e.id, e.at)
	d := e.head(r.Verdict)
	d.Checks, d.Missing, d.Alternative = r.Checks, r.Missing, r.Alternative
	d.Explanation = explain.Refusal(r, e.touch.Locale)
	d.Disclosure = e.world.Texts.Refused(e.touch.Locale, e.world.Locale, disclose.Links{Why: why, Human: human})
	d.Versions = e.versions(r.Packs, "")
	return d
}
