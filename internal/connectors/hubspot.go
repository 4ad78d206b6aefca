package connectors

import (
	"context"
	"encoding/json"
	"net/url"

	"fairtouch/internal/rights"
)

// hubspot knows people by e-mail. Its erasure is for good and blocks the
// address from coming back, also where nobody of that address was there.
func hubspot(s Settings, out Outside) (*system, error) {
	a := &api{client: out.Client, base: base(s.URL, "https://api.hubapi.com"), auth: bearer(s.Key), now: out.Now}
	find := func(ctx context.Context, c rights.Call) (rights.Receipt, error) {
		var got struct {
			Total int `json:"total"`
		}
		status, err := a.do(ctx, "POST", "/crm/v3/objects/contacts/search", map[string]any{"limit": 1, "properties": []string{"email"},
			"filterGroups": []any{map[string]any{"filters": []any{map[string]string{"propertyName": "email", "operator": "EQ", "value": c.Person.Email}}}}}, &got)
		return found(got.Total, status, err)
	}
	unsubscribe := func(ctx context.Context, c rights.Call) (rights.Receipt, error) {
		return completed(a.do(ctx, "POST", "/communication-preferences/v4/statuses/"+url.PathEscape(c.Person.Email)+"/unsubscribe-all?channel=EMAIL", nil, nil))
	}
	return &system{needs: byEmail, ops: map[rights.Op]operation{
		rights.OpFind: find,
		rights.OpExport: func(ctx context.Context, c rights.Call) (rights.Receipt, error) {
			var got json.RawMessage
			status, err := a.do(ctx, "GET", "/crm/v3/objects/contacts/"+url.PathEscape(c.Person.Email)+"?idProperty=email", nil, &got)
			return exported(got, status, err)
		},
		rights.OpErase: func(ctx context.Context, c rights.Call) (rights.Receipt, error) {
			return completed(a.do(ctx, "POST", "/crm/v3/objects/contacts/gdpr-delete", map[string]string{"objectId": c.Person.Email, "idProperty": "email"}, nil))
		},
		rights.OpSuppress: unsubscribe,
		rights.OpObject:   unsubscribe,
	}}, nil
}
