package events

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The secret, id, time, body and signature of the specification's reference
// libraries (standard-webhooks, Apache-2.0).
const (
	refSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	refID     = "msg_p5jXN8AQM9LWM0D4loKWxJek"
	refBody   = `{"test": 2432232314}`
	refSig    = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
)

var refAt = time.Unix(1614265330, 0)

func secret(t testing.TB, s string) Secret {
	t.Helper()
	x, err := ParseSecret(s)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestSignaturesAreThoseOfTheReferenceLibraries(t *testing.T) {
	h, err := SignWith(refSecret, refID, refAt, []byte(refBody))
	if err != nil || h.Get(HeaderSignature) != refSig || h.Get(HeaderID) != refID || h.Get(HeaderTimestamp) != "1614265330" {
		t.Fatalf("%v %v", err, h)
	}
}

func TestOnlyWhoHasTheSecretIsHeard(t *testing.T) {
	s, other := secret(t, refSecret), secret(t, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx")
	good := func() http.Header { h, _ := s.Sign(refID, refAt, []byte(refBody)); return h }
	with := func(k, v string) http.Header { h := good(); h.Set(k, v); return h }
	for name, x := range map[string]struct {
		h    http.Header
		body string
		now  time.Time
		ok   bool
	}{
		"as sent":                       {good(), refBody, refAt, true},
		"five minutes late":             {good(), refBody, refAt.Add(5 * time.Minute), true},
		"later than that":               {good(), refBody, refAt.Add(5*time.Minute + time.Second), false},
		"from the future":               {good(), refBody, refAt.Add(-5*time.Minute - time.Second), false},
		"another body":                  {good(), refBody + " ", refAt, false},
		"another id":                    {with(HeaderID, "msg_x"), refBody, refAt, false},
		"another time":                  {with(HeaderTimestamp, "1614265331"), refBody, refAt, false},
		"a time that is none":           {with(HeaderTimestamp, "+1614265330"), refBody, refAt, false},
		"no signature":                  {with(HeaderSignature, ""), refBody, refAt, false},
		"another version":               {with(HeaderSignature, "v2"+refSig[2:]), refBody, refAt, false},
		"several, one of them good":     {with(HeaderSignature, "v1,AAAA v1a,x "+refSig), refBody, refAt, true},
		"no headers":                    {http.Header{}, refBody, refAt, false},
		"a signature that is no base64": {with(HeaderSignature, "v1,???"), refBody, refAt, false},
	} {
		id, err := Verify([]Secret{other, s}, x.h, []byte(x.body), x.now)
		if (err == nil) != x.ok || x.ok && id != refID {
			t.Errorf("%s: %q %v", name, id, err)
		}
	}
	if _, err := Verify([]Secret{other, {}}, good(), []byte(refBody), refAt); err == nil {
		t.Error("another secret's holder was heard")
	}
	if _, err := Verify(nil, good(), []byte(refBody), refAt); err == nil {
		t.Error("heard without any secret")
	}
}

func TestASecretIsNeverPrinted(t *testing.T) {
	s := secret(t, refSecret)
	for _, f := range []string{"%v", "%+v", "%#v", "%s"} {
		if strings.Contains(fmt.Sprintf(f, s), "MfKQ") || strings.Contains(fmt.Sprintf(f, s), "49") {
			t.Errorf("%s prints it", f)
		}
	}
	for _, bad := range []string{"", "whsec_", "whsec_AAAA", "whsec_????"} {
		if _, err := ParseSecret(bad); err == nil {
			t.Errorf("%q is a secret", bad)
		}
	}
}

func TestEveryChangeOfAMessageIsSeen(t *testing.T) {
	s := secret(t, refSecret)
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.SliceOfN(rapid.Byte(), 1, 200).Draw(t, "body")
		h, err := s.Sign(refID, refAt, body)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Verify([]Secret{s}, h, body, refAt); err != nil {
			t.Fatal("a good one was refused")
		}
		i := rapid.IntRange(0, len(body)-1).Draw(t, "at")
		body[i] ^= byte(rapid.IntRange(1, 255).Draw(t, "by"))
		if _, err := Verify([]Secret{s}, h, body, refAt); err == nil {
			t.Fatal("a changed one was taken")
		}
	})
}

func FuzzVerify(f *testing.F) {
	f.Add(refID, "1614265330", refSig, []byte(refBody))
	s := []Secret{{[]byte("012345678901234567890123")}}
	f.Fuzz(func(t *testing.T, id, at, sig string, body []byte) {
		h := http.Header{"Webhook-Id": {id}, "Webhook-Timestamp": {at}, "Webhook-Signature": {sig}}
		if _, err := Verify(s, h, body, refAt); err == nil {
			t.Fatal("forged")
		}
	})
}
