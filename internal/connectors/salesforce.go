package connectors

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"fairtouch/internal/rights"
	"fairtouch/touch"
)

// salesforce is Marketing Cloud. It knows people by contact key; an address is
// looked up first. A deletion is an operation of hours, which is asked for by
// its id. It has no REST call that stops sending to one person, so that a no is
// written by the company's own data extension through a webhook, and this says
// that it can't.
func salesforce(s Settings, out Outside) (*system, error) {
	if s.URL == "" || s.Account == "" {
		return nil, touch.Fielderr("url", "Marketing Cloud needs the auth address of your tenant and a client id")
	}
	mc := &marketingCloud{login: &api{client: out.Client, base: base(s.URL, ""), now: out.Now}, id: s.Account, secret: s.Key, now: out.Now}
	return &system{slow: true, needs: byEither, ops: map[rights.Op]operation{
		rights.OpFind:   mc.find,
		rights.OpExport: mc.export,
		rights.OpErase:  mc.erase,
		rights.OpStatus: mc.status,
	}}, nil
}

type marketingCloud struct {
	login      *api
	id, secret string
	now        func() time.Time

	mu    sync.Mutex // owns what follows
	rest  *api
	until time.Time
}

// api is the REST interface with a token that still lives.
func (m *marketingCloud) api(ctx context.Context) (*api, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.rest != nil && m.now().Before(m.until) {
		return m.rest, nil
	}
	var got struct {
		Token string `json:"access_token"`
		Lasts int    `json:"expires_in"`
		URL   string `json:"rest_instance_url"`
	}
	_, err := m.login.do(ctx, "POST", "/v2/token", map[string]string{"grant_type": "client_credentials", "client_id": m.id, "client_secret": m.secret}, &got)
	if touch.CodeOf(err) == touch.Unknown {
		err = touch.Errorf(touch.Invalid, "the auth address is not Marketing Cloud's")
	}
	if err != nil {
		return nil, err
	}
	if got.Token == "" || got.URL == "" || checkURL(got.URL) != nil {
		return nil, touch.Errorf(touch.Invalid, "the system gave no token")
	}
	m.rest = &api{client: m.login.client, base: base(got.URL, ""), auth: bearer(got.Token), now: m.now}
	m.until = m.now().Add(time.Duration(max(got.Lasts-60, 0)) * time.Second)
	return m.rest, nil
}

// keys are the contact keys of a person: their id with us, which is one, and
// those of their address.
func (m *marketingCloud) keys(ctx context.Context, p rights.Person) ([]string, int, error) {
	a, err := m.api(ctx)
	if err != nil {
		return nil, 0, err
	}
	if p.Email == "" {
		return []string{p.External}, 0, nil
	}
	var got struct {
		Entities []struct {
			Contacts []struct {
				Key string `json:"contactKey"`
			} `json:"contactKeyDetails"`
		} `json:"channelAddressResponseEntities"`
	}
	status, err := a.do(ctx, "POST", "/contacts/v1/addresses/email/search", map[string]any{"channelAddressList": []string{p.Email}, "maximumCount": 50}, &got)
	if err != nil {
		return nil, status, err
	}
	var out []string
	for _, e := range got.Entities {
		for _, c := range e.Contacts {
			if c.Key != "" {
				out = append(out, c.Key)
			}
		}
	}
	return out, status, nil
}

func (m *marketingCloud) find(ctx context.Context, c rights.Call) (rights.Receipt, error) {
	keys, status, err := m.keys(ctx, c.Person)
	return found(len(keys), status, err)
}

func (m *marketingCloud) export(ctx context.Context, c rights.Call) (rights.Receipt, error) {
	keys, status, err := m.keys(ctx, c.Person)
	if err != nil || len(keys) == 0 {
		return found(0, status, err)
	}
	a, err := m.api(ctx)
	if err != nil {
		return rights.Receipt{}, err
	}
	parts := make([]json.RawMessage, len(keys))
	for i, k := range keys {
		if status, err = a.do(ctx, http.MethodGet, "/contacts/v1/contacts/key:"+url.PathEscape(k), nil, &parts[i]); err != nil {
			return absent(status, err)
		}
	}
	b, err := json.Marshal(parts)
	return exported(b, status, err)
}

func (m *marketingCloud) erase(ctx context.Context, c rights.Call) (rights.Receipt, error) {
	keys, status, err := m.keys(ctx, c.Person)
	if err != nil || len(keys) == 0 {
		return found(0, status, err)
	}
	a, err := m.api(ctx)
	if err != nil {
		return rights.Receipt{}, err
	}
	var got struct {
		Begun bool  `json:"operationInitiated"`
		ID    int64 `json:"operationID"`
		Wrong bool  `json:"hasErrors"`
	}
	status, err = a.do(ctx, "POST", "/contacts/v1/contacts/actions/delete?type=keys", map[string]any{"values": keys, "DeleteOperationType": "ContactAndAttributes"}, &got)
	switch {
	case err != nil:
		return absent(status, err)
	case !got.Begun || got.ID == 0 || got.Wrong: // another one runs: they are taken one at a time
		return rights.Receipt{Status: status}, &rights.Later{After: 10 * time.Minute, Sure: true, Err: touch.Errorf(touch.Unavailable, "the system began no deletion")}
	}
	return rights.Receipt{Outcome: rights.Pending, Operation: strconv.FormatInt(got.ID, 10), Status: status}, nil
}

// status reads both phases. Whatever the system has no word for is still going
// on; aborted or failed is final, and a person must look.
func (m *marketingCloud) status(ctx context.Context, c rights.Call) (rights.Receipt, error) {
	a, err := m.api(ctx)
	if err != nil {
		return rights.Receipt{}, err
	}
	var got struct {
		Operation struct {
			Status string `json:"status"`
		} `json:"operation"`
		Background *struct {
			Status string `json:"backgroundOperationStatusID"`
		} `json:"backgroundOperationsSummary"`
	}
	status, err := a.do(ctx, "GET", "/contacts/v1/contacts/actions/delete/status?operationID="+url.QueryEscape(c.Operation), nil, &got)
	if err != nil {
		return rights.Receipt{Status: status}, err
	}
	word := got.Operation.Status
	if got.Background != nil && strings.EqualFold(word, "completed") {
		word = got.Background.Status
	}
	switch strings.ToLower(word) {
	case "completed":
		return rights.Receipt{Outcome: rights.Completed, Status: status}, nil
	case "aborted", "invalid", "failed", "cancelled", "completedwitherrors":
		return rights.Receipt{Status: status}, touch.Errorf(touch.Conflict, "the system ended the deletion without deleting")
	}
	return rights.Receipt{Outcome: rights.Pending, Operation: c.Operation, Status: status}, nil
}
