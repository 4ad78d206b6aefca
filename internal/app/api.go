package app

import (
	"context"
	"net/http"
	"path/filepath"
	"time"

	"fairtouch/internal/api"
	"fairtouch/internal/record"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

// decisions answers the API's questions about stored decisions.
type decisions struct{ db *sqlstore.DB }

// EventOf implements api.Decisions.
func (d decisions) EventOf(ctx context.Context, ws touch.Workspace, id touch.DecisionID) (touch.EventID, error) {
	return d.db.EventOf(ctx, ws, id)
}

// List implements api.Decisions.
func (d decisions) List(ctx context.Context, ws touch.Workspace, f api.Filter) ([]record.DecisionRow, error) {
	lines, err := d.db.ListDecisions(ctx, ws, sqlstore.DecisionFilter{System: f.System, Verdict: f.Verdict, Stopped: f.Step,
		From: f.From, To: f.To, Before: f.After, Limit: f.Limit})
	out := make([]record.DecisionRow, len(lines))
	for i, l := range lines {
		out[i] = record.DecisionRow{ID: l.ID, System: l.System, Purpose: l.Purpose, Channel: l.Channel, Verdict: l.Verdict, StoppedAt: l.Stopped,
			Reason: l.Reason, Arm: l.Arm, Jurisdiction: l.Jurisdiction, Band: l.Band, At: l.At}
	}
	return out, err
}

// API is the JSON interface.
func (a *App) API() http.Handler {
	return api.New(api.Config{Desk: a.Desk, Decider: a.Path, Record: a.Record, Decisions: decisions{a.DB}, Ledger: a.Ledger, People: a.DB,
		Systems: a.DB, Pilots: a.DB, Law: a.Worlds.Law, LogDir: filepath.Join(a.Config.Data, "log"), MaxBody: int64(a.Config.MaxBody),
		AllowedHosts: a.Config.AllowedHosts(), Logger: a.Log, Now: time.Now, Ready: a.Ready, Tokens: tokens{a}, Names: a.Names, Outputs: Outputs{a}, Copy: a.CopyDesk(), Confirmer: a, Chats: a.NewChat, Rights: rightsDesk{a}})
}

// Ready reports whether decisions can be taken: the store answers.
func (a *App) Ready(ctx context.Context) error {
	_, err := a.DB.Epoch(ctx, Main)
	return err
}
