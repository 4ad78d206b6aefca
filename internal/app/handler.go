package app

import (
	"context"
	"net/http"
	"strings"
	"time"

	"fairtouch/internal/site"
	"fairtouch/internal/web/banner"
	"fairtouch/internal/web/console"
	"fairtouch/internal/web/pages"
	"fairtouch/internal/web/statement"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

// gpcSince is since when Global Privacy Control is honoured by these pages.
var gpcSince = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)

// Handler is everything that the server answers.
func (a *App) Handler() (http.Handler, error) {
	assets, err := view.LoadAssets()
	if err != nil {
		return nil, err
	}
	customers, err := pages.New(pages.Config{Backend: a.Customers(), Assets: assets, Log: a.Log, Now: time.Now,
		Secure: strings.HasPrefix(a.Config.Base(), "https://"), GPCFrom: gpcSince})
	if err != nil {
		return nil, err
	}
	desk, err := console.New(console.Config{Backend: a.Staff(), Desk: a.Desk, Assets: assets, Log: a.Log, Now: time.Now,
		Secure: strings.HasPrefix(a.Config.Base(), "https://"), Demo: func() touch.Workspace {
			if a.DemoMode {
				return Demo
			}
			return ""
		}})
	if err != nil {
		return nil, err
	}
	ask, err := a.banners(assets)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/console/", desk)
	mux.Handle("/p/site/", ask.Plain())
	mux.Handle("/demo/", ask.Plain())
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/console/", http.StatusSeeOther) })
	mux.Handle("/p/", customers)
	mux.Handle("/register", customers)
	policy, err := statement.New(a.StatementSite(), assets, a.Log)
	if err != nil {
		return nil, err
	}
	mux.Handle("/register/", policy)
	mux.Handle("/.well-known/gpc.json", customers)
	mux.Handle("GET /assets/", assets)
	pagesGuard := view.Guard(a.Config.AllowedHosts(), a.Log, time.Now, mux)
	machine := a.API()
	all := http.NewServeMux()
	all.Handle("/", pagesGuard)
	all.Handle("/site/", ask.Across()) // other origins: no form guard, but an allow-list of the site's own
	for _, p := range []string{"/v1/", "/presidio/", "/log/", "/healthz", "/readyz", "/metrics"} {
		all.Handle(p, machine)
	}
	models, err := a.Gateway()
	if err != nil {
		return nil, err
	}
	all.Handle("/hooks/", a.HookHandler())
	all.Handle("/openai/", models)
	all.Handle("/anthropic/", models)
	return all, nil
}

// banners serves web sites' consent banners.
func (a *App) banners(assets *view.Assets) (*banner.Banner, error) {
	back, err := a.Sites()
	if err != nil {
		return nil, err
	}
	return banner.New(banner.Config{Backend: back, Assets: assets, Log: a.Log, Now: time.Now, Hosts: a.Config.AllowedHosts(),
		Secure: strings.HasPrefix(a.Config.Base(), "https://"), Demo: func() string {
			if !a.DemoMode {
				return ""
			}
			all, err := docs[site.Site](context.Background(), a.DB, Demo, docSite)
			if err != nil || len(all) == 0 {
				return ""
			}
			return all[0].ID
		}})
}

// RemoveDemo removes the demo workspace: its rows, its keys and its log. No
// other workspace can be removed.
func (a *App) RemoveDemo(ctx context.Context) error {
	if err := a.DB.RemoveWorkspace(ctx, Demo); err != nil {
		return err
	}
	a.Keeper.Forget(Demo)
	return a.Record.Forget(ctx, Demo)
}
