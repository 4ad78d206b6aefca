package api

import (
	"bytes"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"

	"fairtouch/internal/access"
	"fairtouch/touch"
)

// call is one request on its way.
type call struct {
	s     *server
	w     http.ResponseWriter
	r     *http.Request
	route *route
	who   access.Principal
	id    string
	query url.Values // only names that the route knows, each once
	sent  int        // status, once it was written
}

func (c *call) ws() touch.Workspace { return c.who.Workspace }

// buffers are reused: what is read into one is copied by the JSON decoder.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

const keepBuffer = 256 << 10 // larger ones are not kept

func release(b *bytes.Buffer) {
	if b.Cap() <= keepBuffer {
		b.Reset()
		buffers.Put(b)
	}
}

// body reads the request's JSON into a buffer that the caller releases.
func (c *call) body() (*bytes.Buffer, error) {
	if err := isJSON(c.r.Header); err != nil {
		return nil, err
	}
	limit := max(c.s.cfg.MaxBody, c.route.limit)
	if c.r.ContentLength > limit {
		c.w.Header().Set("Connection", "close")
		return nil, tooLarge(limit)
	}
	b := buffers.Get().(*bytes.Buffer)
	if _, err := b.ReadFrom(http.MaxBytesReader(c.w, c.r.Body, limit)); err != nil {
		release(b)
		var over *http.MaxBytesError
		if errors.As(err, &over) {
			return nil, tooLarge(limit)
		}
		return nil, touch.Wrap(touch.Invalid, err, "the body broke off")
	}
	if hasNul(b.Bytes()) {
		release(b)
		return nil, touch.Errorf(touch.Invalid, "the JSON has a NUL character, which no text here may hold")
	}
	return b, nil
}

// hasNul finds an escaped NUL; a bare one is no JSON. An even number of
// backslashes before the u is text about an escape, not one.
func hasNul(b []byte) bool {
	for {
		i := bytes.Index(b, []byte("u0000"))
		if i < 0 {
			return false
		}
		slashes := 0
		for slashes < i && b[i-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 1 {
			return true
		}
		b = b[i+len("u0000"):]
	}
}

func tooLarge(limit int64) error {
	return touch.Errorf(touch.TooLarge, "the body is larger than %d bytes; send less at once", limit)
}

func isJSON(h http.Header) error {
	ct := h.Get("Content-Type")
	if ct != "application/json" {
		kind, params, err := mime.ParseMediaType(ct)
		if cs := params["charset"]; err != nil || kind != "application/json" || cs != "" && !strings.EqualFold(cs, "utf-8") {
			return withStatus(http.StatusUnsupportedMediaType, touch.Errorf(touch.Invalid, "send Content-Type: application/json, in UTF-8"))
		}
	}
	if e := h.Get("Content-Encoding"); e != "" && e != "identity" {
		return withStatus(http.StatusUnsupportedMediaType, touch.Errorf(touch.Invalid, "send the body without Content-Encoding"))
	}
	return nil
}

// decode reads the body strictly into v.
func (c *call) decode(v any) error {
	b, err := c.body()
	if err != nil {
		return err
	}
	defer release(b)
	return touch.Decode(b.Bytes(), v)
}

// send writes v as JSON. It is encoded before the first byte leaves, so that a
// failure is still an error and never half an answer.
func (c *call) send(status int, v any) {
	b := buffers.Get().(*bytes.Buffer)
	defer release(b)
	if err := json.MarshalWrite(b, v, json.Deterministic(true)); err != nil {
		c.s.log.Error("an answer can't be written", "request", c.id, "route", c.route.path, "cause", causeType(err))
		b.Reset()
		b.WriteString(`{"error":{"code":"internal","message":"something failed on our side; the log has the cause","field":"","missing":[]}}`)
		status = http.StatusInternalServerError
	}
	b.WriteByte('\n')
	c.raw(status, "application/json", b.Bytes())
}

func (c *call) raw(status int, kind string, b []byte) {
	h := c.w.Header()
	h["Content-Type"] = []string{kind} // as Set, without the canonical form's cost
	h["Content-Length"] = []string{strconv.Itoa(len(b))}
	c.sent = status
	c.w.WriteHeader(status)
	_, _ = c.w.Write(b) // a client that left is no failure of ours
}

// ask reads the query. A name that the route doesn't know is refused: a
// misspelt filter must not answer with everything.
func (c *call) ask() error {
	if c.r.URL.RawQuery == "" {
		return nil
	}
	q, err := url.ParseQuery(c.r.URL.RawQuery)
	if err != nil {
		return touch.Errorf(touch.Invalid, "the query can't be read")
	}
	for name, vs := range q {
		if !slices.ContainsFunc(c.route.query, func(p param) bool { return p.name == name }) {
			return touch.Errorf(touch.Invalid, "the query has a name that is not known here; see /v1/openapi.json")
		}
		if len(vs) != 1 || !clean(vs[0]) {
			return touch.Fielderr(name, "send it once, as text")
		}
	}
	c.query = q
	return nil
}

// clean refuses what no store can keep.
func clean(s string) bool { return !strings.ContainsRune(s, 0) && strings.ToValidUTF8(s, "") == s }
