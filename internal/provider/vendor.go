package provider

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strings"

	"fairtouch/internal/govern"
	"fairtouch/internal/wire"
	"fairtouch/touch"
)

// vendor asks one HTTP interface at one address.
type vendor struct {
	name, base string
	trip       http.RoundTripper
	sign       func(h http.Header)
	takes      func(r wire.Route) bool
}

// Takes implements Sender.
func (v *vendor) Takes(r wire.Route) bool { return v.takes(r) }

// Send asks once. It fails before the first byte or not at all: what comes
// after is read from the reply's body, and ends with ctx.
func (v *vendor) Send(ctx context.Context, p govern.Payload, c wire.Call) (wire.Reply, error) {
	switch {
	case p.Decision() == "":
		return wire.Reply{}, touch.Errorf(touch.Internal, "a provider was to be asked without a protected payload")
	case !v.takes(c.Route):
		return wire.Reply{}, touch.Errorf(touch.Unsupported, "the provider %s has no %s", v.name, c.Route)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, v.base+c.Route.Path(), bytes.NewReader(p.Body()))
	if err != nil {
		return wire.Reply{}, touch.Wrap(touch.Internal, err, "the provider's address can't be used")
	}
	for k, vs := range c.Header {
		req.Header[k] = vs
	}
	req.Header.Set("Content-Type", "application/json")
	if c.Stream {
		req.Header.Set("Accept", "text/event-stream")
	}
	v.sign(req.Header)
	resp, err := v.trip.RoundTrip(req)
	if err != nil {
		return wire.Reply{}, touch.Wrap(touch.Unavailable, err, "the provider %s can't be reached", v.name)
	}
	if resp.StatusCode >= 300 && resp.StatusCode < 400 {
		_ = resp.Body.Close()
		return wire.Reply{}, touch.Errorf(touch.Unavailable, "the provider %s redirects, and no redirect is followed", v.name)
	}
	return wire.Reply{Status: resp.StatusCode, Header: resp.Header, Body: resp.Body, From: v.name}, nil
}

// cleanBase checks a base address.
func cleanBase(name, base string) (string, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", touch.Fielderr(name, "must be an http or https address without credentials or a query, such as https://api.openai.com/v1")
	}
	return strings.TrimRight(base, "/"), nil
}

// Sender is one back end that can be asked.
type Sender interface {
	// Takes reports whether it has the route's interface.
	Takes(r wire.Route) bool
	// Send returns the reply's head, or an error before anything was said.
	Send(ctx context.Context, p govern.Payload, c wire.Call) (wire.Reply, error)
}
