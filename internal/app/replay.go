package app

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/govern"
	"fairtouch/internal/law"
	"fairtouch/internal/pilot"
	"fairtouch/internal/record"
	"fairtouch/internal/register"
	"fairtouch/internal/seal"
	"fairtouch/touch"
)

// Replayer asks the law again: of decisions on record, with the facts as they
// were, or of a touch that nobody sent. It records nothing.
type Replayer struct {
	app   *App
	ws    touch.Workspace
	world *govern.World
}

// Replayer reads the workspace as it is now.
func (a *App) Replayer(ctx context.Context, ws touch.Workspace) (*Replayer, error) {
	w, err := a.Worlds.Load(ctx, ws)
	return &Replayer{a, ws, w}, err
}

// Law is the evaluator with the installation's book.
func (r *Replayer) Law() *law.Evaluator { return r.world.Law }

// Replay is one decision's question to the law.
type Replay struct {
	Question law.Question
	Stored   govern.Stored
	Subject  touch.SubjectID // "" for none
	Note     string          // what can't be as it was; "" if nothing
}

// Decision replays one decision by its id.
func (r *Replayer) Decision(ctx context.Context, id touch.DecisionID) (Replay, error) {
	ev, err := r.app.DB.EventOf(ctx, r.ws, id)
	if err != nil {
		return Replay{}, err
	}
	row, err := r.app.DB.Row(ctx, r.ws, ev)
	if err != nil {
		return Replay{}, err
	}
	return r.row(ctx, &row)
}

// All replays every decision on record whose key lives and whose system is
// still registered; erased counts those of erased persons, passed those of
// systems that are gone.
func (r *Replayer) All(ctx context.Context, f func(Replay) error) (erased, passed int, err error) {
	after := int64(0)
	for {
		rows, err := r.app.DB.Scan(ctx, r.ws, after, 500)
		if err != nil || len(rows) == 0 {
			return erased, passed, err
		}
		for i := range rows {
			after = rows[i].Seq
			if rows[i].Kind != record.Closed || rows[i].Decision == nil {
				continue
			}
			one, err := r.row(ctx, &rows[i])
			switch {
			case errors.Is(err, seal.ErrErased):
				erased++
			case touch.CodeOf(err) == touch.Unknown:
				passed++
			case err != nil:
				return erased, passed, err
			default:
				if err := f(one); err != nil {
					return erased, passed, err
				}
			}
		}
	}
}

func (r *Replayer) row(ctx context.Context, row *record.Stored) (Replay, error) {
	o, err := r.app.Record.Opening(ctx, r.ws, row.ID)
	if err != nil {
		return Replay{}, err
	}
	out := Replay{Subject: row.Subject}
	if err := payload(o.Payload, &out.Stored); err != nil {
		return out, err
	}
	d := &out.Stored.Decision
	b, ok := r.world.Systems[d.System]
	if !ok {
		return out, touch.Errorf(touch.Unknown, "the decision's system is no longer registered")
	}
	if v := d.Versions.System; v != 0 && v != b.System.Version {
		out.Note = "The system's registration changed since; its present facts are used."
	}
	members, err := r.members(ctx, row.Subject, d.At)
	if err != nil {
		return out, err
	}
	t := touch.Touch{System: d.System, Purpose: d.Purpose, Channel: d.Channel, Facts: out.Stored.Facts}
	out.Question, err = r.ask(b, t, out.Stored.Facts, members, out.Stored.Operator, d.At)
	out.Question.Jurisdictions = d.Jurisdictions
	return out, err
}

// payload reads what an entry of the record held.
func payload(b []byte, v any) error {
	var p struct {
		Body json.RawMessage `json:"body"`
	}
	err := json.Unmarshal(b, &p)
	if err == nil {
		err = json.Unmarshal(p.Body, v)
	}
	return touch.Wrap(touch.Tampered, err, "an entry of the record can't be read")
}

// members are the person's permissions as they were on record at that time.
func (r *Replayer) members(ctx context.Context, id touch.SubjectID, at time.Time) ([]consent.Member, error) {
	if id == "" {
		return nil, nil
	}
	known, err := r.app.Ledger.ByID(ctx, r.ws, id)
	if err != nil {
		return nil, err
	}
	events, err := r.app.Ledger.History(ctx, r.ws, id)
	if err != nil {
		return nil, err
	}
	own := &consent.Projection{}
	for i := range events {
		if !events[i].ReceivedAt.After(at) {
			own.Apply(&events[i])
		}
	}
	out := []consent.Member{{Projection: own, Joined: known.Members[0].Joined}}
	for _, m := range known.Members[1:] {
		if !m.Joined.After(at) {
			out = append(out, m)
		}
	}
	return out, nil
}

// Touch is the question of a touch that is not taken. A person whom the ledger
// doesn't know is not made known by it.
func (r *Replayer) Touch(ctx context.Context, t touch.Touch, operator touch.UserID, at time.Time) (law.Question, error) {
	b, ok := r.world.Systems[t.System]
	if !ok {
		return law.Question{}, touch.Fielderr("system", "no system of this id is registered here; `fairtouch register check` lists them")
	}
	var members []consent.Member
	if t.Subject != nil {
		known, ok, err := r.app.KnownPerson(ctx, r.ws, t.Subject.ExternalID)
		if err != nil {
			return law.Question{}, err
		}
		members = []consent.Member{{Projection: &consent.Projection{}}}
		if ok {
			members = known.Members
		}
	}
	facts, err := r.facts(t.Facts)
	if err != nil {
		return law.Question{}, err
	}
	q, err := r.ask(b, t, facts, members, operator, at)
	q.Jurisdictions = r.places(facts)
	return q, err
}

// KnownPerson finds a person without making one; ok says whether there is one.
func (a *App) KnownPerson(ctx context.Context, ws touch.Workspace, external string) (consent.Known, bool, error) {
	lookup, err := a.Ledger.Lookup(ws, external)
	if err != nil {
		return consent.Known{}, false, err
	}
	p, _, ok, err := a.DB.Person(ctx, ws, lookup)
	if err != nil || !ok {
		return consent.Known{}, false, err
	}
	k, err := a.Ledger.ByID(ctx, ws, p.ID)
	return k, err == nil, err
}

// facts takes what a client may say; what the path refuses is refused here.
func (r *Replayer) facts(in map[string]any) (map[string]any, error) {
	out := make(map[string]any, len(in))
	for k, v := range in {
		name := longFact(k)
		_, known := r.world.Law.Book().Registry().Fact(name)
		switch head, _, _ := strings.Cut(name, "."); {
		case head == "system" || head == "consent" || head == "company":
			return nil, touch.Fielderr("facts."+k, "comes from the register, the ledger or the configuration, not from a request")
		case !known:
			return nil, touch.Fielderr("facts."+k, "is no known fact; `fairtouch law list --facts` lists them")
		}
		out[name] = v
	}
	return out, nil
}

// longFact gives the registry's name for the short names of a request.
func longFact(k string) string {
	switch k {
	case "country", "region", "minor", "business":
		return "subject." + k
	case "first_contact", "market":
		return "use." + k
	}
	return k
}

func (r *Replayer) places(facts map[string]any) []touch.Jurisdiction {
	place, _ := facts["subject.country"].(string)
	if place == "" {
		return nil
	}
	if region, _ := facts["subject.region"].(string); region != "" && !strings.Contains(place, "-") {
		place += "-" + region
	}
	out := []touch.Jurisdiction{{Place: strings.ToUpper(place), How: "declared"}}
	if c := r.world.Country; c != "" && !strings.EqualFold(c, place) {
		out = append(out, touch.Jurisdiction{Place: c, How: "account"})
	}
	return out
}

// ask puts the question together as the path does.
func (r *Replayer) ask(b *govern.Bound, t touch.Touch, facts map[string]any, members []consent.Member, operator touch.UserID, at time.Time) (law.Question, error) {
	day := register.Date(at.UTC().Format(time.DateOnly))
	all := b.System.Facts(r.world.Judged, r.world.Attested, operator, t.Purpose, day)
	for k, v := range r.world.Company {
		all[k] = v
	}
	for k, v := range facts {
		all[k] = v
	}
	all["use.purpose"], all["use.channel"] = t.Purpose, string(t.Channel)
	if members != nil {
		s, err := consent.Ask(pilot.WithoutPilot(touch.NewDecisionID()), consent.Question{Purpose: t.Purpose, System: t.System, Channel: t.Channel},
			members, r.world.Bases, at)
		if err != nil {
			return law.Question{}, err
		}
		consentFacts(s, all)
	}
	return law.Question{At: at, KnownAt: at, Kind: b.System.Kind, Channel: t.Channel, Roles: r.world.Roles, Facts: all}, nil
}

// consentFacts are what the ledger says, in the names of the law's facts; the
// same as the path's policy step uses.
func consentFacts(s consent.Standing, f map[string]any) {
	ai, ch := s.AI(), s.ByChannel()
	f["consent.basis"] = string(ai.Basis)
	f["consent.given"] = ai.Allowed && ai.Basis == consent.ByConsent
	f["consent.explicit"] = ai.Allowed && ai.Basis == consent.ByConsent && ai.Notice != ""
	f["consent.objected"] = ai.State == consent.Objected || ch.State == consent.Objected
	f["consent.withdrawn"] = ai.State == consent.Withdrawn || ai.State == consent.Refused || ai.State == consent.Revoked
	f["consent.channel_optin"] = ch.Allowed
	f["consent.gpc"] = ai.State == consent.OptedOut || ch.State == consent.OptedOut
	f["consent.opted_out_profiling"] = ai.State == consent.OptedOut
	f["consent.opted_out_sale"] = f["consent.gpc"]
	f["consent.notice_shown"] = ai.Notice != ""
}
