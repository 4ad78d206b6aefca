package record

import (
	"context"
	"os"

	"fairtouch/touch"
)

// Forget closes a workspace's log and removes its files, after the store has
// removed the workspace: a demo's. Nothing else may call it.
func (r *Recorder) Forget(_ context.Context, ws touch.Workspace) error {
	r.mu.Lock()
	delete(r.spaces, ws)
	r.mu.Unlock()
	if r.logs == nil {
		return nil
	}
	r.logs.mu.Lock()
	defer r.logs.mu.Unlock()
	r.logs.drop(ws)
	return touch.Wrap(touch.Unavailable, os.RemoveAll(logDir(r.cfg.Dir, ws)), "the log's files can't be removed")
}
