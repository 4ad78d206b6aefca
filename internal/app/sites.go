package app

import (
	"context"
	"strconv"
	"strings"
	"time"

	"fairtouch/gpp"
	"fairtouch/internal/consent"
	"fairtouch/internal/site"
	"fairtouch/internal/sqlstore"
	"fairtouch/internal/web/banner"
	"fairtouch/touch"
)

const (
	docSite    = "site"
	askLife    = 24 * time.Hour
	deviceLife = 400 * 24 * time.Hour
)

// sites answers what web sites' banners ask. The public id says which workspace;
// the signed device says which browser; nothing here opens a person.
type sites struct {
	*App
	words *site.Book
}

// Sites is the back end of the banners.
func (a *App) Sites() (banner.Backend, error) {
	words, err := site.LoadWords()
	return sites{a, words}, err
}

// siteOf reads a site by its public id.
func (a *App) siteOf(ctx context.Context, key string) (touch.Workspace, site.Site, error) {
	var s site.Site
	ws, err := a.DB.SiteOwner(ctx, key)
	if err != nil {
		return "", s, err
	}
	if err := a.DB.Document(ctx, ws, docSite, key, &s); err != nil {
		return "", s, err
	}
	if s.Retired {
		return "", s, touch.Errorf(touch.Unknown, "this web site asks nothing any more")
	}
	return ws, s, nil
}

// Site implements banner.Backend.
func (s sites) Site(ctx context.Context, key string) (site.Site, error) {
	_, out, err := s.siteOf(ctx, key)
	return out, err
}

// scene is what one request is about.
type scene struct {
	ws     touch.Workspace
	site   site.Site
	all    []consent.Notice
	house  string // the company's language
	name   string // the company's
	device string // "" for a browser that has none, or brought a value that isn't ours
	known  consent.Known
	ok     bool // it has answered before
}

func (s sites) scene(ctx context.Context, v banner.Visit) (c scene, err error) {
	if c.ws, c.site, err = s.siteOf(ctx, v.Key); err != nil {
		return c, err
	}
	if c.all, err = docs[consent.Notice](ctx, s.DB, c.ws, DocNotice); err != nil {
		return c, err
	}
	co, err := s.Worlds.CompanyOf(ctx, c.ws)
	if err != nil {
		return c, err
	}
	c.house, c.name = co.Locale, co.Name
	c.device = s.deviceIn(c.ws, c.site.ID, v.Device)
	if c.device == "" {
		return c, nil
	}
	c.known, c.ok, err = s.Ledger.LookDevice(ctx, c.ws, c.device)
	return c, err
}

// deviceIn reads a device's signed value, for one workspace and one site; "" for
// any other value.
func (a *App) deviceIn(ws touch.Workspace, siteID, token string) string {
	k, err := a.Links.Parse(token, LinkDevice)
	if err != nil || k.Workspace != ws {
		return ""
	}
	of, device, ok := strings.Cut(k.ID, "/")
	if !ok || of != siteID {
		return ""
	}
	return device
}

func (c *scene) own() *consent.Projection {
	if !c.ok {
		return nil
	}
	return c.known.Members[0].Projection
}

func (c *scene) version() int64 {
	if !c.ok {
		return 0
	}
	return c.known.Version
}

// Open implements banner.Backend.
func (s sites) Open(ctx context.Context, v banner.Visit) (banner.Asked, error) {
	c, err := s.scene(ctx, v)
	if err != nil {
		return banner.Asked{}, err
	}
	b, err := s.words.Write(&c.site, c.all, v.Langs, c.house)
	if err != nil {
		return banner.Asked{}, err
	}
	out := banner.Asked{Company: c.name, Demo: c.ws == Demo, GPC: v.GPC, Policy: c.site.Policy, Lang: b.Lang, Dir: b.Words.Direction, Answered: true}
	out.State, out.Mode, out.GPP, out.Answered, out.Asks = s.stands(&c, &b, v.GPC)
	if out.Answered && !v.Show {
		out.Asks = nil
		return out, nil
	}
	out.Words = &b.Words
	if !b.Words.Reviewed {
		out.Note = b.Words.Unreviewed
	}
	if err := s.served(ctx, &c, &b, v.GPC); err != nil {
		return banner.Asked{}, err
	}
	device := c.device
	if device == "" {
		device = touch.RandomID()
	}
	out.Ask, err = s.Links.Token(Link{LinkAsk, c.ws, strings.Join([]string{c.site.ID, device, strconv.FormatInt(c.version(), 10), b.Lang, b.Digest()}, "/"), time.Now().Add(askLife)})
	return out, err
}

// stands reads how every question stands on the device.
func (s sites) stands(c *scene, b *site.Banner, gpc bool) (state map[string]bool, mode gpp.ConsentMode, text string, answered bool, asks []banner.Question) {
	state, answered = map[string]bool{}, true
	now, ads := time.Now(), false
	for i := range b.Asks {
		a := &b.Asks[i]
		st := a.Standing(c.own(), c.all, gpc, now)
		state[a.Notice] = st.Yes
		answered = answered && st.Answered
		q := banner.Question{ID: a.Notice, Title: a.Text.Title, Text: a.Text.Text, Lang: a.Text.Locale, Dir: s.direction(a.Text.Locale), Covered: a.Covered(&a.Text)}
		switch {
		case st.Yes:
			q.Was = "yes"
		case st.Answered:
			q.Was = "no"
		}
		asks = append(asks, q)
		for _, x := range a.Storage {
			if st.Yes {
				grant(&mode, x)
			}
		}
		ads = ads || st.Yes && q.Covered
	}
	if c.site.GPP {
		text = usNational(ads, gpc)
	}
	return state, mode, text, answered, asks
}

func (s sites) direction(locale string) string {
	if w, ok := s.words.Of(site.Base(locale)); ok {
		return w.Direction
	}
	return "ltr"
}

// grant sets one consent type of Google Consent Mode.
func grant(m *gpp.ConsentMode, what string) {
	switch what {
	case "ad_storage":
		m.AdStorage = gpp.Granted
	case "ad_user_data":
		m.AdUserData = gpp.Granted
	case "ad_personalization":
		m.AdPersonalization = gpp.Granted
	case "analytics_storage":
		m.AnalyticsStorage = gpp.Granted
	case "functionality_storage":
		m.FunctionalityStorage = gpp.Granted
	case "personalization_storage":
		m.PersonalizationStorage = gpp.Granted
	}
}

// usNational is the US national section (GPP section 7, version 1) of a browser:
// sale, sharing and targeted advertising are opted out of unless there is a yes.
// "" where it can't be made, which says nothing, and so permits nothing.
func usNational(ads, gpc bool) string {
	out := 1 // opted out
	if ads {
		out = 2
	}
	section, err := gpp.US{Section: "usnat", Version: 1, SharingNotice: 1, SaleOptOutNotice: 1, SharingOptOutNotice: 1, TargetedAdvertisingOptOutNotice: 1,
		SaleOptOut: out, SharingOptOut: out, TargetedAdvertisingOptOut: out, SensitiveDataProcessing: make([]int, 12), KnownChildSensitiveDataConsents: make([]int, 2),
		MSPACoveredTransaction: 2, HasGPC: true, GPC: gpc}.Build()
	if err != nil {
		return ""
	}
	text, err := gpp.NewGPP(section).Encode()
	if err != nil {
		return ""
	}
	return text
}

// served counts that the exact texts were shown, before they are.
func (s sites) served(ctx context.Context, c *scene, b *site.Banner, gpc bool) error {
	add := []sqlstore.SiteCount{{What: "served", N: 1}}
	if gpc {
		add = append(add, sqlstore.SiteCount{What: "gpc", N: 1})
	}
	for i := range b.Asks {
		add = append(add, sqlstore.SiteCount{Notice: b.Asks[i].Text.Hash, What: "served", N: 1})
	}
	return s.DB.CountSite(ctx, c.ws, c.site.ID, time.Now(), add)
}

// Answer implements banner.Backend.
func (s sites) Answer(ctx context.Context, v banner.Visit, ask string, said banner.Said) (banner.Answered, error) {
	stale := touch.Errorf(touch.Conflict, "this question was answered or changed meanwhile; it has to be asked again")
	k, err := s.Links.Parse(ask, LinkAsk)
	parts := strings.Split(k.ID, "/")
	if err != nil || len(parts) != 5 {
		return banner.Answered{}, stale
	}
	c, err := s.scene(ctx, v)
	if err != nil {
		return banner.Answered{}, err
	}
	of, device, lang, digest := parts[0], parts[1], parts[3], parts[4]
	version, err := strconv.ParseInt(parts[2], 10, 64)
	// A browser that brings a device is asked and answers as that device; one that
	// brings none becomes the one that its question made.
	if err != nil || k.Workspace != c.ws || of != c.site.ID || c.device != "" && c.device != device || c.device == "" && version != 0 {
		return banner.Answered{}, stale
	}
	b, err := s.words.In(&c.site, c.all, lang, c.house)
	if err != nil {
		return banner.Answered{}, err
	}
	if b.Digest() != digest {
		return banner.Answered{}, stale
	}
	surface := "banner of " + c.site.Name
	if v.Page {
		surface = "page of " + c.site.Name
	}
	now := time.Now().UTC()
	events := b.Events(said, v.GPC, surface, now)
	if len(events) == 0 {
		return banner.Answered{}, touch.Fielderr("said", "nothing was chosen")
	}
	if _, err := s.Ledger.RecordDevice(ctx, c.ws, device, version, events...); err != nil {
		return banner.Answered{}, err
	}
	return s.recorded(ctx, &c, &b, v, device, said)
}

// recorded counts an answer and reads the device anew.
func (s sites) recorded(ctx context.Context, c *scene, b *site.Banner, v banner.Visit, device string, said banner.Said) (out banner.Answered, err error) {
	add := []sqlstore.SiteCount{{What: "answered", N: 1}}
	for i := range b.Asks {
		yes, ok := said[b.Asks[i].Notice]
		if covered := v.GPC && b.Asks[i].Covered(&b.Asks[i].Text); covered {
			yes, ok = false, true
		}
		if ok && yes {
			add = append(add, sqlstore.SiteCount{Notice: b.Asks[i].Text.Hash, What: "yes", N: 1})
		} else if ok {
			add = append(add, sqlstore.SiteCount{Notice: b.Asks[i].Text.Hash, What: "no", N: 1})
		}
	}
	if err := s.DB.CountSite(ctx, c.ws, c.site.ID, time.Now(), add); err != nil {
		s.Log.Error("a web site's answer was recorded and not counted", "site", c.site.ID, "code", touch.CodeOf(err), "cause", causeOf(err))
	}
	if c.known, c.ok, err = s.Ledger.LookDevice(ctx, c.ws, device); err != nil {
		return out, err
	}
	out.State, out.Mode, out.GPP, _, _ = s.stands(c, b, v.GPC)
	out.Device, err = s.Links.Token(Link{LinkDevice, c.ws, c.site.ID + "/" + device, time.Now().Add(deviceLife)})
	return out, err
}
