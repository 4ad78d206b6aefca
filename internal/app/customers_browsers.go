package app

import (
	"context"
	"strings"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/site"
	"fairtouch/internal/web/pages"
	"fairtouch/touch"
)

// deviceOf reads a device's signed value in a workspace: which browser, and the
// web site it answered on. ok is false for a value that isn't ours.
func (c customers) deviceOf(ctx context.Context, ws touch.Workspace, token string) (device string, s site.Site, ok bool) {
	k, err := c.Links.Parse(token, LinkDevice)
	if err != nil || k.Workspace != ws {
		return "", s, false
	}
	id, device, ok := strings.Cut(k.ID, "/")
	if !ok || c.DB.Document(ctx, ws, docSite, id, &s) != nil {
		return "", s, false
	}
	return device, s, true
}

// browsers are what this browser answered on the company's web sites.
func (c customers) browsers(ctx context.Context, ws touch.Workspace, person *consent.Known, tokens []string) (out []pages.Browser, err error) {
	for _, t := range tokens {
		device, s, ok := c.deviceOf(ctx, ws, t)
		if !ok {
			continue
		}
		k, ok, err := c.Ledger.LookDevice(ctx, ws, device)
		if err != nil {
			return nil, err
		}
		linked := ok && k.Cluster != "" && k.Cluster == person.Cluster
		if ok && (linked || k.Cluster == "") {
			out = append(out, pages.Browser{Device: t, Site: s.Name, Since: lastSaid(k.Members[0].Projection), Linked: linked})
		}
	}
	return out, nil
}

func lastSaid(p *consent.Projection) (at time.Time) {
	for _, e := range p.Entries {
		for _, m := range []*consent.Mark{e.Yes, e.No} {
			if m != nil && m.Effective.After(at) {
				at = m.Effective
			}
		}
	}
	return at
}

// LinkBrowser implements pages.Choices.
func (c customers) LinkBrowser(ctx context.Context, t pages.Token, device string, on bool) error {
	ws, d, err := c.from(ctx, t, LinkConsent)
	if err != nil {
		return err
	}
	id, _, ok := c.deviceOf(ctx, ws, device)
	if !ok || d.Subject == "" {
		return touch.Errorf(touch.Invalid, "this browser has answered nothing on a web site of ours")
	}
	if on {
		return c.Ledger.Link(ctx, ws, id, d.Subject)
	}
	return c.Ledger.Unlink(ctx, ws, id, d.Subject)
}
