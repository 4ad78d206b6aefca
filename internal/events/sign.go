package events

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"fairtouch/touch"
)

// The headers of Standard Webhooks.
const (
	HeaderID        = "webhook-id"
	HeaderTimestamp = "webhook-timestamp"
	HeaderSignature = "webhook-signature"
)

// Tolerance is how far a message's time may be from ours, either way.
const Tolerance = 5 * time.Minute

// secretPrefix begins a symmetric secret.
const secretPrefix = "whsec_"

// Secret signs and checks webhooks. It prints as nothing.
type Secret struct{ key []byte }

// String keeps the secret out of logs.
func (Secret) String() string { return "whsec_(hidden)" }

// GoString keeps it out of %#v.
func (s Secret) GoString() string { return s.String() }

// ParseSecret reads whsec_ and base64 of 24 to 64 bytes; the prefix may be
// missing.
func ParseSecret(s string) (Secret, error) {
	b, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(strings.TrimSpace(s), secretPrefix))
	if err != nil || len(b) < 24 || len(b) > 64 {
		return Secret{}, touch.Fielderr("secret", "must be whsec_ and base64 of 24 to 64 bytes")
	}
	return Secret{b}, nil
}

// NewSecret makes one from randomness, and its text to hand out once.
func NewSecret(random io.Reader) (Secret, string, error) {
	b := make([]byte, 32)
	if _, err := io.ReadFull(random, b); err != nil {
		return Secret{}, "", touch.Wrap(touch.Internal, err, "no randomness")
	}
	return Secret{b}, secretPrefix + base64.StdEncoding.EncodeToString(b), nil
}

// mac is HMAC-SHA256 over id.timestamp.body.
func (s Secret) mac(id, at string, body []byte) []byte {
	h := hmac.New(sha256.New, s.key)
	_, _ = io.WriteString(h, id+"."+at+".")
	_, _ = h.Write(body)
	return h.Sum(nil)
}

// Sign makes the three headers of a message.
func (s Secret) Sign(id string, at time.Time, body []byte) (http.Header, error) {
	if len(s.key) == 0 || !validID(id) {
		return nil, touch.Errorf(touch.Internal, "a webhook can't be signed without a secret and an id")
	}
	t := strconv.FormatInt(at.Unix(), 10)
	h := http.Header{}
	h.Set(HeaderID, id)
	h.Set(HeaderTimestamp, t)
	h.Set(HeaderSignature, "v1,"+base64.StdEncoding.EncodeToString(s.mac(id, t, body)))
	return h, nil
}

// SignWith signs with a secret's text.
func SignWith(secret, id string, at time.Time, body []byte) (http.Header, error) {
	s, err := ParseSecret(secret)
	if err != nil {
		return nil, err
	}
	return s.Sign(id, at, body)
}

func validID(id string) bool {
	if id == "" || len(id) > 256 {
		return false
	}
	for i := range len(id) {
		if id[i] <= ' ' || id[i] > '~' {
			return false
		}
	}
	return true
}

// Verify checks a message that came in, against any of the secrets, so that one
// can be replaced while another still holds. It returns the message's id, by
// which a message that comes twice is told. Every error is Unauthenticated and
// says nothing of which part was wrong.
func Verify(secrets []Secret, h http.Header, body []byte, now time.Time) (id string, err error) {
	wrong := touch.Errorf(touch.Unauthenticated, "the webhook's signature is not valid, or it is too old")
	id, at := h.Get(HeaderID), h.Get(HeaderTimestamp)
	sent, err := strconv.ParseInt(at, 10, 64)
	if err != nil || !validID(id) || strconv.FormatInt(sent, 10) != at {
		return "", wrong
	}
	if age := now.Sub(time.Unix(sent, 0)); age > Tolerance || age < -Tolerance {
		return "", wrong
	}
	good := 0
	for i, part := range strings.Fields(h.Get(HeaderSignature)) {
		version, text, _ := strings.Cut(part, ",")
		got, err := base64.StdEncoding.DecodeString(text)
		if version != "v1" || err != nil || i >= 16 {
			continue
		}
		for _, s := range secrets {
			if len(s.key) > 0 {
				good |= subtle.ConstantTimeCompare(got, s.mac(id, at, body))
			}
		}
	}
	if good != 1 {
		return "", wrong
	}
	return id, nil
}
