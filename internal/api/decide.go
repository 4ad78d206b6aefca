package api

import (
	"net/http"

	"fairtouch/internal/govern"
	"fairtouch/touch"
)

func (c *call) decide() error {
	b, err := c.body()
	if err != nil {
		return err
	}
	t, err := touch.Parse(b.Bytes())
	release(b)
	if err != nil {
		return err
	}
	who := govern.Caller{Workspace: c.ws(), Operator: c.who.User, Key: c.who.Key}
	d, err := c.s.cfg.Decider.Decide(c.r.Context(), who, t, c.r.Header.Get("Idempotency-Key"))
	if d.ID != "" {
		c.s.meter.decided(d.Verdict)
		forwarded(c.w.Header(), d.Disclosure.Headers)
	}
	switch {
	case err != nil && d.ID != "":
		c.fail(err, &d)
	case err != nil:
		return err
	default:
		c.send(http.StatusOK, &d)
	}
	return nil
}

// forwarded sets the machine marks that are HTTP headers; marks for other carriers,
// such as an HTML meta element, are in the answer alone. None replaces a header
// that stands already.
func forwarded(h http.Header, headers map[string]string) {
	for name, value := range headers {
		if token(name) && h.Get(name) == "" {
			h.Set(name, value)
		}
	}
}

// token reports whether s can be a header's name (RFC 9110, section 5.1); the
// few other signs that it permits are not used in names of ours.
func token(s string) bool {
	for i := range len(s) {
		if c := s[i]; c != '-' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return s != ""
}
