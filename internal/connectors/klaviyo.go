package connectors

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"fairtouch/internal/rights"
)

// klaviyoRevision is the version of the interface that this was written for.
const klaviyoRevision = "2025-01-15"

// klaviyo knows people by e-mail. Its deletion is a job that nobody can ask
// for: it has ended once the profile isn't found any more.
func klaviyo(s Settings, out Outside) (*system, error) {
	a := &api{client: out.Client, base: base(s.URL, "https://a.klaviyo.com"), now: out.Now, auth: func(_ context.Context, h http.Header) error {
		h.Set("Authorization", "Klaviyo-API-Key "+s.Key)
		h.Set("Revision", klaviyoRevision)
		return nil
	}}
	profiles := func(ctx context.Context, p rights.Person) ([]json.RawMessage, int, error) {
		var got struct {
			Data []json.RawMessage `json:"data"`
		}
		mail := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(p.Email)
		status, err := a.do(ctx, "GET", "/api/profiles?filter="+url.QueryEscape(`equals(email,"`+mail+`")`), nil, &got)
		return got.Data, status, err
	}
	profile := func(p rights.Person) any {
		return map[string]any{"type": "profile", "attributes": map[string]string{"email": p.Email}}
	}
	suppress := func(ctx context.Context, c rights.Call) (rights.Receipt, error) {
		return completed(a.do(ctx, "POST", "/api/profile-suppression-bulk-create-jobs", map[string]any{"data": map[string]any{"type": "profile-suppression-bulk-create-job",
			"attributes": map[string]any{"profiles": map[string]any{"data": []any{profile(c.Person)}}}}}, nil))
	}
	return &system{slow: true, needs: byEmail, ops: map[rights.Op]operation{
		rights.OpFind: func(ctx context.Context, c rights.Call) (rights.Receipt, error) {
			got, status, err := profiles(ctx, c.Person)
			return found(len(got), status, err)
		},
		rights.OpExport: func(ctx context.Context, c rights.Call) (rights.Receipt, error) {
			got, status, err := profiles(ctx, c.Person)
			if err != nil || len(got) == 0 {
				return found(0, status, err)
			}
			b, err := json.Marshal(got)
			return exported(b, status, err)
		},
		rights.OpErase: func(ctx context.Context, c rights.Call) (rights.Receipt, error) {
			status, err := a.do(ctx, "POST", "/api/data-privacy-deletion-jobs", map[string]any{"data": map[string]any{"type": "data-privacy-deletion-job",
				"attributes": map[string]any{"profile": map[string]any{"data": profile(c.Person)}}}}, nil)
			if err != nil {
				return absent(status, err)
			}
			return rights.Receipt{Outcome: rights.Pending, Operation: "profile", Status: status}, nil
		},
		rights.OpStatus: func(ctx context.Context, c rights.Call) (rights.Receipt, error) {
			got, status, err := profiles(ctx, c.Person)
			if err != nil {
				return rights.Receipt{Status: status}, err
			}
			if len(got) > 0 {
				return rights.Receipt{Outcome: rights.Pending, Operation: c.Operation, Status: status}, nil
			}
			return rights.Receipt{Outcome: rights.Completed, Status: status}, nil
		},
		rights.OpSuppress: suppress,
		rights.OpObject:   suppress,
	}}, nil
}
