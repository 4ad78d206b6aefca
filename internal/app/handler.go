package app

import (
	"context"
	"net/http"
)

// Handler is everything that the server answers.
func (a *App) Handler() (http.Handler, error) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	return mux, nil
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
