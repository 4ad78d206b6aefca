package app

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/disclose"
	"fairtouch/internal/sqlstore"
	"fairtouch/internal/web/pages"
	"fairtouch/touch"
)

var (
	stopAll = consent.Scope{Purpose: consent.Any, System: consent.Any, Channel: consent.Any}
	stopAI  = consent.Scope{Purpose: consent.Any, System: consent.AnyAI, Channel: consent.Any}
	// disclosureLinks stand in where only the label's text is wanted.
	disclosureLinks = disclose.Links{Human: "/"}
)

const maxChoices = 5

func hexOf(b []byte) string { return hex.EncodeToString(b) }

// checkpointOf reads size and root from a signed checkpoint.
func checkpointOf(note string) (int64, string) {
	lines := strings.Split(note, "\n")
	if len(lines) < 3 {
		return 0, ""
	}
	n, _ := strconv.ParseInt(lines[1], 10, 64)
	return n, lines[2]
}

func caseOf(d StoredDecision, kind string) sqlstore.Case {
	now := time.Now().UTC()
	return sqlstore.Case{ID: touch.NewID("case"), Kind: kind, Decision: d.Decision.ID, Subject: d.Subject, State: "open", At: now, Due: workingDays(now, humanDays)}
}

// notices are the published texts in a locale, or in English where there is
// none, at most one a key.
func (c customers) notices(ctx context.Context, ws touch.Workspace, locale string) ([]consent.Notice, error) {
	all, err := docs[consent.Notice](ctx, c.DB, ws, DocNotice)
	if err != nil {
		return nil, err
	}
	base, _, _ := strings.Cut(strings.ToLower(locale), "-")
	byKey := map[string]consent.Notice{}
	for _, n := range all {
		have, ok := byKey[n.Key]
		if n.Published.IsZero() || n.Sites || ok && have.Locale == base || n.Locale != base && n.Locale != "en" && ok {
			continue
		}
		byKey[n.Key] = n
	}
	var out []consent.Notice
	for _, n := range byKey {
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b consent.Notice) int { return strings.Compare(a.Key, b.Key) })
	return out[:min(len(out), maxChoices)], nil
}

// Centre implements pages.Choices.
func (c customers) Centre(ctx context.Context, t pages.Token, locale string, gpc bool, devices []string) (pages.Centre, error) {
	ws, d, err := c.from(ctx, t, LinkConsent)
	if err != nil {
		return pages.Centre{}, err
	}
	co, err := c.company(ctx, ws)
	if err != nil {
		return pages.Centre{}, err
	}
	out := pages.Centre{Company: co, Links: c.links(ws, &d), GPC: gpc}
	k, err := c.Ledger.ByID(ctx, ws, d.Subject)
	if err != nil {
		return out, err
	}
	ns, err := c.notices(ctx, ws, locale)
	if err != nil {
		return out, err
	}
	now := time.Now()
	out.Minor = consent.MinorAt(k.Members, now)
	for _, n := range ns {
		r := consent.Evaluate(k.Members, n.Scope(), now)
		p := pages.Permission{ID: n.Key, Notice: pages.Notice{Hash: n.Hash, Title: n.Title, Text: n.Text, Locale: n.Locale, Reviewed: n.Reviewed}, State: r.State, Since: r.Since,
			Source: sourceOf(k, r), Conflict: r.Conflict}
		out.GPC = out.GPC || r.State == consent.OptedOut
		p.Confirm = c.asksConfirmation(&n, placeOf(&d))
		out.Rows = append(out.Rows, p)
	}
	out.DemoLink = c.demoConfirmation(ctx, ws, &k)
	if out.Browsers, err = c.browsers(ctx, ws, &k, devices); err != nil {
		return out, err
	}
	out.Stopped, _, err = c.stopped(ctx, ws, d.Subject)
	return out, err
}

// sourceOf says who brought the state about.
func sourceOf(k consent.Known, r consent.Result) pages.Source {
	if r.State == consent.OptedOut {
		return pages.FromBrowser
	}
	for _, m := range k.Members {
		for _, e := range m.Projection.Entries {
			if e.Act != nil && e.Act.Event == r.Evidence {
				return pages.FromYou
			}
			if e.Yes != nil && e.Yes.Event == r.Evidence {
				return pages.FromImport
			}
		}
	}
	return pages.FromYou
}

// Choose implements pages.Choices.
func (c customers) Choose(ctx context.Context, t pages.Token, locale string, cs []pages.Choice) (string, error) {
	ws, d, err := c.from(ctx, t, LinkConsent)
	if err != nil {
		return "", err
	}
	ns, err := c.notices(ctx, ws, locale)
	if err != nil {
		return "", err
	}
	var es []consent.Event
	for _, ch := range cs {
		i := slices.IndexFunc(ns, func(n consent.Notice) bool { return n.Key == ch.ID })
		if i < 0 || ns[i].Hash != ch.Notice {
			return "", touch.Errorf(touch.Conflict, "the text was changed meanwhile; read it again")
		}
		if ch.Yes && c.asksConfirmation(&ns[i], placeOf(&d)) {
			if err := c.requestConfirmation(ctx, ws, d.Subject, &ns[i], ch.Email, placeOf(&d), consent.Self, "preference centre"); err != nil {
				return "", err
			}
			continue
		}
		es = append(es, c.answers(&ns[i], ch.Yes, placeOf(&d))...)
	}
	if len(es) == 0 {
		return "", nil
	}
	r, err := c.acts(ctx, ws, d.Subject, "preference centre", es...)
	return r.ID, err
}

// answers are the events of an answer to a notice. A yes lasts as long as the
// rules of the place say; one that has to be confirmed is a request, and permits
// nothing.
func (a *App) answers(n *consent.Notice, yes bool, place string) []consent.Event {
	var out []consent.Event
	now := time.Now()
	for _, s := range n.Scopes() {
		e := consent.Event{Scope: s, State: consent.Withdrawn, Basis: consent.ByNone, Notice: n.Hash, Locale: n.Locale}
		switch {
		case yes && a.asksConfirmation(n, place):
			e.State = consent.Requested
		case yes:
			e.State, e.Basis = consent.Given, n.Basis
			if n.Basis == consent.ByConsent {
				e.ValidUntil = now.AddDate(0, a.rules.Lasts(place, false, now).Yes, 0)
			}
		}
		out = append(out, e)
	}
	return out
}

// Receipt implements pages.Choices.
func (c customers) Receipt(ctx context.Context, t pages.Token, id string) ([]byte, error) {
	ws, d, err := c.from(ctx, t, LinkConsent)
	if err != nil {
		return nil, err
	}
	row, err := c.DB.Row(ctx, ws, touch.EventID(id))
	if err != nil || row.Subject != d.Subject {
		return nil, touch.Errorf(touch.Unknown, "there is no such receipt")
	}
	k, err := c.Ledger.ByID(ctx, ws, d.Subject)
	if err != nil {
		return nil, err
	}
	r, err := c.Record.Receipt(ctx, ws, row.ID)
	if err != nil {
		return nil, err
	}
	all, err := c.ConsentRecords(ctx, ws, k, consent.ProfileReceipt)
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(receiptMade{time.Now().UTC(), r, all}, "", "  ")
}

// stopped finds what a person has stopped: all marketing, or the AI in it.
func (c customers) stopped(ctx context.Context, ws touch.Workspace, id touch.SubjectID) (pages.StopKind, time.Time, error) {
	if id == "" {
		return "", time.Time{}, nil
	}
	k, err := c.Ledger.ByID(ctx, ws, id)
	if err != nil {
		return "", time.Time{}, err
	}
	var ai time.Time
	for _, m := range k.Members {
		for _, e := range m.Projection.Entries {
			if e.No == nil {
				continue
			}
			if e.Scope == stopAll && e.No.State == consent.Objected && !answeredSince(m.Projection, e.No.Effective, false) {
				return pages.StopAll, e.No.Effective, nil
			}
			if e.Scope == stopAI && !answeredSince(m.Projection, e.No.Effective, true) {
				ai = e.No.Effective
			}
		}
	}
	if !ai.IsZero() {
		return pages.StopAI, ai, nil
	}
	return "", time.Time{}, nil
}

// answeredSince reports whether the person said yes to something after a stop.
func answeredSince(p *consent.Projection, at time.Time, ai bool) bool {
	return slices.ContainsFunc(p.Entries, func(e consent.Entry) bool {
		return e.Act != nil && e.Act.Effective.After(at) && (!ai || e.Scope.System != "")
	})
}

// Stopped implements pages.Choices.
func (c customers) Stopped(ctx context.Context, t pages.Token, locale string) (pages.Stopped, error) {
	ws, d, err := c.from(ctx, t, LinkStop)
	if err != nil {
		return pages.Stopped{}, err
	}
	co, err := c.company(ctx, ws)
	if err != nil {
		return pages.Stopped{}, err
	}
	out := pages.Stopped{Company: co, Links: c.links(ws, &d)}
	if out.What, out.Since, err = c.stopped(ctx, ws, d.Subject); err != nil {
		return out, err
	}
	ns, err := c.notices(ctx, ws, locale)
	if err == nil && len(ns) > 0 {
		out.Back = pages.Notice{Hash: ns[0].Hash, Title: ns[0].Title, Text: ns[0].Text, Locale: ns[0].Locale, Reviewed: ns[0].Reviewed}
	}
	return out, err
}

// Stop implements pages.Choices.
func (c customers) Stop(ctx context.Context, t pages.Token, what pages.StopKind) error {
	ws, d, err := c.from(ctx, t, LinkStop)
	if err != nil {
		return err
	}
	e := consent.Event{Scope: stopAll, State: consent.Objected, Basis: consent.ByNone}
	if what == pages.StopAI {
		e = consent.Event{Scope: stopAI, State: consent.Refused, Basis: consent.ByNone}
	}
	_, err = c.acts(ctx, ws, d.Subject, "stop button", e)
	return err
}

// Undo implements pages.Choices: a new yes to the text that was shown.
func (c customers) Undo(ctx context.Context, t pages.Token, what pages.StopKind, notice string) error {
	ws, d, err := c.from(ctx, t, LinkStop)
	if err != nil {
		return err
	}
	all, err := docs[consent.Notice](ctx, c.DB, ws, DocNotice)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(n consent.Notice) bool { return n.Hash == notice })
	if i < 0 {
		return touch.Errorf(touch.Conflict, "the text was changed meanwhile; read it again")
	}
	_, err = c.acts(ctx, ws, d.Subject, "start again", c.answers(&all[i], true, placeOf(&d))...)
	return err
}
