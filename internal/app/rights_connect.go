package app

import (
	"context"
	"time"

	"fairtouch/internal/rights"
	"fairtouch/touch"
)

// runner carries operations out in the workspace's other systems.
func (a *App) runner(ctx context.Context, ws touch.Workspace) (*rights.Runner, error) {
	cs, err := a.Connectors(ctx, ws)
	return &rights.Runner{Journal: a.DB, Connectors: cs, Now: func() time.Time { return time.Now().UTC() }}, err
}

// Connectors are the other systems that requests are carried out in.
func (a *App) Connectors(ctx context.Context, ws touch.Workspace) ([]rights.Connector, error) {
	return nil, nil
}
