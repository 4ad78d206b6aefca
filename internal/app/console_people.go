package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/consent"
	"fairtouch/internal/record"
	"fairtouch/internal/register"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// Permissions implements console.People.
func (s staff) Permissions(ctx context.Context, p access.Principal) (console.Permissions, error) {
	said, err := s.DB.Saids(ctx, p.Workspace, time.Time{})
	if err != nil {
		return console.Permissions{}, err
	}
	var out console.Permissions
	for _, x := range said {
		out.Said = append(out.Said, console.Said{Purpose: x.Purpose, System: x.System, Channel: x.Channel, State: x.State, N: x.N})
	}
	ns, err := docs[consent.Notice](ctx, s.DB, p.Workspace, DocNotice)
	for _, n := range ns {
		out.Notices = append(out.Notices, console.Notice{Key: n.Key, Locale: n.Locale, Title: n.Title, Text: n.Text, Hash: n.Hash, Purpose: n.Purpose,
			System: string(n.System), Version: n.Version, Reviewed: n.Reviewed, Published: n.Published})
	}
	return out, err
}

// Person implements console.People.
func (s staff) Person(ctx context.Context, p access.Principal, external string) (console.Person, error) {
	lookup, err := s.Ledger.Lookup(p.Workspace, external)
	if err != nil {
		return console.Person{}, err
	}
	_, _, ok, err := s.DB.Person(ctx, p.Workspace, lookup)
	if err != nil {
		return console.Person{}, err
	}
	if !ok {
		return console.Person{}, touch.Errorf(touch.Unknown, "nobody of this id is known here")
	}
	k, _, err := s.Ledger.Find(ctx, p.Workspace, external)
	if err != nil {
		return console.Person{}, err
	}
	if err := s.viewed(ctx, p, "person", string(k.ID), k.ID); err != nil {
		return console.Person{}, err
	}
	out := console.Person{ID: k.ID}
	now := time.Now()
	for _, m := range k.Members {
		for _, e := range m.Projection.Entries {
			if !e.Says() {
				continue
			}
			r := consent.Evaluate(k.Members, e.Scope, now)
			out.Rows = append(out.Rows, console.PersonRow{Scope: scopeWords(e.Scope), State: string(r.State), Since: r.Since, Allowed: r.Allowed})
		}
	}
	if ids, err := s.DB.EventsOf(ctx, p.Workspace, k.ID, record.Closed); err == nil && len(ids) > 0 {
		if o, err := s.Record.Opening(ctx, p.Workspace, ids[len(ids)-1]); err == nil {
			var b struct {
				Body struct{ Decision touch.Decision } `json:"body"`
			}
			if json.Unmarshal(o.Payload, &b) == nil {
				if t, err := s.Links.Token(Link{LinkConsent, p.Workspace, string(b.Body.Decision.ID), now.Add(time.Hour)}); err == nil {
					out.Link = "/p/consent/" + t
				}
			}
		}
	}
	for _, m := range k.Members {
		if u := m.Projection.Minor(); u != nil && u.Until.After(now) && u.Until.After(out.Under) {
			out.Under = u.Until
		}
	}
	notices, err := docs[consent.Notice](ctx, s.DB, p.Workspace, DocNotice)
	if err != nil {
		return out, err
	}
	for _, n := range notices {
		if n.Channel == touch.Email && !n.Published.IsZero() {
			out.Mail = append(out.Mail, console.Notice{Title: n.Title, Locale: n.Locale, Hash: n.Hash})
		}
	}
	history, err := s.Ledger.History(ctx, p.Workspace, k.ID)
	for _, e := range history {
		out.Events = append(out.Events, console.PersonEvent{At: e.Effective(), Scope: scopeWords(e.Scope), State: string(e.State), Actor: string(e.Actor),
			Surface: e.Surface, Notice: e.Notice})
	}
	return out, err
}

func scopeWords(s consent.Scope) string {
	what, ch := "messages", "any channel"
	switch s.System {
	case "":
	case consent.Any:
		what = "everything"
	case consent.AnyAI:
		what = "any AI"
	default:
		what = "AI system " + string(s.System)
	}
	if s.Channel != consent.Any {
		ch = string(s.Channel)
	}
	purpose := s.Purpose
	if purpose == consent.Any {
		purpose = "any purpose"
	}
	return fmt.Sprintf("%s, for %s, by %s", what, purpose, ch)
}

// Refuse implements console.People.
func (s staff) Refuse(ctx context.Context, p access.Principal, external string) error {
	_, err := s.Ledger.Record(ctx, p.Workspace, external, consent.Event{Scope: stopAll, State: consent.Objected, Basis: consent.ByNone,
		Actor: consent.Operator, Surface: "console", Method: "told to " + string(p.User)})
	return err
}

// Publish implements console.People.
func (s staff) Publish(ctx context.Context, p access.Principal, f console.NoticeForm) error {
	n := consent.Notice{Key: f.Key, Locale: f.Locale, Purpose: f.Purpose, System: touch.SystemID(f.System), Channel: touch.Channel(f.Channel),
		Title: f.Title, Text: f.Text, Basis: consent.ByConsent, Published: time.Now().UTC(), Reviewed: true, Sites: f.Sites, Confirm: f.Confirm}
	if err := n.Validate(); err != nil {
		return err
	}
	var old consent.Notice
	if err := s.DB.Document(ctx, p.Workspace, DocNotice, n.Key+"-"+n.Locale, &old); err == nil {
		n.Version = old.Version
	}
	n.Version++
	_, err := s.DB.PutDocument(ctx, p.Workspace, DocNotice, n.Key+"-"+n.Locale, n, p.User)
	return err
}

// Staff implements console.House.
func (s staff) Staff(ctx context.Context, p access.Principal) (console.Staff, error) {
	_, atts, err := s.DB.Judgements(ctx, p.Workspace)
	if err != nil {
		return console.Staff{}, err
	}
	users, err := s.Desk.Users(ctx, p.Workspace)
	if err != nil {
		return console.Staff{}, err
	}
	out := console.Staff{Attested: atts, Users: users, Roles: roleLines()}
	if out.Systems, err = s.Systems(ctx, p); err != nil {
		return out, err
	}
	g, err := s.agreement(ctx, p.Workspace)
	if err != nil {
		return out, err
	}
	out.Agreed = console.Agreement{With: g.With, Reference: g.Reference, On: string(g.On), Until: string(g.Until), By: out.NameOf(g.By), Holds: g.holds(time.Now())}
	problems, err := docs[problem](ctx, s.DB, p.Workspace, docProblem)
	if err != nil {
		return out, err
	}
	slices.SortFunc(problems, func(a, b problem) int { return b.At.Compare(a.At) })
	for _, x := range problems {
		out.Problems = append(out.Problems, console.ProblemLine{System: string(x.System), Text: x.Text, By: out.NameOf(x.By), At: x.At, Held: x.Held})
	}
	events, err := s.DB.EventsOfKind(ctx, p.Workspace, string(record.View), 50)
	if err != nil {
		return out, err
	}
	for _, e := range events {
		v := console.View{At: e.At, By: "(erased)"}
		if o, err := s.Record.Opening(ctx, p.Workspace, e.ID); err == nil {
			var b struct {
				Body struct{ Name, What, ID string } `json:"body"`
			}
			if json.Unmarshal(o.Payload, &b) == nil {
				v.By, v.What = b.Body.Name, b.Body.What+" "+b.Body.ID
			}
		}
		out.Views = append(out.Views, v)
	}
	return out, nil
}

// roleLines are what changes for each role where AI works beside people.
func roleLines() []console.RoleLine {
	return []console.RoleLine{
		{Role: "Marketer", Took: "ranking leads, first drafts, choosing an offer", Asked: "setting the goal, judging the copy, rehearsing before a launch, stopping what looks wrong"},
		{Role: "Analyst", Took: "scoring and its bookkeeping", Asked: "auditing for bias, running pilots against a control, saying when the data can't tell"},
		{Role: "Privacy officer", Took: "collecting evidence, watching dates of laws", Asked: "judging significance, approving what is sensitive, answering people"},
		{Role: "Reviewer", Took: "sorting what comes in", Asked: "overruling the machine where it is wrong, with the reasons beside"},
		{Role: "Auditor", Took: "copying records together", Asked: "checking proofs without trusting us"},
		{Role: "Administrator", Took: "keeping lists of who may what", Asked: "attesting training, giving each key an owner"},
	}
}

// Attest implements console.House.
func (s staff) Attest(ctx context.Context, p access.Principal, user touch.UserID, training, until string) error {
	if user == "" || training == "" {
		return touch.Fielderr("training", "say who was trained, and in what")
	}
	if _, err := time.Parse(time.DateOnly, until); err != nil {
		return touch.Fielderr("until", "write the date as 2027-11-24")
	}
	a := register.Attestation{User: user, Training: training, On: register.Date(time.Now().UTC().Format(time.DateOnly)), Until: register.Date(until), By: p.User}
	return s.DB.SaveJudgements(ctx, p.Workspace, nil, []register.Attestation{a})
}

// Settings implements console.House.
func (s staff) Settings(ctx context.Context, p access.Principal) (console.Settings, error) {
	out := console.Settings{Weak: s.Keeper.Weak(), Demo: p.Workspace == Demo}
	var err error
	if out.Keys, err = s.Desk.Keys(ctx, p.Workspace); err != nil {
		return out, err
	}
	if out.Users, err = s.Desk.Users(ctx, p.Workspace); err != nil {
		return out, err
	}
	co, err := s.Worlds.CompanyOf(ctx, p.Workspace)
	if err != nil {
		return out, err
	}
	out.Company = console.Company{Name: co.Name, Address: co.Address, Officer: co.Officer, Authority: co.Authority, Country: co.Country, Locale: co.Locale}
	hook, err := s.Chatter(ctx, p.Workspace)
	if err != nil {
		return out, err
	}
	out.Webhook = hook != ""
	server, err := s.MailServer(ctx, p.Workspace)
	if err != nil {
		return out, err
	}
	if server != nil {
		out.Mail = console.MailServer{Host: server.Host, Port: server.Port, User: server.User, From: server.From, Plain: server.Plain}
	}
	out.Log, _, err = s.Record.Keys(ctx, p.Workspace)
	return out, err
}

// SaveCompany implements console.House.
func (s staff) SaveCompany(ctx context.Context, p access.Principal, c console.Company) error {
	if c.Name == "" {
		return touch.Fielderr("name", "the company has a name")
	}
	if len(c.Country) != 2 {
		return touch.Fielderr("country", "two letters, such as DE")
	}
	_, err := s.DB.PutDocument(ctx, p.Workspace, DocCompany, "company", Company{Name: c.Name, Address: c.Address, Officer: c.Officer,
		Authority: c.Authority, Country: c.Country, Locale: c.Locale}, p.User)
	return err
}

// RemoveDemo implements console.House.
func (s staff) RemoveDemo(ctx context.Context, p access.Principal) error {
	if p.Workspace != Demo {
		return touch.Errorf(touch.Forbidden, "only the demo can be removed, and only from within it")
	}
	s.DemoMode = false
	return s.App.RemoveDemo(ctx)
}
