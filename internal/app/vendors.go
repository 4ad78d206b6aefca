package app

import (
	"context"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/register"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// docQuestions are the questionnaires to suppliers.
const docQuestions = "questionnaire"

// questionnaire is one that was sent out.
type questionnaire struct {
	ID      string            `json:"id"`
	System  touch.SystemID    `json:"system"`
	By      touch.UserID      `json:"by"`
	At      time.Time         `json:"at"`
	Answers map[string]string `json:"answers,omitzero"`
	Came    time.Time         `json:"came,omitzero"`
}

// AskVendor implements console.Register: it makes the questionnaire of a system
// and its link, good for 60 days.
func (s staff) AskVendor(ctx context.Context, p access.Principal, id touch.SystemID) (string, error) {
	w, err := s.Worlds.Load(ctx, p.Workspace)
	if err != nil {
		return "", err
	}
	b, ok := w.Systems[id]
	if !ok {
		return "", touch.Errorf(touch.Unknown, "no such system here")
	}
	if b.System.Vendor == "" {
		return "", touch.Fielderr("vendor", "the system is your own; name its vendor first")
	}
	q := questionnaire{ID: "qst_" + touch.RandomID(), System: id, By: p.User, At: time.Now().UTC()}
	if _, err := s.DB.PutDocument(ctx, p.Workspace, docQuestions, q.ID, q, p.User); err != nil {
		return "", err
	}
	return s.vendorLink(p.Workspace, &q)
}

func (s staff) vendorLink(ws touch.Workspace, q *questionnaire) (string, error) {
	t, err := s.Links.Token(Link{LinkVendor, ws, q.ID, q.At.Add(60 * 24 * time.Hour)})
	return s.Links.base + "/console/vendor/" + t, err
}

// supplier lists what a system's supplier was asked, for its page.
func (s staff) supplier(ctx context.Context, ws touch.Workspace, id touch.SystemID) ([]console.Supplier, error) {
	all, err := docs[questionnaire](ctx, s.DB, ws, docQuestions)
	if err != nil {
		return nil, err
	}
	var out []console.Supplier
	for i := range all {
		if all[i].System != id {
			continue
		}
		link, err := s.vendorLink(ws, &all[i])
		if err != nil {
			return nil, err
		}
		out = append(out, console.Supplier{Asked: all[i].At, Came: all[i].Came, By: all[i].Answers["name"], Link: link})
	}
	return out, nil
}

func (s staff) asked(ctx context.Context, token string) (touch.Workspace, questionnaire, register.System, error) {
	var q questionnaire
	k, err := s.Links.Parse(token, LinkVendor)
	if err != nil {
		return "", q, register.System{}, err
	}
	if err := s.DB.Document(ctx, k.Workspace, docQuestions, k.ID, &q); err != nil {
		return "", q, register.System{}, err
	}
	w, err := s.Worlds.Load(ctx, k.Workspace)
	if err != nil {
		return "", q, register.System{}, err
	}
	b, ok := w.Systems[q.System]
	if !ok {
		return "", q, register.System{}, touch.Errorf(touch.Unknown, "this link is not valid, or too old")
	}
	return k.Workspace, q, b.System, nil
}

// Questionnaire implements console.Register.
func (s staff) Questionnaire(ctx context.Context, token string) (console.VendorPage, error) {
	ws, q, x, err := s.asked(ctx, token)
	if err != nil {
		return console.VendorPage{}, err
	}
	co, err := s.Worlds.CompanyOf(ctx, ws)
	return console.VendorPage{Company: co.Name, System: x.Name, Vendor: x.Vendor, Answers: q.Answers, Done: !q.Came.IsZero()}, err
}

// AnswerVendor implements console.Register: the answers become the system's
// chain, as the supplier declared it, and its owner is told.
func (s staff) AnswerVendor(ctx context.Context, token string, answers map[string]string) error {
	ws, q, x, err := s.asked(ctx, token)
	if err != nil {
		return err
	}
	if err := register.CheckAnswers(answers); err != nil {
		return err
	}
	q.Answers, q.Came = answers, time.Now().UTC()
	us, parts, err := s.ourParty(ctx, ws)
	if err != nil {
		return err
	}
	declared := register.FromAnswers(&x, us, answers, "questionnaire:"+q.ID, register.Date(q.Came.Format(time.DateOnly)))
	declared.Parties = append(declared.Parties, parts...)
	if err := s.DB.SaveChains(ctx, ws, declared, q.By); err != nil {
		return err
	}
	if tool := string(x.ID) + "-tool"; x.Asset != tool {
		x.Asset = tool
		x.Version++
		if err := s.DB.SaveSystem(ctx, ws, x, q.By); err != nil {
			return err
		}
	}
	if _, err := s.DB.PutDocument(ctx, ws, docQuestions, q.ID, q, q.By); err != nil {
		return err
	}
	return s.Post(ctx, ws, Message{To: q.By, Subject: x.Vendor + " answered about " + x.Name, Link: s.Links.base + "/console/systems/" + string(x.ID),
		Text: "The answers are in the register as their declaration. What they can't say stays open there."})
}

// ourParty is the company's own party in the chains, made if there is none.
func (s staff) ourParty(ctx context.Context, ws touch.Workspace) (string, []register.Party, error) {
	parts, err := s.DB.Chains(ctx, ws)
	if err != nil {
		return "", nil, err
	}
	for _, p := range parts.Parties {
		if p.Kind == "enterprise" {
			return p.ID, nil, nil
		}
	}
	co, err := s.Worlds.CompanyOf(ctx, ws)
	name := co.Name
	if name == "" {
		name = "Our company"
	}
	return "us", []register.Party{{ID: "us", Name: name, Kind: "enterprise"}}, err
}
