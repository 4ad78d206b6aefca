package connectors

import (
	"context"
	"crypto/md5" // the interface names members by it; nothing rests on its strength
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"

	"fairtouch/internal/rights"
	"fairtouch/touch"
)

// mailchimp knows people by e-mail in one audience. Its permanent deletion
// keeps the address from being added again but by the person.
func mailchimp(s Settings, out Outside) (*system, error) {
	if s.List == "" {
		return nil, touch.Fielderr("list", "Mailchimp needs the id of the audience")
	}
	_, dc, ok := strings.Cut(s.Key, "-")
	if s.URL == "" && (!ok || strings.ContainsAny(dc, "/.:@?#")) {
		return nil, touch.Fielderr("key", "a Mailchimp key ends in its data centre, such as -us21")
	}
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("fairtouch:"+s.Key))
	a := &api{client: out.Client, base: base(s.URL, "https://"+dc+".api.mailchimp.com"), auth: header("Authorization", basic), now: out.Now}
	member := func(p rights.Person) string {
		sum := md5.Sum([]byte(strings.ToLower(p.Email)))
		return "/3.0/lists/" + url.PathEscape(s.List) + "/members/" + hex.EncodeToString(sum[:])
	}
	get := func(ctx context.Context, p rights.Person) (json.RawMessage, int, error) {
		var got json.RawMessage
		status, err := a.do(ctx, "GET", member(p), nil, &got)
		return got, status, err
	}
	unsubscribe := func(ctx context.Context, c rights.Call) (rights.Receipt, error) {
		return completed(a.do(ctx, "PATCH", member(c.Person), map[string]string{"status": "unsubscribed"}, nil))
	}
	return &system{needs: byEmail, ops: map[rights.Op]operation{
		rights.OpFind: func(ctx context.Context, c rights.Call) (rights.Receipt, error) {
			_, status, err := get(ctx, c.Person)
			return found(1, status, err)
		},
		rights.OpExport: func(ctx context.Context, c rights.Call) (rights.Receipt, error) { return exported(get(ctx, c.Person)) },
		rights.OpErase: func(ctx context.Context, c rights.Call) (rights.Receipt, error) {
			return completed(a.do(ctx, "POST", member(c.Person)+"/actions/delete-permanent", nil, nil))
		},
		rights.OpSuppress: unsubscribe,
		rights.OpObject:   unsubscribe,
	}}, nil
}
