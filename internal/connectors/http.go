package connectors

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"fairtouch/internal/rights"
	"fairtouch/touch"
)

// maxReply bounds what is read of an answer, in bytes; an export may be large.
const maxReply = 16 << 20

// maxRetryAfter is the longest that a system can put us off.
const maxRetryAfter = 24 * time.Hour

// api is one system's HTTP interface.
type api struct {
	client *http.Client
	base   string
	auth   func(ctx context.Context, h http.Header) error
	now    func() time.Time
}

// do sends a JSON request and reads a JSON answer into out, which may be nil.
// The error says what the caller can do: a *rights.Later can be tried again, an
// Unknown says that what was asked for isn't there, any other is final.
func (a *api) do(ctx context.Context, method, path string, body, out any) (int, error) {
	var in io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return 0, touch.Errorf(touch.Internal, "the call can't be written")
		}
		in = bytes.NewReader(b)
	}
	return a.send(ctx, method, path, in, "application/json", nil, out)
}

func (a *api) send(ctx context.Context, method, path string, body io.Reader, kind string, extra http.Header, out any) (int, error) {
	if a.client == nil {
		return 0, touch.Errorf(touch.Unsupported, "nothing may be sent to other systems from here; the configuration has no way out")
	}
	req, err := http.NewRequestWithContext(ctx, method, a.base+path, body)
	if err != nil {
		return 0, touch.Errorf(touch.Invalid, "the system's address is not valid")
	}
	if body != nil {
		req.Header.Set("Content-Type", kind)
	}
	req.Header.Set("Accept", "application/json")
	for k, v := range extra {
		req.Header[k] = v
	}
	if a.auth != nil {
		if err := a.auth(ctx, req.Header); err != nil {
			return 0, err
		}
	}
	res, err := a.client.Do(req)
	if err != nil {
		return 0, unreachable(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, maxReply+1))
	if err != nil {
		return res.StatusCode, unreachable(err)
	}
	if err := a.fault(res); err != nil {
		return res.StatusCode, err
	}
	if len(b) > maxReply {
		return res.StatusCode, touch.Errorf(touch.TooLarge, "the system's answer is too large")
	}
	if out != nil && len(bytes.TrimSpace(b)) > 0 {
		if err := json.Unmarshal(b, out); err != nil {
			return res.StatusCode, &rights.Later{Err: touch.Errorf(touch.Unavailable, "the system's answer is no JSON")}
		}
	}
	return res.StatusCode, nil
}

// unreachable drops the cause, which holds the address, and with it perhaps a
// person's. A timeout stays one: the call may have been carried out.
func unreachable(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return &rights.Later{Err: touch.Wrap(touch.Unavailable, context.DeadlineExceeded, "the system didn't answer in time")}
	}
	return &rights.Later{Err: touch.Errorf(touch.Unavailable, "the system can't be reached")}
}

// fault sorts an answer by what can be done about it.
func (a *api) fault(res *http.Response) error {
	code := res.StatusCode
	switch {
	case code >= 200 && code < 300:
		return nil
	case code == http.StatusTooManyRequests:
		return &rights.Later{After: a.retryAfter(res.Header.Get("Retry-After")), Sure: true, Err: touch.Errorf(touch.RateLimited, "the system asks to wait")}
	case code == http.StatusRequestTimeout || code == http.StatusTooEarly || code == http.StatusLocked || code >= 500:
		return &rights.Later{After: a.retryAfter(res.Header.Get("Retry-After")), Err: touch.Errorf(touch.Unavailable, "the system failed with status %d", code)}
	case code == http.StatusNotFound || code == http.StatusGone:
		return touch.Errorf(touch.Unknown, "the system doesn't know it")
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		return touch.Errorf(touch.Forbidden, "the system refuses the key; check it and its scopes")
	case code >= 300 && code < 400:
		return touch.Errorf(touch.Invalid, "the system answers with a redirect, which is not followed; check its address")
	}
	return touch.Errorf(touch.Invalid, "the system refuses the call with status %d", code)
}

// retryAfter reads seconds or a date (RFC 9110, 10.2.3).
func (a *api) retryAfter(s string) time.Duration {
	s = strings.TrimSpace(s)
	if n, err := strconv.Atoi(s); err == nil && n >= 0 {
		return min(time.Duration(min(n, 1<<20))*time.Second, maxRetryAfter)
	}
	if t, err := http.ParseTime(s); err == nil {
		return min(max(0, t.Sub(a.now())), maxRetryAfter)
	}
	return 0
}

func bearer(token string) func(context.Context, http.Header) error {
	return header("Authorization", "Bearer "+token)
}

func header(name, value string) func(context.Context, http.Header) error {
	return func(_ context.Context, h http.Header) error { h.Set(name, value); return nil }
}

// absent turns "not there" into a receipt: erasing who is gone is done.
func absent(status int, err error) (rights.Receipt, error) {
	if touch.CodeOf(err) == touch.Unknown {
		return rights.Receipt{Outcome: rights.Absent, Status: status}, nil
	}
	return rights.Receipt{Status: status}, err
}

// completed is a receipt of what was done, or of who isn't there.
func completed(status int, err error) (rights.Receipt, error) {
	if err != nil {
		return absent(status, err)
	}
	return rights.Receipt{Outcome: rights.Completed, Status: status}, nil
}
