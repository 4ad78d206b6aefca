package app

import (
	"context"
	"encoding/json"
	"io"
	"net/http"

	"fairtouch/internal/events"
	"fairtouch/touch"
)

// TakeHook takes a signed webhook of another system in: every no, and each yes
// that can be shown to be one.
func (a *App) TakeHook(ctx context.Context, ws touch.Workspace, source string, h http.Header, body []byte) (events.Intake, Held, error) {
	s, err := a.source(ctx, ws, source)
	if err != nil {
		return events.Intake{}, Held{}, err
	}
	secret, err := events.ParseSecret(s.Secret)
	if err != nil {
		return events.Intake{}, Held{}, err
	}
	now := utcNow()
	if _, err := events.Verify([]events.Secret{secret}, h, body, now); err != nil {
		return events.Intake{}, Held{}, err
	}
	return a.TakePayload(ctx, ws, s.System, body, s.Mapping)
}

// TakePayload imports a payload that came in another way, such as a file.
func (a *App) TakePayload(ctx context.Context, ws touch.Workspace, system string, body []byte, m events.Mapping) (events.Intake, Held, error) {
	in, err := events.Read(system, body, m, utcNow())
	if err != nil {
		return in, Held{}, err
	}
	people := make([]Imported, len(in.People))
	for i, p := range in.People {
		people[i] = Imported{External: p.External, Events: p.Events}
	}
	held, err := a.ImportPermissions(ctx, ws, people, nil)
	return in, held, err
}

// HookHandler answers POST /hooks/{ws}/{source}, and a help desk's. It says how
// much was taken, and never of whom.
func (a *App) HookHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /hooks/{ws}/desks/{endpoint}", a.hook(a.deskHook))
	mux.HandleFunc("POST /hooks/{ws}/{source}", a.hook(func(ctx context.Context, ws touch.Workspace, r *http.Request, body []byte) (map[string]any, error) {
		in, held, err := a.TakeHook(ctx, ws, r.PathValue("source"), r.Header, body)
		return map[string]any{"people": len(in.People), "not_taken": in.Doubts, "waiting": held.Waiting, "waiting_for": held.Why}, err
	}))
	return mux
}

// hook reads a webhook of a workspace that exists, and answers in JSON.
func (a *App) hook(take func(ctx context.Context, ws touch.Workspace, r *http.Request, body []byte) (map[string]any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		status, out := http.StatusOK, map[string]any{}
		b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxHook))
		if err != nil {
			err = touch.Errorf(touch.TooLarge, "the payload is too large")
		}
		var ws touch.Workspace
		if err == nil {
			if ws, err = a.Known(r.Context(), touch.Workspace(r.PathValue("ws"))); err != nil { // who isn't known learns nothing
				err = touch.Errorf(touch.Unauthenticated, "the webhook's signature is not valid, or it is too old")
			}
		}
		if err == nil {
			out, err = take(r.Context(), ws, r, b)
		}
		if err != nil {
			e := touch.AsError(err)
			status, out = hookStatus(e.Code), map[string]any{"error": map[string]string{"code": string(e.Code), "message": e.Message}}
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(out)
	}
}

func hookStatus(c touch.Code) int {
	switch c {
	case touch.Unauthenticated:
		return http.StatusUnauthorized
	case touch.TooLarge:
		return http.StatusRequestEntityTooLarge
	case touch.Invalid:
		return http.StatusUnprocessableEntity
	case touch.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}
