package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/consent"
	"fairtouch/internal/web/console"
	"fairtouch/internal/web/pages"
	"fairtouch/touch"
)

// guardianLife is how long a guardian's link works.
const guardianLife = 14 * 24 * time.Hour

// UnderAge is what came of saying when somebody was born.
type UnderAge struct {
	Until time.Time `json:"until"`        // of age from then on
	Link  string    `json:"guardian_url"` // "" where they are of age already
	Rule  string    `json:"rule"`
}

// SetBorn records until when a person is under age at a place: the day of coming
// of age, sealed under their key, and for who is of age nothing but that. place is ISO 3166-1, "" for the company's country.
func (a *App) SetBorn(ctx context.Context, ws touch.Workspace, external, born, place string) (UnderAge, error) {
	now := time.Now().UTC()
	day, err := time.Parse(time.DateOnly, strings.TrimSpace(born))
	if err != nil || day.After(now) || day.Before(now.AddDate(-120, 0, 0)) {
		return UnderAge{}, touch.Fielderr("born", "write the date of birth as 2013-05-21")
	}
	if place == "" {
		co, err := a.Worlds.CompanyOf(ctx, ws)
		if err != nil {
			return UnderAge{}, err
		}
		place = co.Country
	}
	if len(place) > 6 {
		return UnderAge{}, touch.Fielderr("country", "two letters, such as DE")
	}
	k, _, err := a.Ledger.Find(ctx, ws, external)
	if err != nil {
		return UnderAge{}, err
	}
	age := a.rules.AgeOf(place, now)
	out := UnderAge{Until: age.Majority(day), Rule: age.ID}
	adult := !now.Before(out.Until)
	if adult {
		out.Until = time.Unix(1, 0).UTC() // says that they are of age, and not since when
		if k.Members[0].Projection.Minor() == nil {
			return out, nil
		}
	}
	if _, err := a.Ledger.RecordByID(ctx, ws, k.ID, consent.UnderAge(out.Until, "date of birth given to the company", now)); err != nil || adult {
		return out, err
	}
	t, err := a.Links.Token(Link{LinkGuardian, ws, string(k.ID), now.Add(guardianLife)})
	out.Link = a.Config.Base() + "/p/guardian/" + t
	return out, err
}

// SetMinor implements console.People and api.Confirmer.
func (s staff) SetMinor(ctx context.Context, p access.Principal, external, born, place string) (console.Minor, error) {
	u, err := s.SetBorn(ctx, p.Workspace, external, born, strings.ToUpper(strings.TrimSpace(place)))
	return console.Minor{Until: u.Until, Link: u.Link, Rule: u.Rule}, err
}

// MarkBorn implements api.Confirmer.
func (a *App) MarkBorn(ctx context.Context, ws touch.Workspace, external, born, place string) (until time.Time, link string, err error) {
	u, err := a.SetBorn(ctx, ws, external, born, strings.ToUpper(strings.TrimSpace(place)))
	return u.Until, u.Link, err
}

// ward opens the person behind a guardian's link, while they are under age.
func (c customers) ward(ctx context.Context, t pages.Token) (touch.Workspace, consent.Known, error) {
	k, err := c.Links.Parse(string(t), LinkGuardian)
	if err != nil {
		return "", consent.Known{}, err
	}
	person, err := c.Ledger.ByID(ctx, k.Workspace, touch.SubjectID(k.ID))
	if err != nil || !consent.MinorAt(person.Members, time.Now()) {
		return "", consent.Known{}, touch.Errorf(touch.Unknown, "this link is not valid any more: the person answers alone, or it is too old")
	}
	return k.Workspace, person, nil
}

// Ward implements pages.Choices.
func (c customers) Ward(ctx context.Context, t pages.Token, locale string) (pages.Centre, error) {
	ws, k, err := c.ward(ctx, t)
	if err != nil {
		return pages.Centre{}, err
	}
	co, err := c.company(ctx, ws)
	if err != nil {
		return pages.Centre{}, err
	}
	out := pages.Centre{Company: co}
	ns, err := c.notices(ctx, ws, locale)
	if err != nil {
		return out, err
	}
	for _, n := range ns {
		r := consent.Evaluate(k.Members, n.Scope(), time.Now())
		out.Rows = append(out.Rows, pages.Permission{ID: n.Key, Notice: pages.Notice{Hash: n.Hash, Title: n.Title, Text: n.Text}, State: r.State, Since: r.Since, Source: sourceOf(k, r)})
	}
	return out, nil
}

// ChooseForWard implements pages.Choices: the guardian's act. What they allow ends
// with the person's coming of age, or earlier by the rules of permissions.
func (c customers) ChooseForWard(ctx context.Context, t pages.Token, locale string, cs []pages.Choice) error {
	ws, k, err := c.ward(ctx, t)
	if err != nil {
		return err
	}
	ns, err := c.notices(ctx, ws, locale)
	if err != nil {
		return err
	}
	var until time.Time
	for _, m := range k.Members {
		if u := m.Projection.Minor(); u != nil && u.Until.After(until) {
			until = u.Until
		}
	}
	now := time.Now().UTC()
	var es []consent.Event
	for _, ch := range cs {
		i := slices.IndexFunc(ns, func(n consent.Notice) bool { return n.Key == ch.ID })
		if i < 0 || ns[i].Hash != ch.Notice {
			return touch.Errorf(touch.Conflict, "the text was changed meanwhile; read it again")
		}
		n := ns[i]
		for _, s := range n.Scopes() {
			e := consent.Event{Scope: s, State: consent.Withdrawn, Basis: consent.ByNone, Notice: n.Hash, Locale: n.Locale, Surface: "guardian's page", Method: "link handed to the guardian, and a button", Actor: consent.Guardian, OccurredAt: now}
			if ch.Yes {
				e.State, e.Basis, e.ValidUntil = consent.Given, n.Basis, now.AddDate(0, c.rules.Lasts("", false, now).Yes, 0)
				if until.Before(e.ValidUntil) {
					e.ValidUntil = until
				}
			}
			es = append(es, e)
		}
	}
	_, err = c.Ledger.RecordByID(ctx, ws, k.ID, es...)
	return err
}
