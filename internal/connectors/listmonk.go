package connectors

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"

	"fairtouch/internal/rights"
	"fairtouch/touch"
)

// listmonk knows people by e-mail. Its interface finds them by a piece of SQL,
// so that the address is quoted as SQL wants it, and one with a backslash, a
// NUL or a line break is refused.
func listmonk(s Settings, out Outside) (*system, error) {
	if s.URL == "" || s.Account == "" {
		return nil, touch.Fielderr("url", "listmonk needs its address and the name of an API user")
	}
	a := &api{client: out.Client, base: base(s.URL, ""), auth: header("Authorization", "token "+s.Account+":"+s.Key), now: out.Now}
	ids := func(ctx context.Context, p rights.Person) ([]int64, int, error) {
		if strings.ContainsAny(p.Email, "\\\x00\r\n") {
			return nil, 0, touch.Fielderr("email", "is no address that this system can hold")
		}
		var got struct {
			Data struct {
				Results []struct {
					ID int64 `json:"id"`
				} `json:"results"`
			} `json:"data"`
		}
		q := "LOWER(subscribers.email) = LOWER('" + strings.ReplaceAll(p.Email, "'", "''") + "')"
		status, err := a.do(ctx, "GET", "/api/subscribers?per_page=50&query="+url.QueryEscape(q), nil, &got)
		var out []int64
		for _, r := range got.Data.Results {
			out = append(out, r.ID)
		}
		return out, status, err
	}
	each := func(ctx context.Context, c rights.Call, method, suffix string) (rights.Receipt, error) {
		all, status, err := ids(ctx, c.Person)
		if err != nil || len(all) == 0 {
			return found(0, status, err)
		}
		for _, id := range all {
			if status, err = a.do(ctx, method, "/api/subscribers/"+strconv.FormatInt(id, 10)+suffix, nil, nil); err != nil && touch.CodeOf(err) != touch.Unknown {
				return rights.Receipt{Status: status}, err
			}
		}
		return rights.Receipt{Outcome: rights.Completed, Status: status}, nil
	}
	block := func(ctx context.Context, c rights.Call) (rights.Receipt, error) {
		return each(ctx, c, "PUT", "/blocklist")
	}
	return &system{needs: byEmail, ops: map[rights.Op]operation{
		rights.OpFind: func(ctx context.Context, c rights.Call) (rights.Receipt, error) {
			all, status, err := ids(ctx, c.Person)
			return found(len(all), status, err)
		},
		rights.OpExport: func(ctx context.Context, c rights.Call) (rights.Receipt, error) {
			all, status, err := ids(ctx, c.Person)
			if err != nil || len(all) == 0 {
				return found(0, status, err)
			}
			parts := make([]json.RawMessage, len(all))
			for i, id := range all {
				if status, err = a.do(ctx, "GET", "/api/subscribers/"+strconv.FormatInt(id, 10)+"/export", nil, &parts[i]); err != nil {
					return rights.Receipt{Status: status}, err
				}
			}
			b, err := json.Marshal(parts)
			return exported(b, status, err)
		},
		rights.OpErase:    func(ctx context.Context, c rights.Call) (rights.Receipt, error) { return each(ctx, c, "DELETE", "") },
		rights.OpSuppress: block,
		rights.OpObject:   block,
	}}, nil
}
