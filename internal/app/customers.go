package app

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/explain"
	"fairtouch/internal/web/pages"
	"fairtouch/touch"
)

var nan = math.NaN()

// humanDays is within how many working days a person answers.
const humanDays = 2

// customers answers what the customers' pages ask. Every method begins with the
// link: it alone says which workspace and which person.
type customers struct{ *App }

// Customers is the back end of the customers' pages.
func (a *App) Customers() pages.Backend {
	c := customers{a}
	return pages.Backend{Reasons: c, Choices: c, People: c, Public: c, Rights: c, Chats: c}
}

// from opens the decision behind a link, whose purpose is one of those given.
func (c customers) from(ctx context.Context, t pages.Token, purposes ...LinkPurpose) (touch.Workspace, StoredDecision, error) {
	gone := touch.Errorf(touch.Unknown, "this link is not valid, or too old")
	for _, p := range purposes {
		if k, err := c.Links.Parse(string(t), p); err == nil {
			if d, ok := useOf(k.ID, k.Ends.Add(-linkLife)); ok {
				return k.Workspace, d, nil
			}
			d, err := c.Stored(ctx, k.Workspace, touch.DecisionID(k.ID))
			if err != nil {
				return "", d, touch.Wrap(touch.Unknown, err, "this link is not valid, or too old")
			}
			return k.Workspace, d, nil
		}
	}
	return "", StoredDecision{}, gone
}

// links are the other pages for the same decision.
func (c customers) links(ws touch.Workspace, d *StoredDecision) pages.Links {
	mint := func(p LinkPurpose) string {
		t, err := c.Links.Token(Link{p, ws, string(d.Decision.ID), d.Decision.At.Add(linkLife)})
		if err != nil {
			return ""
		}
		return t
	}
	l := pages.Links{Why: mint(LinkWhy), Human: mint(LinkHuman), Verify: mint(LinkVerify)}
	if d.Subject != "" {
		l.Stop, l.Consent, l.Rights = mint(LinkStop), mint(LinkConsent), mint(LinkRights)
	}
	return l
}

func (c customers) company(ctx context.Context, ws touch.Workspace) (pages.Company, error) {
	co, err := c.Worlds.CompanyOf(ctx, ws)
	contact := co.Officer
	return pages.Company{Name: co.Name, Address: co.Address, OfficerURL: co.Officer, AuthorityURL: co.Authority, ContactURL: contact,
		Demo: ws == Demo, Locale: co.Locale}, err
}

// Why implements pages.Reasons.
func (c customers) Why(ctx context.Context, t pages.Token, locale, session string) (pages.Why, error) {
	ws, d, err := c.from(ctx, t, LinkWhy)
	if err != nil {
		return pages.Why{}, err
	}
	co, err := c.company(ctx, ws)
	if err != nil {
		return pages.Why{}, err
	}
	w := pages.Why{Company: co, Links: c.links(ws, &d), Verdict: d.Decision.Verdict, Channel: d.Decision.Channel, HumanDays: humanDays,
		Label: c.label(ctx, ws, &d, locale), At: d.Decision.At, Reference: reference(d.Decision.ID), Sources: sources(locale)}
	w.Unlocked = c.unlocked(session, ws, d.Decision.ID)
	if d.Decision.Alternative != nil {
		w.Alternative = d.Decision.Alternative.Text
	}
	if err := c.reasons(ctx, ws, &d, &w, locale); err != nil {
		return pages.Why{}, err
	}
	if w.Review, err = c.personReview(ctx, ws, d.Decision.ID); err != nil {
		return pages.Why{}, err
	}
	w.Stopped, _, err = c.stopped(ctx, ws, d.Subject)
	return w, err
}

// personReview is the latest review of a decision, nil for none.
func (a *App) personReview(ctx context.Context, ws touch.Workspace, id touch.DecisionID) (*pages.PersonReview, error) {
	all, err := a.DB.ReviewsOf(ctx, ws, id)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	d, err := a.Stored(ctx, ws, all[0].Review)
	if err != nil || d.Decision.Review == nil {
		return nil, err
	}
	out := &pages.PersonReview{At: d.Decision.At, Overturned: d.Decision.Review.Outcome == touch.Overturned, Reason: d.Decision.Review.Reason}
	if d.Decision.Outcome != nil {
		out.Action = d.Decision.Outcome.Action
	}
	return out, nil
}

// label is the disclosure in the page's language; the one that was shown then
// where that language has none.
func (c customers) label(ctx context.Context, ws touch.Workspace, d *StoredDecision, locale string) string {
	shown := d.Decision.Disclosure.Label.Text
	w, err := c.Worlds.Load(ctx, ws)
	if err != nil || d.Decision.Verdict != touch.Allow {
		return shown
	}
	b, ok := w.Systems[d.Decision.System]
	if !ok {
		return shown
	}
	duty, err := w.Texts.Resolve(b.System.Kind, d.Decision.Channel, locale, w.Locale)
	if err != nil {
		return shown
	}
	note, err := duty.Render(string(b.System.ID), disclosureLinks)
	if err != nil {
		return shown
	}
	return note.Label.Text
}

func (c customers) reasons(ctx context.Context, ws touch.Workspace, d *StoredDecision, w *pages.Why, locale string) error {
	if d.Explain == nil {
		w.NoReasons = d.Decision.Verdict == touch.Allow
		if d.Decision.Verdict != touch.Allow {
			x := explain.Refused(d.Decision.Checks, locale)
			w.WordsLang = otherThan(locale, x.Locale)
			for _, s := range x.Sentences {
				w.Reasons = append(w.Reasons, pages.Reason{Text: s, Against: true})
			}
		}
		return nil
	}
	kit, err := c.kit(ctx, ws, d)
	if err != nil {
		return err
	}
	if !kit.Speaks(locale) {
		w.WordsLang = otherThan(locale, "en")
	}
	row := d.row()
	open, full := kit.Render(*d.Explain, row, locale, false, d.Held), kit.Render(*d.Explain, row, locale, true, d.Held)
	for i := range full.Sentences {
		r := pages.Reason{Text: full.Sentences[i], Locked: open.Sentences[i] != full.Sentences[i], Against: kit.Against(*d.Explain, i)}
		if r.Locked && !w.Unlocked {
			r.Text = ""
		}
		w.Reasons = append(w.Reasons, r)
	}
	if n := len(open.NotUsed); n > 0 {
		w.NotUsed, w.Related = open.NotUsed[:n-1], open.NotUsed[n-1]
	}
	if strings.HasPrefix(d.Public.Locale, locale) || locale == d.Public.Locale {
		w.Counterfactual, err = c.Counterfactual(ctx, ws, d, w.Unlocked)
		return err
	}
	w.Counterfactual, _ = kit.Counterfactual(row, d.Explain.Line, locale, w.Unlocked)
	return nil
}

// otherThan is a language, where it isn't the page's.
func otherThan(page, words string) string {
	if page == words {
		return ""
	}
	return words
}

// reference is what a person can read out: the id's last letters.
func reference(id touch.DecisionID) string {
	s := strings.ToUpper(string(id))
	s = s[max(0, len(s)-8):]
	return s[:4] + "-" + s[4:]
}

// sourceWords are where the data of a decision came from, in the languages of the
// pages: from the person, from their accounts.
var sourceWords = map[string][]string{
	"en": {"you", "your accounts with us"},
	"de": {"von Ihnen", "aus Ihren Konten bei uns"},
	"fr": {"de vous", "de vos comptes chez nous"},
	"es": {"de usted", "de sus cuentas con nosotros"},
	"it": {"da Lei", "dai Suoi conti presso di noi"},
	"nl": {"van u", "van uw rekeningen bij ons"},
	"pt": {"de si", "das suas contas connosco"},
	"pl": {"od Ciebie", "z Twoich kont u nas"},
	"sv": {"dig", "dina konton hos oss"},
	"da": {"dig", "dine konti hos os"},
	"ro": {"de la dumneavoastră", "din conturile dumneavoastră la noi"},
	"tr": {"siz", "bizdeki hesaplarınız"},
	"zh": {"您本人", "您在我们这里的账户"},
	"ar": {"منك", "من حساباتك لدينا"},
}

func sources(locale string) []string {
	base, _, _ := strings.Cut(strings.ToLower(locale), "-")
	if w, ok := sourceWords[base]; ok {
		return w
	}
	return sourceWords["en"]
}

// Verify implements pages.Reasons.
func (c customers) Verify(ctx context.Context, t pages.Token) (pages.Verify, error) {
	ws, d, err := c.from(ctx, t, LinkVerify)
	if err != nil {
		return pages.Verify{}, err
	}
	co, err := c.company(ctx, ws)
	if err != nil {
		return pages.Verify{}, err
	}
	v := pages.Verify{Company: co, Links: c.links(ws, &d), Reference: reference(d.Decision.ID), At: d.Decision.At}
	row, err := c.DB.Row(ctx, ws, d.Event)
	if err != nil {
		return v, err
	}
	v.Commitment, v.Leaf, v.Logged = hexOf(row.Commitment[:]), row.Index, row.Index >= 0
	if v.Logged {
		if cp, err := c.Record.Checkpoint(ctx, ws); err == nil {
			v.Size, v.Root = checkpointOf(cp)
		}
	}
	v.Key, _, err = c.Record.Keys(ctx, ws)
	return v, err
}

// Proof implements pages.Reasons.
func (c customers) Proof(ctx context.Context, t pages.Token) ([]byte, error) {
	ws, d, err := c.from(ctx, t, LinkVerify)
	if err != nil {
		return nil, err
	}
	p, err := c.Record.Proof(ctx, ws, d.Event)
	return []byte(p), err
}

// Company implements pages.Public.
func (c customers) Company(ctx context.Context) (pages.Company, error) {
	return c.company(ctx, c.public())
}

// public is the workspace whose register anybody may read.
func (c customers) public() touch.Workspace {
	if c.DemoMode {
		return Demo
	}
	return Main
}

// Register implements pages.Public.
func (c customers) Register(ctx context.Context, locale string) (pages.Register, error) {
	ws := c.public()
	co, err := c.company(ctx, ws)
	if err != nil {
		return pages.Register{}, err
	}
	w, err := c.Worlds.Load(ctx, ws)
	if err != nil {
		return pages.Register{}, err
	}
	out := pages.Register{Company: co}
	if _, err := c.Statement(ctx, ws, 0); err == nil {
		out.Policy = true
	}
	for _, b := range w.Systems {
		s := &b.System
		if s.State != "active" {
			continue
		}
		e := pages.System{ID: string(s.ID), Name: s.Name, Purpose: strings.Join(s.Purposes, ", "), Mode: pages.Mode(s.Mode), Uses: s.DataCategories,
			NotUses: s.FeaturesOut, ContactURL: co.ContactURL, HumanDecides: s.SubstantiallyReplaces != nil && !*s.SubstantiallyReplaces}
		if s.Alternative != nil {
			e.Alternative = s.Alternative.Text
		}
		if d, err := w.Texts.Resolve(s.Kind, first(s.Channels), locale, w.Locale); err == nil {
			if note, err := d.Render(string(s.ID), disclosureLinks); err == nil {
				e.Disclosure = note.Label.Text
			}
		}
		out.Systems = append(out.Systems, e)
	}
	slices.SortFunc(out.Systems, func(a, b pages.System) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

func first[T any](xs []T) (zero T) {
	if len(xs) == 0 {
		return zero
	}
	return xs[0]
}

// Human implements pages.People.
func (c customers) Human(ctx context.Context, t pages.Token, locale string) (pages.Human, error) {
	ws, d, err := c.from(ctx, t, LinkHuman)
	if err != nil {
		return pages.Human{}, err
	}
	co, err := c.company(ctx, ws)
	h := pages.Human{Company: co, Links: c.links(ws, &d), Reference: reference(d.Decision.ID), Days: humanDays}
	if err != nil {
		return h, err
	}
	if h.Links.Chat, err = c.chatToken(ws, d.Subject, d.Decision.ID); err != nil {
		return h, err
	}
	k, err := c.DB.CaseOf(ctx, ws, d.Decision.ID)
	if err == nil {
		h.Case = &pages.Case{Reference: k.ID[len(k.ID)-6:], At: k.At, By: k.Due}
	}
	if touch.CodeOf(err) == touch.Unknown {
		err = nil
	}
	return h, err
}

// Ask implements pages.People.
func (c customers) Ask(ctx context.Context, t pages.Token, q pages.Ask) error {
	ws, d, err := c.from(ctx, t, LinkHuman)
	if err != nil {
		return err
	}
	if len(q.Text) > 4000 {
		return touch.Fielderr("text", "please keep it under 4,000 letters")
	}
	k := caseOf(d, string(q.Kind))
	body, err := json.Marshal(map[string]string{"text": q.Text, "locale": q.Locale})
	if err != nil {
		return touch.Wrap(touch.Internal, err, "the question can't be kept")
	}
	if d.Subject != "" {
		p, err := c.Ledger.ByID(ctx, ws, d.Subject)
		if err != nil {
			return err
		}
		if k.Sealed, err = p.Key.Seal(body, []byte(k.ID)); err != nil {
			return err
		}
	} else {
		key, err := c.Keeper.WorkspaceKey(ws)
		if err != nil {
			return err
		}
		if k.Sealed, err = key.Seal(body, []byte(k.ID)); err != nil {
			return err
		}
	}
	return c.DB.PutCase(ctx, ws, k)
}

// workingDays adds working days to a day; Saturdays and Sundays don't count.
func workingDays(from time.Time, n int) time.Time {
	for n > 0 {
		from = from.AddDate(0, 0, 1)
		if d := from.Weekday(); d != time.Saturday && d != time.Sunday {
			n--
		}
	}
	return from
}

// acts records what a person did on a page as their own act.
func (c customers) acts(ctx context.Context, ws touch.Workspace, id touch.SubjectID, surface string, es ...consent.Event) (touch.Receipt, error) {
	if id == "" {
		return touch.Receipt{}, touch.Errorf(touch.Invalid, "this decision is about no person")
	}
	for i := range es {
		es[i].Actor, es[i].Surface, es[i].Method, es[i].Assurance = consent.Self, surface, "button", consent.ByDevice
	}
	return c.Ledger.RecordByID(ctx, ws, id, es...)
}
