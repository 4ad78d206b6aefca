package app

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/consent"
	"fairtouch/internal/record"
	"fairtouch/internal/seal"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

const (
	againPeople = 200_000 // that the console looks at in one go
	againLines  = 100     // that it shows
	againSoon   = 60 * 24 * time.Hour
)

// againLine is one person and one text that they said something of.
type againLine struct {
	console.AgainLine
	kind string // expired, soon, wait, left
	n    *consent.Notice
}

// askAgain calls f with everybody whose permission ended or ends soon, who waits
// for a confirmation, and who said no and is to be left in peace. It returns how
// many persons were looked at, and whether there are more.
func (a *App) askAgain(ctx context.Context, ws touch.Workspace, limit int, f func(l againLine) error) (looked int, more bool, err error) {
	texts, err := a.personTexts(ctx, ws)
	if err != nil {
		return 0, false, err
	}
	now, after := time.Now(), touch.SubjectID("")
	for looked < limit {
		people, err := a.DB.PeopleAfter(ctx, ws, after, 500)
		if err != nil || len(people) == 0 {
			return looked, false, err
		}
		for _, p := range people {
			after = p.ID
			if len(p.Sealed) == 0 {
				continue
			}
			k, err := a.Ledger.Open(ctx, ws, p)
			if errors.Is(err, seal.ErrErased) {
				continue
			}
			if err != nil {
				return looked, false, err
			}
			if onlyDevice(k.Members[0].Projection) {
				continue
			}
			looked++
			for i := range texts {
				if l, ok := a.againOf(&k, &texts[i], now); ok {
					if err := f(l); err != nil {
						return looked, false, err
					}
				}
			}
		}
	}
	return looked, true, nil
}

// personTexts are the published texts that people are asked, one a key.
func (a *App) personTexts(ctx context.Context, ws touch.Workspace) ([]consent.Notice, error) {
	all, err := docs[consent.Notice](ctx, a.DB, ws, DocNotice)
	if err != nil {
		return nil, err
	}
	var out []consent.Notice
	for _, n := range all {
		i := slices.IndexFunc(out, func(x consent.Notice) bool { return x.Key == n.Key })
		switch {
		case n.Published.IsZero() || n.Sites:
		case i < 0:
			out = append(out, n)
		case n.Locale == "en":
			out[i] = n
		}
	}
	return out, nil
}

// onlyDevice reports whether everything was said by a browser.
func onlyDevice(p *consent.Projection) bool {
	return !slices.ContainsFunc(p.Entries, func(e consent.Entry) bool {
		return slices.ContainsFunc([]*consent.Mark{e.Yes, e.No, e.Act, e.Other}, func(m *consent.Mark) bool { return m != nil && !m.Device })
	})
}

// againOf says what one text asks to be done about one person.
func (a *App) againOf(k *consent.Known, n *consent.Notice, now time.Time) (againLine, bool) {
	r := consent.Evaluate(k.Members, n.Scope(), now)
	l := againLine{n: n, AgainLine: console.AgainLine{Subject: k.ID, Notice: n.Key, State: string(r.State), Until: r.Until}}
	switch {
	case r.State == consent.Expired:
		l.kind = "expired"
	case r.Allowed && !r.Until.IsZero() && r.Until.Sub(now) < againSoon:
		l.kind = "soon"
	case r.State == consent.Requested:
		l.kind = "wait"
	case r.State.Negative():
		// An objection is never asked about again by us; a refusal not before its time.
		if l.AskFrom = r.Since.AddDate(0, a.rules.Lasts("", false, now).No, 0); r.State == consent.Objected {
			l.AskFrom = time.Time{}
		} else if !now.Before(l.AskFrom) {
			return l, false
		}
		l.kind = "left"
	default:
		return l, false
	}
	return l, true
}

// AskAgain implements console.Again.
func (s staff) AskAgain(ctx context.Context, p access.Principal) (console.AgainPage, error) {
	out := console.AgainPage{Rules: s.rules.Lifetimes}
	if err := s.note(ctx, p.Workspace, record.View, map[string]any{"by": p.User, "name": p.Name, "what": "whom to ask again", "id": ""}); err != nil {
		return out, err
	}
	totals := map[string]*console.AgainTotal{}
	texts, err := s.personTexts(ctx, p.Workspace)
	if err != nil {
		return out, err
	}
	for i := range texts {
		totals[texts[i].Key] = &console.AgainTotal{Notice: texts[i].Key, Title: texts[i].Title}
	}
	out.Looked, out.More, err = s.askAgain(ctx, p.Workspace, againPeople, func(l againLine) error {
		t := totals[l.Notice]
		switch l.kind {
		case "expired":
			t.Expired++
		case "soon":
			t.Soon++
		case "wait":
			t.Wait++
		default:
			t.Left++
		}
		if l.kind == "expired" && len(out.Lines) < againLines {
			out.Lines = append(out.Lines, l.AgainLine)
		}
		return nil
	})
	for _, t := range totals {
		out.Totals = append(out.Totals, *t)
	}
	slices.SortFunc(out.Totals, func(a, b console.AgainTotal) int { return strings.Compare(a.Notice, b.Notice) })
	return out, err
}

// AskAgainCSV implements console.Again. Persons are named by their id here, as in
// webhooks: their own id is kept as a keyed hash alone.
func (s staff) AskAgainCSV(ctx context.Context, p access.Principal, w io.Writer) error {
	if err := s.note(ctx, p.Workspace, record.Export, map[string]any{"what": "whom to ask again", "by": p.User}); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	if err := out.Write([]string{"subject", "notice", "what", "state", "until", "ask_not_before"}); err != nil {
		return touch.Wrap(touch.Unavailable, err, "the table can't be written")
	}
	day := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.DateOnly)
	}
	_, _, err := s.askAgain(ctx, p.Workspace, 50*againPeople, func(l againLine) error {
		from := day(l.AskFrom)
		if l.State == string(consent.Objected) {
			from = "never"
		}
		return touch.Wrap(touch.Unavailable, out.Write([]string{string(l.Subject), l.Notice, l.kind, l.State, day(l.Until), from}), "the table can't be written")
	})
	out.Flush()
	return errors.Join(err, out.Error())
}
