package connectors

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"

	"fairtouch/internal/rights"
	"fairtouch/touch"
)

// customerio knows people by the company's own id or by e-mail. Its key is
// "trackkey:appkey". Deleting alone lets the next event make the person anew,
// so that an erasure suppresses, which deletes and keeps them out.
func customerio(s Settings, out Outside) (*system, error) {
	trackKey, appKey, ok := strings.Cut(s.Key, ":")
	if !ok || s.Account == "" {
		return nil, touch.Fielderr("key", "Customer.io needs a site id, and the track key and app key as trackkey:appkey")
	}
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(s.Account+":"+trackKey))
	track := &api{client: out.Client, base: base(s.Second, "https://track.customer.io"), auth: header("Authorization", basic), now: out.Now}
	app := &api{client: out.Client, base: base(s.URL, "https://api.customer.io"), auth: bearer(appKey), now: out.Now}
	id := func(p rights.Person) string {
		if p.External != "" {
			return url.PathEscape(p.External)
		}
		return url.PathEscape(p.Email)
	}
	attributes := func(ctx context.Context, p rights.Person) (json.RawMessage, int, error) {
		kind := "email"
		if p.External != "" {
			kind = "id"
		}
		var got json.RawMessage
		status, err := app.do(ctx, "GET", "/v1/customers/"+id(p)+"/attributes?id_type="+kind, nil, &got)
		return got, status, err
	}
	return &system{needs: byEither, ops: map[rights.Op]operation{
		rights.OpFind: func(ctx context.Context, c rights.Call) (rights.Receipt, error) {
			_, status, err := attributes(ctx, c.Person)
			return found(1, status, err)
		},
		rights.OpExport: func(ctx context.Context, c rights.Call) (rights.Receipt, error) {
			return exported(attributes(ctx, c.Person))
		},
		rights.OpErase: func(ctx context.Context, c rights.Call) (rights.Receipt, error) {
			return completed(track.do(ctx, "POST", "/api/v1/customers/"+id(c.Person)+"/suppress", nil, nil))
		},
		rights.OpSuppress: func(ctx context.Context, c rights.Call) (rights.Receipt, error) {
			return cioUnsubscribe(ctx, track, id(c.Person), attributes, c)
		},
		rights.OpObject: func(ctx context.Context, c rights.Call) (rights.Receipt, error) {
			return cioUnsubscribe(ctx, track, id(c.Person), attributes, c)
		},
	}}, nil
}

// cioUnsubscribe asks first: writing an attribute makes whoever isn't there.
func cioUnsubscribe(ctx context.Context, track *api, id string, attributes func(context.Context, rights.Person) (json.RawMessage, int, error), c rights.Call) (rights.Receipt, error) {
	if _, status, err := attributes(ctx, c.Person); err != nil {
		return absent(status, err)
	}
	return completed(track.do(ctx, "PUT", "/api/v1/customers/"+id, map[string]any{"unsubscribed": true}, nil))
}
