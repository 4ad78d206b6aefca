package app

import (
	"context"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/campaign"
	"fairtouch/internal/consent"
	"fairtouch/internal/gateway"
	talks "fairtouch/internal/handoff"
	"fairtouch/internal/register"
	"fairtouch/pii"
	"fairtouch/touch"
)

// The demo's systems that write text, both answered by the sandbox.
const (
	DemoCopywriter touch.SystemID = "copywriter"
	DemoChat       touch.SystemID = "chat"
)

// demoGateway registers a copywriter, which faces nobody, and a chat with
// customers, and binds both to the sandbox: curl works offline.
func (a *App) demoGateway(ctx context.Context) error {
	parts, err := a.DB.Chains(ctx, Demo)
	if err != nil {
		return err
	}
	if err := a.DB.SaveChains(ctx, Demo, demoTextChains(parts), LocalOperator); err != nil {
		return err
	}
	for _, s := range []register.System{demoCopywriter(), demoChat()} {
		if err := s.Validate(); err != nil {
			return err
		}
		if err := a.DB.SaveSystem(ctx, Demo, s, LocalOperator); err != nil {
			return err
		}
	}
	models := []string{"sandbox", "gpt-*", "claude-*", "text-embedding-*"}
	for _, b := range []gateway.Binding{
		{System: DemoCopywriter, Providers: []string{"sandbox"}, Models: models, Tools: []string{"save_draft"}, Locale: "en", Approvals: 1,
			// Drafts for the bank's readers in Portugal; a named editor reads each before it goes out.
			Facts: map[string]any{"country": "PT", "business": false, "first_contact": false, "content.kind": "text", "content.claims": "none",
				"content.editor_named": true, "content.reviewed": true}},
		{System: DemoChat, Providers: []string{"sandbox"}, Models: models, Tools: []string{"look_up_order"}, Locale: "en", Found: gateway.FoundNote,
			Replace: []pii.Type{pii.Location}, // a customer's town; the copywriter's may stay
			Facts:   map[string]any{"country": "PT", "minor": false, "business": false, "first_contact": false, "use.sells_or_shares": false}},
	} {
		if err := a.PutBinding(ctx, Demo, b, LocalOperator); err != nil {
			return err
		}
	}
	if err := a.SaveTalkSettings(ctx, Demo, LocalOperator, demoTalks()); err != nil {
		return err
	}
	if err := a.demoDraft(ctx); err != nil {
		return err
	}
	return a.demoTextJudgements(ctx)
}

// demoDraft puts a text up for approval, as a marketer who changed a draft by
// hand would. Its claim needs a proof, which the findings say.
func (a *App) demoDraft(ctx context.Context) error {
	u, err := a.Desk.DemoUser(ctx, Demo, access.Marketer)
	if err != nil {
		return err
	}
	_, err = a.CopyDesk().Submit(ctx, access.Principal{Workspace: Demo, User: u.ID}, campaign.CopyQuestion{System: DemoCopywriter,
		Text: "Your money, well kept\n\nOur fixed-term deposit pays the same rate for twelve months. It is sustainable, and you can open it in the app or at any branch.\n\nWould you like to know more? Write to us or call."})
	return err
}

// demoTalks: the demo's staff never sleep, so that whoever looks sees a queue.
func demoTalks() talks.Settings {
	s := talks.Settings{Zone: "Europe/Lisbon", Minutes: 3, Percent: 95, Languages: []string{"en", "pt", "de"}, System: DemoChat, Model: "sandbox"}
	for d := range s.Week {
		s.Week[d] = "00:00-24:00"
	}
	return s
}

func demoTextChains(p register.Parts) register.Parts {
	proof := []register.Evidence{{URI: "docs/gateway.md", Kind: "card", Status: "declared", VerifiedBy: string(LocalOperator), VerifiedAt: "2026-02-01"}}
	own := func(asset string) register.Right {
		return register.Right{ID: "own-" + asset, Asset: asset, Kind: "ownership", Licensor: "bank", Licensee: "bank", Status: "declared", Evidence: proof}
	}
	for _, x := range p.Assets {
		if x.ID == "sandbox-tool" {
			return p
		}
	}
	p.Assets = append(p.Assets,
		register.Asset{ID: "sandbox-tool", Name: "Sandbox: repeats what was written, no model", Kind: "tool", Owner: "bank", PersonalData: "none"},
		register.Asset{ID: "sandbox-words", Name: "The sandbox's one sentence", Kind: "content", Owner: "bank", PersonalData: "none", Acquired: "own"})
	p.Edges = append(p.Edges, register.Edge{From: "sandbox-tool", To: "sandbox-words", Rel: register.Contains})
	p.Rights = append(p.Rights, own("sandbox-tool"), own("sandbox-words"))
	return p
}

func demoCopywriter() register.System {
	s := demoSystem(DemoCopywriter, "Copywriter: drafts for campaigns", "sandbox-tool", "")
	no := false
	s.Kind, s.Template, s.ScaledUnpiloted, s.NoSubject = touch.CopyGen, "copywriter", true, true
	s.Purposes, s.Channels, s.FeaturesOut, s.DataCategories = []string{"newsletter"}, []touch.Channel{touch.Email}, nil, []string{"segment"}
	s.Profiling, s.UnlawfulImageryBlocked = &no, nil
	s.Alternative = &touch.Alternative{ID: "by-hand", Text: "A member of the staff writes the text"}
	return s
}

func demoChat() register.System {
	s := demoSystem(DemoChat, "Chat: answers customers", "sandbox-tool", "")
	yes, no := true, false
	s.Kind, s.Template, s.ScaledUnpiloted, s.FacesPerson = touch.Chatbot, "chatbot", true, true
	s.Purposes, s.Channels, s.FeaturesOut, s.DataCategories = []string{"service"}, []touch.Channel{touch.Chat}, nil, []string{"conversation"}
	s.Profiling, s.OwnNameProvider = &no, &yes
	s.Alternative = &touch.Alternative{ID: "staff", Text: "A member of the staff answers"}
	return s
}

// demoTextJudgements: service is owed by contract, and neither system decides
// anything about anybody.
func (a *App) demoTextJudgements(ctx context.Context) error {
	now := time.Now().UTC()
	on := register.Date(now.AddDate(0, 0, -12).Format(time.DateOnly))
	var judged []register.Significance
	for _, s := range []touch.SystemID{DemoCopywriter, DemoChat} {
		judged = append(judged, register.Significance{System: s, Verdict: "none", By: LocalOperator, Name: "The demo's privacy officer", On: on,
			Reason: "It writes text; nothing about a person is decided by it."})
	}
	if err := a.DB.SaveJudgements(ctx, Demo, judged, nil); err != nil {
		return err
	}
	basis := consent.CompanyBasis{Purpose: "service", System: DemoChat, Basis: consent.ByContract, Assessment: "the demo's terms of service, section 4",
		Notice: consent.HashNotice("en", "Chat", "A computer program (AI) answers first; a human whenever you ask."), By: string(LocalOperator), At: now}
	_, err := a.DB.PutDocument(ctx, Demo, DocBasis, "chat-service", basis, LocalOperator)
	return err
}

// DemoTextKey makes a key that is bound to one of the demo's systems, as a tool
// of a team's would have.
func (a *App) DemoTextKey(ctx context.Context, system touch.SystemID) (string, error) {
	k, secret, err := a.Desk.CreateKey(ctx, Demo, LocalOperator, "demo "+string(system), []access.Scope{access.Decide})
	if err != nil {
		return "", err
	}
	return secret, a.PutRule(ctx, Demo, gateway.Rule{Key: k.ID, Systems: []touch.SystemID{system}}, LocalOperator)
}
