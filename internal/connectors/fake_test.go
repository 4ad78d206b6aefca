package connectors

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"time"

	"fairtouch/internal/rights"
	"fairtouch/touch"
)

const (
	mailOf = "o'neill@example.com"
	idOf   = "customer-4711"
)

// world is what a fake system holds, and what was done to it.
type world struct {
	mu         sync.Mutex
	there      bool
	erasures   int // orders to erase that the system took
	suppressed int
	polls      int // how often a pending deletion is asked for until it ends
	seen       map[string]bool
	partial    int // how many deletions end in part
	bad        string
}

func (w *world) erase() bool {
	was := w.there
	if was {
		w.erasures++
	}
	w.there = false
	return was
}

// ServeHTTP is all eight systems: their paths don't meet.
func (w *world) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if r.Body == nil {
		r.Body = http.NoBody
	}
	b, _ := io.ReadAll(r.Body)
	body := string(b)
	p, ok := r.URL.Path, func(v string) { _, _ = io.WriteString(rw, v) }
	member := strings.HasPrefix(p, "/3.0/lists/l1/members/")
	switch {
	case r.Header.Get("Authorization") == "" && p != "/v2/token" && p != "/hook":
		rw.WriteHeader(http.StatusUnauthorized)
	case p == "/crm/v3/objects/contacts/search":
		ok(map[bool]string{true: `{"total":1}`, false: `{"total":0}`}[w.there && strings.Contains(body, mailOf)])
	case p == "/crm/v3/objects/contacts/gdpr-delete":
		w.erase()
		rw.WriteHeader(http.StatusNoContent)
	case strings.HasSuffix(p, "/unsubscribe-all"), p == "/email/status", p == "/users/track", p == "/api/profile-suppression-bulk-create-jobs":
		w.suppressed++
		rw.WriteHeader(http.StatusCreated)
	case strings.HasPrefix(p, "/crm/v3/objects/contacts/"), member && r.Method == "GET", strings.HasSuffix(p, "/attributes"), strings.HasPrefix(p, "/contacts/v1/contacts/key:"):
		if !w.there {
			rw.WriteHeader(http.StatusNotFound)
			return
		}
		ok(`{"held":"` + p + `"}`)
	case p == "/users/export/ids":
		ok(map[bool]string{true: `{"users":[{"external_id":"x"}]}`, false: `{"users":[]}`}[w.there])
	case p == "/users/delete":
		if w.partial > 0 {
			w.partial--
			ok(`{"deleted":0,"errors":["a record is locked"]}`)
			return
		}
		ok(map[bool]string{true: `{"deleted":1}`, false: `{"deleted":0}`}[w.erase()])
	case p == "/api/profiles":
		if f := r.URL.Query().Get("filter"); f != `equals(email,"`+mailOf+`")` {
			w.bad = f
		}
		w.poll()
		ok(map[bool]string{true: `{"data":[{"id":"1"}]}`, false: `{"data":[]}`}[w.there])
	case p == "/api/data-privacy-deletion-jobs":
		w.erasures++
		rw.WriteHeader(http.StatusAccepted)
	case strings.HasSuffix(p, "/suppress"), member && strings.HasSuffix(p, "/delete-permanent"):
		if !w.erase() {
			rw.WriteHeader(http.StatusNotFound)
		}
	case r.Method == "PUT" && strings.HasPrefix(p, "/api/v1/customers/"), member && r.Method == "PATCH", strings.HasSuffix(p, "/blocklist"):
		w.suppressed++
	case p == "/api/subscribers":
		if q := r.URL.Query().Get("query"); !strings.Contains(q, "'o''neill@example.com'") {
			w.bad = q
		}
		ok(map[bool]string{true: `{"data":{"results":[{"id":7}]}}`, false: `{"data":{"results":[]}}`}[w.there])
	case strings.HasSuffix(p, "/export"):
		ok(`{"profile":1}`)
	case p == "/api/subscribers/7" && r.Method == "DELETE":
		if !w.erase() {
			rw.WriteHeader(http.StatusNotFound)
		}
	default:
		w.rest(rw, p, body, r)
	}
}

// rest is Salesforce and the webhook.
func (w *world) rest(rw http.ResponseWriter, p, body string, r *http.Request) {
	ok := func(v string) { _, _ = io.WriteString(rw, v) }
	switch {
	case p == "/v2/token":
		ok(`{"access_token":"t","expires_in":1200,"rest_instance_url":"https://fake.example/"}`)
	case p == "/contacts/v1/addresses/email/search":
		w.poll() // time goes on
		if !w.there {
			ok(`{"channelAddressResponseEntities":[]}`)
			return
		}
		ok(`{"channelAddressResponseEntities":[{"contactKeyDetails":[{"contactKey":"` + idOf + `"}]}]}`)
	case p == "/contacts/v1/contacts/actions/delete":
		w.erasures++
		ok(`{"operationInitiated":true,"operationID":2037,"hasErrors":false}`)
	case p == "/contacts/v1/contacts/actions/delete/status":
		w.poll()
		ok(map[bool]string{true: `{"operation":{"status":"Processing"}}`, false: `{"operation":{"status":"Completed"},"backgroundOperationsSummary":{"backgroundOperationStatusID":"Completed"}}`}[w.there])
	case p == "/hook":
		w.hook(rw, body, r.Header.Get("webhook-id"))
	default:
		rw.WriteHeader(http.StatusNotFound)
	}
}

// poll lets a deletion that was ordered end after a while.
func (w *world) poll() {
	if w.erasures > 0 && w.there {
		if w.polls--; w.polls <= 0 {
			w.there = false
		}
	}
}

func (w *world) hook(rw http.ResponseWriter, body, id string) {
	var m message
	_ = json.Unmarshal([]byte(body), &m)
	switch rights.Op(m.Data.Op) {
	case rights.OpFind:
		_, _ = io.WriteString(rw, map[bool]string{true: `{"outcome":"found"}`, false: `{"outcome":"absent"}`}[w.there])
		return
	case rights.OpExport:
		_, _ = io.WriteString(rw, `{"outcome":"found","data":{"a":1}}`)
		return
	case rights.OpErase:
		if m.Data.Dry {
			_, _ = io.WriteString(rw, `{"outcome":"found"}`)
			return
		}
		if !w.seen[id] {
			w.erasures++
		}
		w.there = false
	default:
		w.suppressed++
	}
	w.seen[id] = true
}

// fault is what happens to one request.
type fault int

const (
	none       fault = iota
	refused          // 429 with Retry-After, nothing was done
	failed           // 500, nothing was done
	lost             // it never got there
	unanswered       // it was done, and the answer got lost
)

// wire is a network with faults; no socket is opened.
type wire struct {
	w    *world
	plan func() fault
	urls []string
}

// RoundTrip implements http.RoundTripper.
func (t *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	t.urls = append(t.urls, r.URL.String())
	switch t.plan() {
	case refused:
		h := http.Header{"Retry-After": {"7"}}
		return &http.Response{StatusCode: 429, Header: h, Body: io.NopCloser(strings.NewReader(mailOf)), Request: r}, nil
	case failed:
		return &http.Response{StatusCode: 500, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(mailOf)), Request: r}, nil
	case lost:
		return nil, errors.New("connection refused " + url.QueryEscape(mailOf))
	case unanswered:
		t.w.ServeHTTP(httptest.NewRecorder(), r)
		return nil, context.DeadlineExceeded
	}
	rec := httptest.NewRecorder()
	t.w.ServeHTTP(rec, r)
	return rec.Result(), nil
}

// journal keeps rows in memory, and ends the process when told to.
type journal struct {
	rows  map[string]rights.Entry
	crash func() bool
}

var errCrash = errors.New("the process ended")

// Calls implements rights.Journal.
func (j *journal) Calls(context.Context, touch.Workspace, string) ([]rights.Entry, error) {
	var out []rights.Entry
	for _, e := range j.rows {
		out = append(out, e)
	}
	return out, nil
}

// PutCall implements rights.Journal.
func (j *journal) PutCall(_ context.Context, _ touch.Workspace, e rights.Entry) error {
	if j.crash() {
		return errCrash
	}
	j.rows[e.System+string(e.Op)] = e
	return nil
}

var settings = map[string]Settings{
	"hubspot":       {Kind: "hubspot", Key: "k"},
	"salesforce_mc": {Kind: "salesforce_mc", Key: "k", Account: "c", URL: "https://auth.example"},
	"braze":         {Kind: "braze", Key: "k", URL: "https://rest.example"},
	"klaviyo":       {Kind: "klaviyo", Key: "k"},
	"customerio":    {Kind: "customerio", Key: "t:a", Account: "s"},
	"mailchimp":     {Kind: "mailchimp", Key: "k-us21", List: "l1"},
	"listmonk":      {Kind: "listmonk", Key: "k", Account: "api", URL: "https://lists.example"},
	"webhook":       {Kind: "webhook", Key: "whsec_x", URL: "https://crm.example/hook"},
}

func sign(_, id string, at time.Time, _ []byte) (http.Header, error) {
	return http.Header{"Webhook-Id": {id}, "Webhook-Timestamp": {at.Format(time.RFC3339)}}, nil
}
