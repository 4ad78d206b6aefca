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
type chain struct {
	all   map[string]Upstream
	names []string
}

func (ch chain) Send(ctx context.Context, p govern.Payload, c wire.Call) (reply wire.Reply, err error) {
	failed := error(touch.Errorf(touch.Unsupported, "no provider is configured for this system; an administrator can set one"))
	asked := false
	for i, name := range ch.names {
		up, ok := ch.all[name]
		if !ok {
			continue
		}
		reply, err = up.Send(ctx, p, c)
		switch {
		case ctx.Err() != nil:
			if err == nil {
				_ = reply.Body.Close()
			}
			return wire.Reply{}, touch.Wrap(touch.Unavailable, ctx.Err(), "the client has gone")
		case err != nil:
			if unable := touch.CodeOf(err) == touch.Unsupported; !unable || !asked {
				failed, asked = err, !unable // one that lacks the interface doesn't hide why another failed
			}
			continue
		case ch.more(i) && (reply.Status == http.StatusTooManyRequests || reply.Status >= 500):
			_, _ = io.CopyN(io.Discard, reply.Body, 64<<10) // so that the connection can be used again
			_ = reply.Body.Close()
			continue
		}
		return reply, nil
	}
	return wire.Reply{}, failed
}

// more reports whether a provider comes after the i-th.
func (ch chain) more(i int) bool {
	for _, name := range ch.names[i+1:] {
		if _, ok := ch.all[name]; ok {
			return true
		}
	}
	return false
}
