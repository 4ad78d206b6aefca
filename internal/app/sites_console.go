package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/consent"
	"fairtouch/internal/site"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// WebSites implements console.Sites.
func (s staff) WebSites(ctx context.Context, p access.Principal) ([]console.SiteLine, error) {
	all, err := docs[site.Site](ctx, s.DB, p.Workspace, docSite)
	if err != nil {
		return nil, err
	}
	out := make([]console.SiteLine, len(all))
	for i, x := range all {
		out[i].Site = x
		if out[i].Served, out[i].Answered, err = s.siteTotals(ctx, p.Workspace, x.ID); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(out, func(a, b console.SiteLine) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// siteDays is over how many days the console counts.
const siteDays = 30

func (s staff) siteTotals(ctx context.Context, ws touch.Workspace, id string) (served, answered int, err error) {
	counts, err := s.DB.SiteCounts(ctx, ws, id, time.Now().AddDate(0, 0, -siteDays))
	for _, c := range counts {
		switch {
		case c.Notice == "" && c.What == "served":
			served = c.N
		case c.Notice == "" && c.What == "answered":
			answered = c.N
		}
	}
	return served, answered, err
}

// WebSite implements console.Sites.
func (s staff) WebSite(ctx context.Context, p access.Principal, id string) (console.SitePage, error) {
	var x site.Site
	if err := s.DB.Document(ctx, p.Workspace, docSite, id, &x); err != nil {
		return console.SitePage{}, err
	}
	out := console.SitePage{Site: x, Days: siteDays, Base: s.Config.Base()}
	counts, err := s.DB.SiteCounts(ctx, p.Workspace, id, time.Now().AddDate(0, 0, -siteDays))
	if err != nil {
		return out, err
	}
	if out.Notices, err = s.siteNotices(ctx, p.Workspace); err != nil {
		return out, err
	}
	all, err := docs[consent.Notice](ctx, s.DB, p.Workspace, DocNotice)
	if err != nil {
		return out, err
	}
	rows := map[string]*console.SiteCount{}
	for _, c := range counts {
		if c.Notice == "" {
			switch c.What {
			case "served":
				out.Served = c.N
			case "answered":
				out.Answered = c.N
			case "gpc":
				out.GPC = c.N
			}
			continue
		}
		r := rows[c.Notice]
		if r == nil {
			r = &console.SiteCount{Hash: c.Notice}
			rows[c.Notice] = r
			if i := slices.IndexFunc(all, func(n consent.Notice) bool { return n.Hash == c.Notice }); i >= 0 {
				r.Title, r.Locale = all[i].Title, all[i].Locale
			}
		}
		switch c.What {
		case "served":
			r.Served = c.N
		case "yes":
			r.Yes = c.N
		case "no":
			r.No = c.N
		}
	}
	for _, r := range rows {
		out.Counts = append(out.Counts, *r)
	}
	slices.SortFunc(out.Counts, func(a, b console.SiteCount) int {
		return strings.Compare(a.Title+a.Locale+a.Hash, b.Title+b.Locale+b.Hash)
	})
	return out, nil
}

// siteNotices are the keys that a site can ask.
func (s staff) siteNotices(ctx context.Context, ws touch.Workspace) ([]console.SiteNotice, error) {
	all, err := docs[consent.Notice](ctx, s.DB, ws, DocNotice)
	if err != nil {
		return nil, err
	}
	var out []console.SiteNotice
	for _, n := range all {
		if n.Published.IsZero() {
			continue
		}
		i := slices.IndexFunc(out, func(x console.SiteNotice) bool { return x.Key == n.Key })
		if i < 0 {
			out = append(out, console.SiteNotice{Key: n.Key, Title: n.Title})
			i = len(out) - 1
		}
		if n.Locale == "en" {
			out[i].Title = n.Title
		}
		out[i].Locales = append(out[i].Locales, n.Locale)
	}
	return out, nil
}

// NewSite implements console.Sites.
func (s staff) NewSite(ctx context.Context, p access.Principal) (console.SitePage, error) {
	ns, err := s.siteNotices(ctx, p.Workspace)
	return console.SitePage{Notices: ns, Base: s.Config.Base()}, err
}

// SaveSite implements console.Sites. Where the id is empty, a site is made.
func (s staff) SaveSite(ctx context.Context, p access.Principal, x site.Site) (string, error) {
	return s.App.SaveSite(ctx, p.Workspace, p.User, x)
}

// SaveSite checks and keeps a web site's next version; one without an id is new.
func (a *App) SaveSite(ctx context.Context, ws touch.Workspace, by touch.UserID, x site.Site) (string, error) {
	if err := x.Validate(); err != nil {
		return "", err
	}
	all, err := docs[consent.Notice](ctx, a.DB, ws, DocNotice)
	if err != nil {
		return "", err
	}
	for _, c := range x.Choices {
		if !slices.ContainsFunc(all, func(n consent.Notice) bool { return n.Key == c.Notice && !n.Published.IsZero() }) {
			return "", touch.Fielderr("choices", "no notice %.60q is published; publish it first", c.Notice)
		}
	}
	x.By, x.At = by, time.Now().UTC()
	if x.ID == "" {
		x.ID = touch.NewID("site")
		if err := a.DB.AddSite(ctx, ws, x.ID, x.At); err != nil {
			return "", err
		}
		x.Version = 0
	}
	x.Version++
	return x.ID, a.DB.PutVersion(ctx, ws, docSite, x.ID, x.Version, x, by)
}
