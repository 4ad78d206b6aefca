package site

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/touch"
)

// Banner is what a browser is asked, in one language.
type Banner struct {
	Lang  string
	Words Words
	Asks  []Ask
}

// Ask is one question with the exact text.
type Ask struct {
	Choice
	Text consent.Notice
}

// Write puts the banner of a site together: in the first of the wanted languages
// that every notice is published in, else in the house's, else each text in the
// language that there is. A choice whose notice isn't published anywhere is left
// out; nothing left is an error.
func (b *Book) Write(s *Site, all []consent.Notice, wanted []string, house string) (Banner, error) {
	for _, l := range append(append([]string{}, wanted...), house, "en") {
		w, ok := b.Of(Base(l))
		if !ok {
			continue
		}
		if asks := s.asks(all, Base(l), true); len(asks) > 0 {
			return Banner{Base(l), w, asks}, nil
		}
	}
	w, _ := b.Of("en")
	if asks := s.asks(all, Base(house), false); len(asks) > 0 {
		return Banner{"en", w, asks}, nil
	}
	return Banner{}, touch.Errorf(touch.Unknown, "no text is published for this web site")
}

// In is Write in one language, for an answer to what was asked in it.
func (b *Book) In(s *Site, all []consent.Notice, lang, house string) (Banner, error) {
	return b.Write(s, all, []string{lang}, house)
}

// asks are the site's questions in a language. whole: in that language, or none.
func (s *Site) asks(all []consent.Notice, lang string, whole bool) []Ask {
	var out []Ask
	for _, c := range s.Choices {
		var best *consent.Notice
		for i := range all {
			n := &all[i]
			if n.Key != c.Notice || n.Published.IsZero() || whole && Base(n.Locale) != lang {
				continue
			}
			if best == nil || Base(n.Locale) == lang || Base(n.Locale) == "en" && Base(best.Locale) != lang {
				best = n
			}
		}
		switch {
		case best != nil:
			out = append(out, Ask{c, *best})
		case whole && published(all, c.Notice):
			return nil
		}
	}
	return out
}

func published(all []consent.Notice, key string) bool {
	return slices.ContainsFunc(all, func(n consent.Notice) bool { return n.Key == key && !n.Published.IsZero() })
}

// Digest names exactly what is asked: language and every text.
func (b *Banner) Digest() string {
	h := sha256.New()
	h.Write([]byte(b.Lang))
	for _, a := range b.Asks {
		h.Write([]byte("\n" + a.Notice + "\n" + a.Text.Hash))
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// Asked again only after this many months: a yes ends then, and a no is left in
// peace for as long. Source: CNIL, guidelines of 17 September 2020 on cookies
// and other trackers, § 4 (six months as good practice), read through secondary
// reports on 2026-11-23: a draft.
const Months = 6

// Until is when an answer of a moment has to be asked for again.
func Until(at time.Time) time.Time { return at.AddDate(0, Months, 0) }

// scopes are the notice's; a permission without an AI system names its channel,
// which on a web site is the web.
func (a *Ask) scopes() []consent.Scope {
	out := a.Text.Scopes()
	for i := range out {
		if out[i].System == "" && out[i].Channel == consent.Any {
			out[i].Channel = touch.Web
		}
	}
	return out
}

// Stand is how one question stands on a device.
type Stand struct {
	Yes      bool
	Answered bool // nothing needs to be asked
	Conflict bool // a yes and the browser's signal: the no counts
}

// Standing reads how a question stands on a device. own may be nil, for a
// browser that never answered. Only the device's own words count. A yes to a
// text that was replaced, or that is older than its time, has to be asked for
// again; gpc denies what it covers, whatever was said.
func (a *Ask) Standing(own *consent.Projection, all []consent.Notice, gpc bool, now time.Time) Stand {
	if own == nil {
		own = &consent.Projection{}
	}
	out := Stand{Yes: true, Answered: true}
	for _, scope := range a.scopes() {
		r := consent.EvaluateDevice(own, scope, now)
		yes := r.Allowed && current(all, a.Notice, r.Notice)
		out.Yes = out.Yes && yes
		out.Answered = out.Answered && (yes || r.State.Negative() && now.Before(Until(r.Since)))
		out.Conflict = out.Conflict || r.Conflict
	}
	if gpc && a.Covered(&a.Text) {
		out.Conflict = out.Conflict || out.Yes
		out.Yes = false
	}
	return out
}

// current reports whether a hash is of the newest text of a key, in any language.
func current(all []consent.Notice, key, hash string) bool {
	return slices.ContainsFunc(all, func(n consent.Notice) bool { return n.Key == key && n.Hash == hash })
}

// Events are the ledger's events for an answer. yes says nothing of a question:
// nothing is recorded of it, and nothing is allowed. With gpc, what it covers is
// refused in the browser's name as well; a yes beside it is kept as a conflict.
func (b *Banner) Events(said map[string]bool, gpc bool, surface string, now time.Time) []consent.Event {
	var out []consent.Event
	for _, a := range b.Asks {
		yes, answered := said[a.Notice]
		for _, s := range a.scopes() {
			e := consent.Event{Scope: s, State: consent.Refused, Basis: consent.ByNone, Notice: a.Text.Hash, Locale: a.Text.Locale, Surface: surface, Method: "button", Actor: consent.Self, OccurredAt: now}
			if yes {
				e.State, e.Basis, e.ValidUntil = consent.Given, consent.ByConsent, Until(now)
			}
			if answered {
				out = append(out, e)
			}
			if gpc && a.Covered(&a.Text) {
				e.State, e.Basis, e.ValidUntil, e.Actor, e.Signals = consent.OptedOut, consent.ByNone, time.Time{}, consent.Signal, "Sec-GPC: 1"
				out = append(out, e)
			}
		}
	}
	return out
}
