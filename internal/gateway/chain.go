package gateway

import (
	"context"
	"io"
	"net/http"

	"fairtouch/internal/govern"
	"fairtouch/internal/wire"
	"fairtouch/touch"
)

// chain asks providers in turn: the next one only where the one before was not
// reached, or answered that it can't now (429 or 5xx). Nothing has been passed
// on by then; after a first byte nothing is asked again.
type chain []Upstream

// chain is the providers of the binding that have the route's interface.
func (j *job) chain() chain {
	var out chain
	for _, name := range j.binding.Providers {
		if up, ok := j.s.cfg.Upstreams[name]; ok && up.Takes(j.route) {
			out = append(out, up)
		}
	}
	return out
}

func (ch chain) Send(ctx context.Context, p govern.Payload, c wire.Call) (reply wire.Reply, err error) {
	err = touch.Errorf(touch.Unsupported, "no provider of this system has %s, or none is configured; an administrator can set one", c.Route)
	for i, up := range ch {
		reply, err = up.Send(ctx, p, c)
		more := i < len(ch)-1
		switch {
		case ctx.Err() != nil:
			if err == nil {
				_ = reply.Body.Close()
			}
			return wire.Reply{}, touch.Wrap(touch.Unavailable, ctx.Err(), "the client has gone")
		case err != nil:
			continue
		case more && (reply.Status == http.StatusTooManyRequests || reply.Status >= 500):
			_, _ = io.CopyN(io.Discard, reply.Body, 64<<10) // so that the connection can be used again
			_ = reply.Body.Close()
			continue
		}
		return reply, nil
	}
	return wire.Reply{}, err
}
