package connectors

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"fairtouch/internal/rights"
	"fairtouch/touch"
)

// Settings is one system of a workspace. It holds secrets and is kept sealed.
type Settings struct {
	Kind    string `json:"kind"`             // see Kinds
	Name    string `json:"name"`             // of this account; "" is the kind
	URL     string `json:"url,omitzero"`     // the interface's address, where the system has no fixed one
	Second  string `json:"second,omitzero"`  // Customer.io: the track interface
	Key     string `json:"key"`              // API key, token, password or webhook secret
	Account string `json:"account,omitzero"` // client id, site id or user name
	List    string `json:"list,omitzero"`    // Mailchimp: the audience
	Off     bool   `json:"off,omitzero"`     // the staff switched it off; see rights.Off
}

// Kinds lists the kinds of systems.
func Kinds() []string {
	return []string{"hubspot", "salesforce_mc", "braze", "klaviyo", "customerio", "mailchimp", "listmonk", "webhook"}
}

// Outside is what connectors need of the world.
type Outside struct {
	Client *http.Client // nil: nothing goes out
	Now    func() time.Time
	// Sign makes the headers of a webhook (Standard Webhooks); for the kind webhook.
	Sign func(secret, id string, at time.Time, body []byte) (http.Header, error)
}

// New makes a connector.
func New(s Settings, out Outside) (rights.Connector, error) {
	make, ok := map[string]func(Settings, Outside) (*system, error){"hubspot": hubspot, "salesforce_mc": salesforce, "braze": braze, "klaviyo": klaviyo,
		"customerio": customerio, "mailchimp": mailchimp, "listmonk": listmonk, "webhook": webhook}[s.Kind]
	if !ok {
		return nil, touch.Fielderr("kind", "must be one of %s", strings.Join(Kinds(), ", "))
	}
	if s.Key == "" {
		return nil, touch.Fielderr("key", "the system needs a key")
	}
	for _, u := range []string{s.URL, s.Second} {
		if err := checkURL(u); err != nil {
			return nil, err
		}
	}
	sys, err := make(s, out)
	if err != nil {
		return nil, err
	}
	if sys.name = s.Name; sys.name == "" {
		sys.name = s.Kind
	}
	if s.Off {
		return rights.Off{Connector: sys}, nil
	}
	return sys, nil
}

// checkURL refuses what isn't plain https; http is for loopback alone, which
// the client refuses unless it is allow-listed.
func checkURL(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" ||
		u.Scheme != "https" && (u.Scheme != "http" || u.Hostname() != "127.0.0.1" && u.Hostname() != "localhost") {
		return touch.Fielderr("url", "must be an https address without user, query or fragment")
	}
	return nil
}

type operation func(ctx context.Context, c rights.Call) (rights.Receipt, error)

// system is a connector as a table of operations.
type system struct {
	name  string
	slow  bool // see rights.Slow
	needs func(p rights.Person) bool
	ops   map[rights.Op]operation
}

// Name implements rights.Connector.
func (s *system) Name() string { return s.name }

// Slow implements rights.Slow.
func (s *system) Slow() bool { return s.slow }

// Can implements rights.Connector.
func (s *system) Can() []rights.Op {
	var out []rights.Op
	for op := range s.ops {
		out = append(out, op)
	}
	slices.Sort(out)
	return out
}

// Do implements rights.Connector.
func (s *system) Do(ctx context.Context, c rights.Call) (rights.Receipt, error) {
	do, ok := s.ops[c.Op]
	if !ok {
		return rights.Receipt{}, touch.Errorf(touch.Unsupported, "this system has no way to do it")
	}
	if s.needs != nil && !s.needs(c.Person) {
		return rights.Receipt{}, touch.Fielderr("email", "the request doesn't say what this system knows the person by")
	}
	if !c.Dry || !c.Op.Changes() {
		return do(ctx, c)
	}
	find, ok := s.ops[rights.OpFind]
	if !ok { // it can't be asked: the real call would be made
		return rights.Receipt{Outcome: rights.Found, Dry: true}, nil
	}
	got, err := find(ctx, rights.Call{Op: rights.OpFind, Person: c.Person})
	got.Dry, got.Data = true, nil
	return got, err
}

func byEmail(p rights.Person) bool  { return p.Email != "" }
func byEither(p rights.Person) bool { return p.Email != "" || p.External != "" }

func base(s, fallback string) string {
	if s == "" {
		s = fallback
	}
	return strings.TrimSuffix(s, "/")
}

// found makes a Find's receipt.
func found(n, status int, err error) (rights.Receipt, error) {
	switch {
	case err != nil:
		return absent(status, err)
	case n == 0:
		return rights.Receipt{Outcome: rights.Absent, Status: status}, nil
	}
	return rights.Receipt{Outcome: rights.Found, Status: status}, nil
}

// exported makes an Export's receipt.
func exported(data []byte, status int, err error) (rights.Receipt, error) {
	if err != nil {
		return absent(status, err)
	}
	return rights.Receipt{Outcome: rights.Found, Status: status, Data: data}, nil
}
