package connectors

import (
	"context"
	"encoding/json"

	"fairtouch/internal/rights"
	"fairtouch/touch"
)

// braze knows people by the company's own id, or by e-mail. Its deletion takes
// up to 50 and can't be undone; its answer counts how many were deleted, and
// lists what failed.
func braze(s Settings, out Outside) (*system, error) {
	if s.URL == "" {
		return nil, touch.Fielderr("url", "Braze needs the REST endpoint of your instance")
	}
	a := &api{client: out.Client, base: base(s.URL, ""), auth: bearer(s.Key), now: out.Now}
	users := func(ctx context.Context, p rights.Person) (json.RawMessage, int, int, error) {
		body := map[string]any{"fields_to_export": []string{"external_id", "email", "custom_attributes", "email_subscribe", "push_subscribe"}}
		if p.External != "" {
			body["external_ids"] = []string{p.External}
		} else {
			body["email_address"] = p.Email
		}
		var got struct {
			Users []json.RawMessage `json:"users"`
		}
		status, err := a.do(ctx, "POST", "/users/export/ids", body, &got)
		b, _ := json.Marshal(got.Users)
		return b, len(got.Users), status, err
	}
	unsubscribe := func(ctx context.Context, c rights.Call) (rights.Receipt, error) {
		if c.Person.Email != "" {
			return completed(a.do(ctx, "POST", "/email/status", map[string]string{"email": c.Person.Email, "subscription_state": "unsubscribed"}, nil))
		}
		return brazeTrack(ctx, a, c.Person.External)
	}
	return &system{needs: byEither, ops: map[rights.Op]operation{
		rights.OpFind: func(ctx context.Context, c rights.Call) (rights.Receipt, error) {
			_, n, status, err := users(ctx, c.Person)
			return found(n, status, err)
		},
		rights.OpExport: func(ctx context.Context, c rights.Call) (rights.Receipt, error) {
			b, n, status, err := users(ctx, c.Person)
			if err == nil && n == 0 {
				return found(0, status, nil)
			}
			return exported(b, status, err)
		},
		rights.OpErase:    func(ctx context.Context, c rights.Call) (rights.Receipt, error) { return brazeDelete(ctx, a, c.Person) },
		rights.OpSuppress: unsubscribe,
		rights.OpObject: func(ctx context.Context, c rights.Call) (rights.Receipt, error) {
			if c.Person.External != "" {
				return brazeTrack(ctx, a, c.Person.External)
			}
			return unsubscribe(ctx, c)
		},
	}}, nil
}

// brazeTrack unsubscribes a known user from every channel, and makes none.
func brazeTrack(ctx context.Context, a *api, id string) (rights.Receipt, error) {
	return completed(a.do(ctx, "POST", "/users/track", map[string]any{"attributes": []any{map[string]any{"external_id": id,
		"_update_existing_only": true, "email_subscribe": "unsubscribed", "push_subscribe": "unsubscribed"}}}, nil))
}

func brazeDelete(ctx context.Context, a *api, p rights.Person) (rights.Receipt, error) {
	body := map[string]any{}
	if p.External != "" {
		body["external_ids"] = []string{p.External}
	} else {
		body["email_addresses"] = []any{map[string]any{"email": p.Email, "prioritization": []string{"identified", "most_recently_updated"}}}
	}
	var got struct {
		Deleted int   `json:"deleted"`
		Errors  []any `json:"errors"`
	}
	status, err := a.do(ctx, "POST", "/users/delete", body, &got)
	switch {
	case err != nil:
		return absent(status, err)
	case len(got.Errors) > 0:
		return rights.Receipt{Outcome: rights.Partial, Left: len(got.Errors), Status: status}, nil
	case got.Deleted == 0:
		return rights.Receipt{Outcome: rights.Absent, Status: status}, nil
	}
	return rights.Receipt{Outcome: rights.Completed, Status: status}, nil
}
