package storetest

import (
	"testing"

	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

func siteOwned(t *testing.T, w *World) {
	ctx := t.Context()
	must(t, w.DB.AddSite(ctx, WS, "site_1", noon))
	wantCode(t, "an id that is taken", w.DB.AddSite(ctx, Other, "site_1", noon), touch.Conflict)
	ws, err := w.DB.SiteOwner(ctx, "site_1")
	must(t, err)
	if ws != WS {
		t.Fatalf("the site went over to %q", ws)
	}
	_, err = w.DB.SiteOwner(ctx, "site_2")
	wantCode(t, "an unknown id", err, touch.Unknown)
}

func siteCounted(t *testing.T, w *World) {
	ctx := t.Context()
	one := []sqlstore.SiteCount{{What: "served", N: 1}, {Notice: "h", What: "yes", N: 1}}
	if n := race(8, func() error { return w.DB.CountSite(ctx, WS, "site_1", noon, one) }); n != 8 {
		t.Fatalf("%d of 8 counts were taken", n)
	}
	must(t, w.DB.CountSite(ctx, WS, "site_1", noon.AddDate(0, 0, 1), one))
	must(t, w.DB.CountSite(ctx, Other, "site_1", noon, one))
	got, err := w.DB.SiteCounts(ctx, WS, "site_1", noon.AddDate(0, 0, -7))
	must(t, err)
	if len(got) != 2 || got[0] != (sqlstore.SiteCount{What: "served", N: 9}) || got[1] != (sqlstore.SiteCount{Notice: "h", What: "yes", N: 9}) {
		t.Fatalf("counts %+v", got)
	}
	if got, err = w.DB.SiteCounts(ctx, WS, "site_1", noon.AddDate(0, 0, 1)); err != nil || got[0].N != 1 {
		t.Fatalf("from the second day: %+v %v", got, err)
	}
}
