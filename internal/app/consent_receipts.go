package app

import (
	"context"
	"slices"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/touch"
)

// ConsentRecords are a person's events as records of ISO/IEC TS 27560, oldest
// first; profile is consent.ProfileRecord or consent.ProfileReceipt.
func (a *App) ConsentRecords(ctx context.Context, ws touch.Workspace, k consent.Known, profile string) ([]consent.Record27560, error) {
	events, err := a.Ledger.History(ctx, ws, k.ID)
	if err != nil {
		return nil, err
	}
	co, err := a.Worlds.CompanyOf(ctx, ws)
	if err != nil {
		return nil, err
	}
	w, err := a.Worlds.Load(ctx, ws)
	if err != nil {
		return nil, err
	}
	notices, err := a.allNotices(ctx, ws)
	if err != nil {
		return nil, err
	}
	out := []consent.Record27560{}
	for i := range events {
		e := &events[i]
		h := consent.Held{
			Controller: consent.Party{ID: string(ws), Name: said(co.Name), Address: said(co.Address), Contact: said(co.Officer), Type: "dpv:DataController", Role: "controller"},
			Notice:     notices[e.Notice], Storage: "the company's own installation" + inCountry(co.Country), Retention: "until the person is erased",
			Withdraw: "the preference centre behind every answer's link, or " + said(co.Officer), Place: said(co.Country) + ", as the company declares where it is established",
			Authority: said(co.Authority), RecordedIn: string(e.ID)}
		if b, ok := w.Systems[e.Scope.System]; ok {
			h.PII = slices.Clone(b.System.DataCategories)
			if b.System.Vendor != "" {
				h.Recipients = []string{b.System.Vendor}
			}
		}
		out = append(out, consent.Record(profile, k.ID, e, h))
	}
	return out, nil
}

// allNotices are all versions of all notices by their hash.
func (a *App) allNotices(ctx context.Context, ws touch.Workspace) (map[string]*consent.Notice, error) {
	all, err := docs[consent.Notice](ctx, a.DB, ws, DocNotice)
	out := make(map[string]*consent.Notice, len(all))
	for i := range all {
		out[all[i].Hash] = &all[i]
	}
	return out, err
}

func said(s string) string { return orNot(s, "not declared") }

func inCountry(c string) string {
	if c == "" {
		return ""
	}
	return " (" + c + ")"
}

// receiptMade is the file that a person downloads after a choice.
type receiptMade struct {
	Made    time.Time             `json:"made"`
	Receipt touch.Receipt         `json:"receipt"` // to be checked against the log, offline
	Record  []consent.Record27560 `json:"record"`
}
