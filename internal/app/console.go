package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/law"
	"fairtouch/internal/register"
	"fairtouch/internal/sqlstore"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// staff answers what the console asks. The workspace comes from the principal.
type staff struct{ *App }

// Staff is the back end of the console.
func (a *App) Staff() console.Backend {
	s := staff{a}
	return console.Backend{Decisions: s, Register: s, Law: s, People: s, House: s, Campaigns: s, Reports: s, Fairness: s, Training: s, Prompts: s, Conversations: s, Requests: s, Outputs: Outputs{a}, Sites: s, Again: s, Copy: s, Connectors: s}
}

// pathSteps are the seven stations, in order.
var pathSteps = []touch.Step{touch.StepConsent, touch.StepLaw, touch.StepProtect, touch.StepModel, touch.StepExplain, touch.StepDisclose, touch.StepRecord}

// station maps a check's step to the station that shows it.
func station(s touch.Step) touch.Step {
	switch s {
	case touch.StepPilot:
		return touch.StepConsent
	case touch.StepOwnership:
		return touch.StepLaw
	}
	return s
}

// Today implements console.Decisions.
func (s staff) Today(ctx context.Context, p access.Principal) (console.Today, error) {
	tallies, err := s.DB.Tallies(ctx, p.Workspace, time.Time{})
	if err != nil {
		return console.Today{}, err
	}
	var t console.Today
	stopped := map[touch.Step]int{}
	most := map[touch.Step]sqlstore.Tally{}
	reasons := map[string]*console.ReasonCount{}
	for _, x := range tallies {
		t.Total += x.N
		if x.Verdict == touch.Allow {
			t.Allowed += x.N
			continue
		}
		at := x.Stopped
		if at == touch.StepOwnership {
			at = touch.StepLaw
		}
		stopped[at] += x.N
		if x.N > most[at].N {
			most[at] = x
		}
		r := reasons[x.Reason]
		if r == nil {
			r = &console.ReasonCount{Rule: x.Reason, Step: x.Stopped, Verdict: x.Verdict}
			reasons[x.Reason] = r
		}
		r.N += x.N
	}
	left := t.Total
	for _, st := range []touch.Step{touch.StepPilot, touch.StepConsent, touch.StepLaw, touch.StepProtect, touch.StepModel} {
		c := console.StepCount{Step: st, Reached: left, Stopped: stopped[st], Verdict: touch.Deny, Reason: most[st].Reason}
		if most[st].Verdict != "" {
			c.Verdict = most[st].Verdict
		}
		left -= c.Stopped
		t.Steps = append(t.Steps, c)
	}
	for _, r := range reasons {
		t.Reasons = append(t.Reasons, *r)
	}
	slices.SortFunc(t.Reasons, func(a, b console.ReasonCount) int { return b.N - a.N })
	cs, err := s.DB.Cases(ctx, p.Workspace, 1000)
	if err != nil {
		return t, err
	}
	t.Cases = len(cs)
	if t.Begin, err = s.begin(ctx, p); err != nil {
		return t, err
	}
	if t.LateTalks, err = s.lateTalks(ctx, p.Workspace, time.Now()); err != nil {
		return t, err
	}
	if err := s.approvalTimes(ctx, p, &t); err != nil {
		return t, err
	}
	return t, s.promises(ctx, p, &t, stopped, cs)
}

// promises states how each of the nine stands, as evidence.
func (s staff) promises(ctx context.Context, p access.Principal, t *console.Today, stopped map[touch.Step]int, cs []sqlstore.Case) error {
	w, err := s.Worlds.Load(ctx, p.Workspace)
	if err != nil {
		return err
	}
	systems, err := s.Systems(ctx, p)
	if err != nil {
		return err
	}
	blocked, unassessed, noAlt, piloted, unpiloted := 0, 0, 0, 0, 0
	for _, x := range systems {
		if x.State != "active" {
			continue
		}
		if x.Ownership != register.Cleared && x.Ownership != register.ClearedWithWarnings {
			blocked++
		}
		if x.Assessed == "" {
			unassessed++
		}
		if x.Alternative == nil {
			noAlt++
		}
		if x.ScaledUnpiloted {
			unpiloted++
		}
		if w.Systems[x.ID].Pilot != nil {
			piloted++
		}
	}
	late := 0
	for _, c := range cs {
		if time.Now().After(c.Due) {
			late++
		}
	}
	ed := w.Law.Book().At(time.Now())
	rules := 0
	if ed != nil {
		rules = len(ed.Rules())
	}
	open := func(n int, what string) (string, touch.Verdict) {
		if n == 0 {
			return "0 open", touch.Allow
		}
		return fmt.Sprintf("%d %s", n, what), touch.Gap
	}
	add := func(name, link, text string, n int, what string) {
		word, st := open(n, what)
		t.Promises = append(t.Promises, console.Promise{Name: name, Text: text, Word: word, State: st, Link: link})
	}
	add("Explained", "/console/decisions?step=model", fmt.Sprintf("%d uses were allowed, with reasons from the decision itself. A use whose reasons can't be given or don't add up is stopped; %d were stopped by an error on the way.", t.Allowed, stopped[touch.StepModel]), stopped[touch.StepModel], "stopped by an error")
	add("Owned", "/console/ownership", fmt.Sprintf("%d systems, chains checked down to the owners of their training data.", len(systems)), blocked, "blocked")
	add("Law checked", "/console/law", fmt.Sprintf("%d rules are asked; %d uses stopped at law. All rules are drafts until a named reviewer certifies them.", rules, stopped[touch.StepLaw]), unassessed, "not assessed")
	add("Small first", "/console/pilots", fmt.Sprintf("%d systems began in a pilot, %d are in full use without one; %d uses got the control path.", piloted, unpiloted, stopped[touch.StepPilot]), unpiloted, "unpiloted")
	add("Disclosed, human at hand", "/console/conversations", fmt.Sprintf("%d people wait for an answer; every answer carries a label and a way to a person.", len(cs)), late, "late")
	add("Permission", "/console/permissions", fmt.Sprintf("%d uses stopped for want of permission; each withdrawal is effective at once.", stopped[touch.StepConsent]), noAlt, "without an alternative")
	fair, err := s.fairPromise(ctx, p)
	if err != nil {
		return err
	}
	t.Promises = append(t.Promises, fair,
		console.Promise{Name: "Personal data kept back", Word: "not measured", State: touch.Gap, Text: "Only declared inputs of allowed categories reach a model; identifiers never do. Everything about a person is sealed under that person's key. Text is scanned where it is sent to /v1/pii; what the detector misses, by language and type, is in its design page."},
		console.Promise{Name: "Inclusive", Word: "not measured", State: touch.Gap, Text: "Customers' pages come in four languages and need no JavaScript; reach by group is not measured here yet."})
	return nil
}

// Cases implements console.Decisions.
func (s staff) Cases(ctx context.Context, p access.Principal) ([]console.Case, error) {
	cs, err := s.DB.Cases(ctx, p.Workspace, 200)
	if err != nil {
		return nil, err
	}
	out := make([]console.Case, len(cs))
	for i, c := range cs {
		out[i] = console.Case{ID: c.ID, Kind: c.Kind, Decision: c.Decision, At: c.At, Due: c.Due, Late: time.Now().After(c.Due)}
		if out[i].Text, err = s.caseText(ctx, p.Workspace, c); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s staff) caseText(ctx context.Context, ws touch.Workspace, c sqlstore.Case) (string, error) {
	if len(c.Sealed) == 0 || c.Subject == "" {
		return "", nil
	}
	k, err := s.Ledger.ByID(ctx, ws, c.Subject)
	if err != nil {
		return "", err
	}
	b, err := k.Key.Open(c.Sealed, []byte(c.ID))
	if err != nil {
		return "", err
	}
	var m struct{ Text string }
	err = json.Unmarshal(b, &m)
	return m.Text, touch.Wrap(touch.Tampered, err, "a question can't be read")
}

// Answer implements console.Decisions.
func (s staff) Answer(ctx context.Context, p access.Principal, id string) error {
	return s.DB.CloseCase(ctx, p.Workspace, id)
}

// Rules implements console.Law.
func (s staff) Rules(ctx context.Context, asOf law.Date, known time.Time) (console.Rules, error) {
	ev, err := s.Worlds.Law(ctx)
	if err != nil {
		return console.Rules{}, err
	}
	out := console.Rules{AsOf: asOf, Known: known}
	ed := ev.Book().At(known)
	if ed == nil {
		return out, nil
	}
	for _, p := range ed.Packs() {
		out.Packs = append(out.Packs, p.Hash())
	}
	for _, r := range ed.Rules() {
		binds := false
		for _, a := range r.Applies {
			binds = binds || a.From != 0 && a.From <= asOf && (a.Until == 0 || asOf < a.Until)
			if a.From > asOf {
				out.Next = append(out.Next, console.Next{On: a.From, Rule: r, Word: "begins"})
			}
			if a.Until > asOf {
				out.Next = append(out.Next, console.Next{On: a.Until, Rule: r, Word: "ends"})
			}
		}
		if binds && r.Effect != law.EffectWatch {
			out.Rules = append(out.Rules, r)
		}
	}
	slices.SortStableFunc(out.Next, func(a, b console.Next) int { return int(a.On) - int(b.On) })
	return out, nil
}
