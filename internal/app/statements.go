package app

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/record"
	"fairtouch/internal/statement"
	"fairtouch/internal/web/console"
	webstatement "fairtouch/internal/web/statement"
	"fairtouch/touch"
)

const docStatement = "ai-statement"

// StatementFacts are what the section on AI of the privacy policy would say now.
func (a *App) StatementFacts(ctx context.Context, ws touch.Workspace) (statement.Facts, error) {
	co, err := a.Worlds.CompanyOf(ctx, ws)
	if err != nil {
		return statement.Facts{}, err
	}
	systems, err := a.DB.Systems(ctx, ws)
	if err != nil {
		return statement.Facts{}, err
	}
	parts, err := a.DB.Chains(ctx, ws)
	if err != nil {
		return statement.Facts{}, err
	}
	vendors := map[string]string{}
	for _, p := range parts.Parties {
		vendors[p.ID] = p.Name
	}
	return statement.From(statement.Company{Name: co.Name, Address: co.Address, Contact: co.Officer, Authority: co.Authority}, systems, vendors), nil
}

// Statement reads a published statement: a version's number, or the newest for 0.
// touch.Unknown where there is none.
func (a *App) Statement(ctx context.Context, ws touch.Workspace, number int) (v statement.Version, err error) {
	err = a.DB.DocumentVersions(ctx, ws, docStatement, docStatement, func(body string) error {
		var x statement.Version
		if err := json.Unmarshal([]byte(body), &x); err != nil {
			return touch.Wrap(touch.Internal, err, "a statement can't be read")
		}
		if number == 0 || x.Number == number {
			v = x
		}
		return nil
	})
	switch {
	case err != nil:
		return v, err
	case v.Number == 0:
		return v, touch.Errorf(touch.Unknown, "no statement on AI is published here yet")
	case !v.Genuine():
		return v, touch.Errorf(touch.Tampered, "the statement isn't what was published")
	}
	return v, nil
}

// PublishStatement publishes the next version of what was seen: facts is the hash
// of the facts that the person looked at. touch.Conflict where the register changed
// since, so that nobody publishes what they didn't read.
func (a *App) PublishStatement(ctx context.Context, ws touch.Workspace, by touch.UserID, facts string) (statement.Version, error) {
	f, err := a.StatementFacts(ctx, ws)
	if err != nil {
		return statement.Version{}, err
	}
	if f.Hash() != facts {
		return statement.Version{}, touch.Errorf(touch.Conflict, "the register changed meanwhile; read the text again")
	}
	book, err := statement.Load()
	if err != nil {
		return statement.Version{}, err
	}
	last, err := a.Statement(ctx, ws, 0)
	if err != nil && touch.CodeOf(err) != touch.Unknown {
		return statement.Version{}, err
	}
	v := book.Make(f, by, time.Now())
	v.Number = last.Number + 1
	if err := a.DB.PutVersion(ctx, ws, docStatement, docStatement, v.Number, v, by); err != nil {
		return v, err
	}
	return v, a.note(ctx, ws, record.Register, map[string]any{"what": "statement on AI published", "version": v.Number, "hash": v.Hash, "by": by})
}

// demoStatement publishes the demo's.
func (a *App) demoStatement(ctx context.Context) error {
	f, err := a.StatementFacts(ctx, Demo)
	if err == nil {
		_, err = a.PublishStatement(ctx, Demo, LocalOperator, f.Hash())
	}
	return err
}

// StatementSite is the back end of the public pages.
func (a *App) StatementSite() webstatement.Backend { return customers{a} }

// Published implements statement.Backend of the public pages.
func (c customers) Published(ctx context.Context, number int) (webstatement.Published, error) {
	ws := c.public()
	v, err := c.Statement(ctx, ws, number)
	if err != nil {
		return webstatement.Published{}, err
	}
	now, err := c.StatementFacts(ctx, ws)
	if err != nil {
		return webstatement.Published{}, err
	}
	newest := v
	if number != 0 {
		if newest, err = c.Statement(ctx, ws, 0); err != nil {
			return webstatement.Published{}, err
		}
	}
	return webstatement.Published{Version: v, Current: v.Number == newest.Number && v.Describes(&now), Newest: newest.Number, Demo: ws == Demo}, nil
}

// PolicyText implements console.Register.
func (s staff) PolicyText(ctx context.Context, p access.Principal, lang string) (console.PolicyPage, error) {
	f, err := s.StatementFacts(ctx, p.Workspace)
	if err != nil {
		return console.PolicyPage{}, err
	}
	book, err := statement.Load()
	if err != nil {
		return console.PolicyPage{}, err
	}
	out := console.PolicyPage{Facts: f.Hash(), Missing: f.Missing(), Languages: book.Languages(), Base: s.Config.Base()}
	all := book.Write(&f, time.Now())
	var ok bool
	if out.Now, ok = all[strings.ToLower(lang)]; !ok {
		out.Now = all["en"]
	}
	v, err := s.Statement(ctx, p.Workspace, 0)
	if touch.CodeOf(err) == touch.Unknown {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	out.Number, out.Hash, out.Day, out.Current = v.Number, v.Hash, v.Day, v.Describes(&f)
	out.Changes = statement.Diff(&v.Facts, &f)
	return out, nil
}

// PublishPolicy implements console.Register.
func (s staff) PublishPolicy(ctx context.Context, p access.Principal, facts string) error {
	_, err := s.PublishStatement(ctx, p.Workspace, p.User, facts)
	return err
}
