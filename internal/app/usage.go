package app

import (
	"context"
	"time"

	"fairtouch/internal/gateway"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

// usageSums keeps what limited keys have used, for every node. It implements
// gateway.Counts.
type usageSums struct{ db *sqlstore.DB }

// Add implements gateway.Counts.
func (c usageSums) Add(ctx context.Context, u gateway.Usage) (calls, tokens int, err error) {
	n, t, err := c.db.AddUsage(ctx, u.Workspace, u.Key, u.Minute, int64(u.Calls), u.Day, int64(u.Tokens))
	return int(n), int(t), err
}

// tellEvery is how often a node that is asked nothing tells what it counted.
const tellEvery = 2 * time.Second

// tellUsage adds what this node counted to the sums, until the end, which Close
// does once more.
func (a *App) tellUsage() {
	tick := time.NewTicker(tellEvery)
	defer tick.Stop()
	for {
		select {
		case <-a.runs.ctx.Done():
			return
		case <-tick.C:
			if err := a.meter.Tell(a.runs.ctx); err != nil && a.runs.ctx.Err() == nil {
				a.Log.Error("usage of keys", "code", touch.CodeOf(err), "cause", causeOf(err))
			}
		}
	}
}
