package app

import (
	"context"
	"errors"
	"runtime"
	"time"

	"fairtouch/demo"
	"fairtouch/demo/models"
	"fairtouch/internal/access"
	"fairtouch/internal/consent"
	"fairtouch/internal/govern"
	"fairtouch/internal/pilot"
	"fairtouch/internal/protect"
	"fairtouch/internal/provider"
	"fairtouch/internal/record"
	"fairtouch/internal/register"
	"fairtouch/touch"
)

// The demo's systems and purpose.
const (
	DemoScorer  touch.SystemID = "lead-scorer"
	DemoScorer2 touch.SystemID = "lead-scorer-2"
	DemoOffers  touch.SystemID = "offer-picker"
	DemoPurpose                = "lead-scoring"
	demoBatch                  = 500
)

// DemoReady reports whether the demo workspace is there and filled.
func (a *App) DemoReady(ctx context.Context) (bool, error) {
	all, err := a.DB.AllWorkspaces(ctx)
	if err != nil {
		return false, err
	}
	for _, w := range all {
		if w.ID == Demo {
			var done struct{ Rows int }
			err := a.DB.Document(ctx, Demo, "demo", "filled", &done)
			if touch.CodeOf(err) == touch.Unknown {
				return false, a.Keeper.LoadWorkspace(ctx, Demo)
			}
			return err == nil, errors.Join(err, a.Keeper.LoadWorkspace(ctx, Demo))
		}
	}
	return false, nil
}

// FillDemo makes the demo workspace: company, register, models, people with
// invented permissions around n real calls, and a decision for each. tell is
// called with how many rows went through, for a progress bar.
func (a *App) FillDemo(ctx context.Context, n int, tell func(rows int)) error {
	if n < 1 || n > demo.Count {
		return touch.Fielderr("rows", "must be 1 to %d, the calls that the campaign has", demo.Count)
	}
	if err := a.workspace(ctx, Demo, "Demo: a bank's campaign", "demo"); err != nil {
		return err
	}
	if err := a.demoRegister(ctx); err != nil {
		return err
	}
	notices, err := a.demoNotices(ctx)
	if err != nil {
		return err
	}
	if err := a.demoSite(ctx); err != nil {
		return err
	}
	if err := a.demoRows(ctx, n, notices, tell); err != nil {
		return err
	}
	if err := a.demoCampaign(ctx); err != nil {
		return err
	}
	if err := a.demoGateway(ctx); err != nil {
		return err
	}
	if err := a.demoAudit(ctx); err != nil {
		return err
	}
	if err := a.demoStatement(ctx); err != nil {
		return err
	}
	_, err = a.DB.PutDocument(ctx, Demo, "demo", "filled", struct{ Rows int }{n}, LocalOperator)
	return err
}

// demoRows takes the last n calls: the models were fitted on the earlier ones.
func (a *App) demoRows(ctx context.Context, n int, notices map[string]consent.Notice, tell func(int)) error {
	return a.eachDemoBatch(ctx, n, func(ctx context.Context, batch []demo.Row) error {
		err := a.demoPeople(ctx, batch, notices)
		if err == nil {
			err = a.demoDecide(ctx, batch)
		}
		tell(len(batch))
		return err
	})
}

// eachDemoBatch hands out the last n calls, some at a time.
func (a *App) eachDemoBatch(ctx context.Context, n int, do func(context.Context, []demo.Row) error) error {
	batch := make([]demo.Row, 0, demoBatch)
	err := demo.Rows(demo.Count, func(r demo.Row) error {
		if r.Index < demo.Count-n {
			return nil
		}
		if batch = append(batch, r); len(batch) == demoBatch {
			err := do(ctx, batch)
			batch = batch[:0]
			return err
		}
		return ctx.Err()
	})
	if err == nil && len(batch) > 0 {
		err = do(ctx, batch)
	}
	return err
}

// demoPeople records what the invented people said.
func (a *App) demoPeople(ctx context.Context, rows []demo.Row, notices map[string]consent.Notice) error {
	lookups := make([]string, len(rows))
	for i, r := range rows {
		var err error
		if lookups[i], err = a.Ledger.Lookup(Demo, demo.Someone(r.Index).ExternalID); err != nil {
			return err
		}
	}
	people, _, err := a.Ledger.FindAll(ctx, Demo, lookups)
	if err != nil {
		return err
	}
	var entries []record.Entry
	for i, r := range rows {
		events := demoEvents(demo.Someone(r.Index), notices)
		if k := people[lookups[i]]; len(events) > 0 && len(k.Sealed) == 0 {
			e, err := a.Ledger.Prepare(k, events)
			if err != nil {
				return err
			}
			entries = append(entries, e)
		}
	}
	results, err := a.Record.AppendBatch(ctx, Demo, entries)
	for _, r := range results {
		err = errors.Join(err, r.Err)
	}
	return err
}

// demoEvents are the permissions of an invented person, said some weeks ago.
func demoEvents(p demo.Person, notices map[string]consent.Notice) []consent.Event {
	said := time.Now().AddDate(0, 0, -50)
	locale := p.Locale
	if _, ok := notices["ai/"+locale]; !ok {
		locale = "en"
	}
	yes := func(n consent.Notice) consent.Event {
		return consent.Event{Scope: n.Scope(), State: consent.Given, Basis: consent.ByConsent, Notice: n.Hash, Locale: n.Locale, Actor: consent.Self,
			Surface: "demo: invented", Method: "checkbox", Assurance: consent.ByLogin, OccurredAt: said}
	}
	no := func(s consent.Scope, st consent.State, actor consent.Actor) consent.Event {
		return consent.Event{Scope: s, State: st, Actor: actor, Surface: "demo: invented", Method: "button", OccurredAt: said.AddDate(0, 0, 20)}
	}
	var ai []consent.Event
	for _, s := range []touch.SystemID{DemoScorer, DemoScorer2, DemoOffers} {
		e := yes(notices["ai/"+locale])
		e.Scope.System = s
		ai = append(ai, e)
	}
	calls := yes(notices["calls/"+locale])
	mail := calls
	mail.Scope.Channel = touch.Email
	all := consent.Scope{Purpose: consent.Any, System: consent.Any, Channel: consent.Any}
	switch p.Consent {
	case demo.Agreed:
		return append(ai, calls, mail)
	case demo.AgreedThenWithdrew:
		return append(ai, calls, no(consent.Scope{Purpose: DemoPurpose, System: consent.Any, Channel: consent.Any}, consent.Withdrawn, consent.Self))
	case demo.CallsButNotAI:
		return []consent.Event{calls, no(consent.Scope{Purpose: DemoPurpose, System: DemoScorer, Channel: consent.Any}, consent.Refused, consent.Self),
			no(consent.Scope{Purpose: DemoPurpose, System: DemoScorer2, Channel: consent.Any}, consent.Refused, consent.Self),
			no(consent.Scope{Purpose: DemoPurpose, System: DemoOffers, Channel: consent.Any}, consent.Refused, consent.Self)}
	case demo.ObjectedToAll:
		return append(ai, no(all, consent.Objected, consent.Self))
	case demo.AgreedNotToCall:
		return ai
	case demo.BrowserSaysNo:
		e := no(all, consent.OptedOut, consent.Signal)
		e.Signals = "Sec-GPC: 1"
		return append(ai, calls, e)
	}
	return nil
}

// demoDecide passes the calls through the path. Of seven, one goes to the second
// scorer, which is in its pilot, and one is an offer by e-mail.
func (a *App) demoDecide(ctx context.Context, rows []demo.Row) error {
	ts := make([]touch.Touch, len(rows))
	for i, r := range rows {
		p := demo.Someone(r.Index)
		t := touch.Touch{System: DemoScorer, Subject: &touch.SubjectRef{ExternalID: p.ExternalID}, Purpose: DemoPurpose, Channel: touch.Call,
			Locale: p.Locale, Features: r.Features, Facts: map[string]any{"subject.minor": false, "subject.business": false, "use.first_contact": r.Features["previous"] == 0.0, "use.sells_or_shares": false}}
		switch r.Index % 7 {
		case 3:
			t.System = DemoScorer2
		case 5: // an offer by e-mail: here the law asks for more
			t.System, t.Channel = DemoOffers, touch.Email
			if r.Index%31 != 0 { // some come without a fact that the law asks for
				t.Facts["use.personalised_price"] = false
			}
		}
		if p.Country != "" {
			t.Facts["subject.country"] = p.Country
		}
		for k, v := range r.Held {
			t.Features[k] = v
		}
		ts[i] = t
	}
	out, err := a.Path.DecideAll(ctx, govern.Caller{Workspace: Demo, Operator: LocalOperator}, ts, runtime.GOMAXPROCS(0))
	for i := range out {
		if out[i].Err != nil && err == nil {
			err = out[i].Err
		}
	}
	if err != nil {
		return err
	}
	return a.demoKnown(ctx, rows, out)
}

func (a *App) demoRegister(ctx context.Context) error {
	if _, err := a.DB.Systems(ctx, Demo); err != nil {
		return err
	}
	company := Company{Name: "Example Bank (demo)", Address: "1 Example Street, Lisbon", Officer: "mailto:privacy@example.com",
		Authority: "https://www.cnpd.pt/", Country: "PT", Locale: "en"}
	if _, err := a.DB.PutDocument(ctx, Demo, DocCompany, "company", company, LocalOperator); err != nil {
		return err
	}
	lgb, err := a.demoModel(ctx, models.LightGBMID, models.LightGBM())
	if err != nil {
		return err
	}
	xgb, err := a.demoModel(ctx, models.XGBoostID, models.XGBoost())
	if err != nil {
		return err
	}
	if err := a.DB.SaveChains(ctx, Demo, demoChains(), LocalOperator); err != nil {
		return err
	}
	first := demoSystem(DemoScorer, "Lead scorer", "lead-scorer-tool", lgb)
	first.ScaledUnpiloted = true
	second := demoSystem(DemoScorer2, "Lead scorer 2 (on trial)", "lead-scorer-2-tool", xgb)
	third := demoSystem(DemoOffers, "Offer picker", "lead-scorer-tool", lgb)
	third.Kind, third.ScaledUnpiloted, third.Template = touch.NextOffer, true, "next-best-offer"
	third.Channels = []touch.Channel{touch.Email}
	for _, s := range []register.System{first, second, third} {
		if err := s.Validate(); err != nil {
			return err
		}
		if err := a.DB.SaveSystem(ctx, Demo, s, LocalOperator); err != nil {
			return err
		}
	}
	return a.demoPeopleInCharge(ctx)
}

func (a *App) demoModel(ctx context.Context, id string, file []byte) (string, error) {
	card, err := models.ReadCard()
	if err != nil {
		return "", touch.Wrap(touch.Internal, err, "the demo's model card can't be read")
	}
	m := card.Model(id)
	spec := provider.Spec{Name: id, Calibration: provider.Calibration{Method: m.Calibration.Method, A: m.Calibration.A, B: m.Calibration.B}}
	for _, f := range m.Features {
		spec.Features = append(spec.Features, protect.Feature{Name: f.Name, Category: f.Category, Kind: f.Kind, Values: f.Values})
	}
	for _, b := range m.Bands {
		spec.Bands = append(spec.Bands, provider.Band{Name: b.Name, From: b.AtLeast, Action: b.Action})
	}
	return a.Worlds.PutModel(ctx, Demo, ModelDoc{File: file, Spec: spec, Dictionary: models.Dictionary()}, LocalOperator)
}

func demoSystem(id touch.SystemID, name, asset, model string) register.System {
	yes, no := true, false
	return register.System{ID: id, Name: name, Kind: touch.LeadScoring, Mode: register.Enforced, State: "active", Version: 1,
		Owner: LocalOperator, Asset: asset, Purposes: []string{DemoPurpose}, Channels: []touch.Channel{touch.Call, touch.Email},
		Markets: []string{"EU", "UK", "US", "CA"}, Domain: "marketing", DataCategories: []string{"profile", "account", "contact_history", "campaign"},
		FeaturesOut: []string{"age", "marital"}, ModelHash: model, Template: "lead-scorer",
		Alternative: &touch.Alternative{ID: "newsletter", Text: "The same offer by the general newsletter, chosen by nobody and no program"},
		HumanRoute:  "A member of the staff answers within two working days", OptOutRoute: "The stop buttons on the reasons page",
		RequireLiteracy: true, PlacedOnMarket: "2026-03-02", PutIntoService: "2026-03-09", SignificantChangeOn: register.None, DPIAOn: "2026-02-20",
		FRIAOn: register.None, RiskAssessmentOn: "2026-02-20", Profiling: &yes, SpecialCategories: &no, BiometricCategories: &no, OwnNameProvider: &no,
		ProhibitedScreened: &yes, VendorContract: &yes, SubstantiallyReplaces: &no, HighRiskDeclared: &no, Companion: &no}
}

// demoChains: both tools were trained on the bank's own calls.
func demoChains() register.Parts {
	const on = "2026-02-01"
	proof := []register.Evidence{{URI: "demo/models/MODEL_CARD.md", Kind: "card", Status: "declared", VerifiedBy: string(LocalOperator), VerifiedAt: on}}
	own := func(asset string) register.Right {
		return register.Right{ID: "own-" + asset, Asset: asset, Kind: "ownership", Licensor: "bank", Licensee: "bank", Status: "declared", Evidence: proof}
	}
	return register.Parts{
		Parties: []register.Party{{ID: "bank", Name: "Example Bank (demo)", Kind: "enterprise"}},
		Assets: []register.Asset{
			{ID: "lead-scorer-tool", Name: "Lead scorer", Kind: "tool", Owner: "bank", PersonalData: "none"},
			{ID: "lead-scorer-2-tool", Name: "Lead scorer 2", Kind: "tool", Owner: "bank", PersonalData: "none"},
			{ID: "bank-calls", Name: "The bank's own calls, 2008 to 2010", Kind: "dataset", Owner: "bank", PersonalData: "pseudonymous", LegalBasis: "legitimate interest, assessed 2026-02-20", Acquired: "own"},
		},
		Edges:  []register.Edge{{From: "lead-scorer-tool", To: "bank-calls", Rel: register.TrainedOn}, {From: "lead-scorer-2-tool", To: "bank-calls", Rel: register.TrainedOn}},
		Rights: []register.Right{own("lead-scorer-tool"), own("lead-scorer-2-tool"), own("bank-calls")},
	}
}

func (a *App) demoPeopleInCharge(ctx context.Context) error {
	on := register.Date(time.Now().UTC().AddDate(0, 0, -12).Format(time.DateOnly))
	until := register.Date(time.Now().UTC().AddDate(1, 0, 0).Format(time.DateOnly))
	var judged []register.Significance
	for _, s := range []touch.SystemID{DemoScorer, DemoScorer2, DemoOffers} {
		judged = append(judged, register.Significance{System: s, Verdict: "none", By: LocalOperator, Name: "The demo's privacy officer", On: on,
			Reason: "The score decides who is called about a savings offer; nobody is refused a product, and everybody can buy it."})
	}
	att := []register.Attestation{{User: LocalOperator, Training: "AI literacy, basic course", On: on, Until: until, By: LocalOperator}}
	if err := a.DB.SaveJudgements(ctx, Demo, judged, att); err != nil {
		return err
	}
	p, err := pilot.New(touch.NewPilotID(), DemoScorer2, "Lead scorer 2, first trial", "demo-2026-11", 0.3)
	if err != nil {
		return err
	}
	if err := a.DB.SavePilot(ctx, Demo, p, pilot.Event{}); err != nil {
		return err
	}
	act := pilot.Act{By: LocalOperator, At: time.Now().UTC(), Reason: "The demo begins here"}
	steps := []func(pilot.Pilot, pilot.Act) (pilot.Pilot, pilot.Event, error){pilot.Pilot.Start, pilot.Pilot.Advance, pilot.Pilot.Advance}
	for _, step := range steps {
		var ev pilot.Event
		if p, ev, err = step(p, act); err != nil {
			return err
		}
		if err := a.DB.SavePilot(ctx, Demo, p, ev); err != nil {
			return err
		}
	}
	return nil
}

// demoNotices publishes the texts that the invented people were shown.
func (a *App) demoNotices(ctx context.Context) (map[string]consent.Notice, error) {
	out := map[string]consent.Notice{}
	for _, n := range demoTexts() {
		n.Published, n.Reviewed = time.Now().UTC(), n.Locale == "en"
		if err := n.Validate(); err != nil {
			return nil, err
		}
		if _, err := a.DB.PutDocument(ctx, Demo, DocNotice, n.Key+"-"+n.Locale, n, LocalOperator); err != nil {
			return nil, err
		}
		if n.Sites || n.Confirm {
			continue
		}
		key := "calls/" + n.Locale
		if n.System != "" {
			key = "ai/" + n.Locale
		}
		out[key] = n
	}
	return out, nil
}

// DemoKey makes a key for the demo's curl examples.
func (a *App) DemoKey(ctx context.Context) (string, error) {
	_, secret, err := a.Desk.CreateKey(ctx, Demo, LocalOperator, "demo", []access.Scope{access.Decide, access.RecordRead, access.RegisterRead})
	return secret, err
}
