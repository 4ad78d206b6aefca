package app

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"fairtouch/touch"
)

func testLinks(now *time.Time) *Links {
	return &Links{base: "https://x.example", now: func() time.Time { return *now }, mac: func(ws touch.Workspace, s string) (string, error) {
		if ws != "acme" && ws != "other" {
			return "", touch.Errorf(touch.Unknown, "no such workspace")
		}
		h := hmac.New(sha256.New, []byte("pepper of "+ws))
		h.Write([]byte(s))
		return hex.EncodeToString(h.Sum(nil)), nil
	}}
}

func TestLinkHasOnePurposeAndAnEnd(t *testing.T) {
	now := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	l := testLinks(&now)
	all := []LinkPurpose{LinkWhy, LinkHuman, LinkConsent, LinkStop, LinkVerify, LinkCode}
	for _, made := range all {
		k := Link{made, "acme", "dec_1", now.Add(time.Hour)}
		token, err := l.Token(k)
		if err != nil {
			t.Fatal(err)
		}
		for _, asked := range all {
			got, err := l.Parse(token, asked)
			if (err == nil) != (asked == made) || err != nil && touch.CodeOf(err) != touch.Unknown {
				t.Errorf("a link for %c, used for %c: %v", made, asked, err)
			}
			if err == nil && (got.Workspace != k.Workspace || got.ID != k.ID || !got.Ends.Equal(k.Ends)) {
				t.Errorf("%+v became %+v", k, got)
			}
		}
	}
	why, human := l.For("acme", "dec_1", now)
	token, ok := strings.CutPrefix(why, "https://x.example/p/why/")
	if !ok || !strings.HasPrefix(human, "https://x.example/p/human/") {
		t.Fatal(why, human)
	}
	now = now.Add(linkLife - time.Second)
	if _, err := l.Parse(token, LinkWhy); err != nil {
		t.Errorf("a link in its last second: %v", err)
	}
	now = now.Add(time.Second)
	if _, err := l.Parse(token, LinkWhy); touch.CodeOf(err) != touch.Unknown {
		t.Errorf("a link at its end: %v", err)
	}
}

func TestChangedLinkIsRefused(t *testing.T) {
	now := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	l := testLinks(&now)
	token, err := l.Token(Link{LinkWhy, "acme", "dec_1", now.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	for i := range b {
		for bit := range 8 {
			b[i] ^= 1 << bit
			for _, p := range []LinkPurpose{LinkWhy, LinkPurpose(b[0])} {
				if k, err := l.Parse(base64.RawURLEncoding.EncodeToString(b), p); touch.CodeOf(err) != touch.Unknown {
					t.Fatalf("byte %d bit %d was flipped and it says %+v, %v", i, bit, k, err)
				}
			}
			b[i] ^= 1 << bit
		}
	}
	for n := range b {
		if _, err := l.Parse(base64.RawURLEncoding.EncodeToString(b[:n]), LinkWhy); touch.CodeOf(err) != touch.Unknown {
			t.Fatalf("cut to %d bytes: %v", n, err)
		}
	}
	// Another house's key signs no link of this one.
	body := append([]byte(nil), b[:len(b)-16]...)
	tag, err := l.tag("other", body)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Parse(base64.RawURLEncoding.EncodeToString(append(body, tag...)), LinkWhy); touch.CodeOf(err) != touch.Unknown {
		t.Errorf("another workspace signed it: %v", err)
	}
}
