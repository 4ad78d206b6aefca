package record

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"pgregory.net/rapid"

	"fairtouch/internal/seal"
	"fairtouch/touch"
)

// shape is everything that a leaf may be.
var shape = regexp.MustCompile(`^fairtouch/leaf/v1\n[a-z-]{1,20}\n[0-9a-f]{32}\n[0-9a-f]{64}\n[0-9a-f]{64}\n$`)

func anyEntry(t *rapid.T) Entry {
	text := rapid.StringMatching(`[a-zA-Z0-9@.äöü<>&"\\ ]{6,40}`)
	body, err := json.Marshal(map[string]string{text.Draw(t, "k"): text.Draw(t, "v")})
	if err != nil {
		t.Fatal(err)
	}
	return Entry{
		Kind:    rapid.SampledFrom([]Kind{Opened, Closed, Grant, Erasure, Export, View, PilotGate}).Draw(t, "kind"),
		Outcome: Answered, Payload: body,
		At: time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")),
		Decision: &DecisionRow{ID: touch.NewDecisionID(), System: touch.SystemID(text.Draw(t, "system")), Band: text.Draw(t, "band"),
			Verdict: touch.Deny, Reason: text.Draw(t, "reason")},
		Idempotency: &Idempotency{KeyHash: text.Draw(t, "key"), Reply: body},
	}
}

func TestLeafSaysNothingOfAnyone(t *testing.T) {
	sp := testSpace(t)
	r := &Recorder{}
	rapid.Check(t, func(t *rapid.T) {
		e := anyEntry(t)
		row, err := r.prepare(sp, &e)
		if err != nil {
			t.Fatal(err)
		}
		leaf := string(leafBytes(&row))
		if !shape.MatchString(leaf) || len(leaf) > 1024 {
			t.Fatalf("leaf %q", leaf)
		}
		for _, secret := range []string{string(row.ID), string(e.Decision.ID), string(e.Decision.System), e.Decision.Band, e.Idempotency.KeyHash} {
			if strings.Contains(leaf, secret) {
				t.Fatalf("the leaf %q says %q", leaf, secret)
			}
		}
		again, err := r.prepare(sp, &e)
		if err != nil || again.Commitment == row.Commitment || again.LeafID == row.LeafID {
			t.Fatal("the same event twice can be recognised in the log")
		}
		if leafIDOf([]byte(leaf)) != row.LeafID {
			t.Fatal("the leaf's id can't be read back")
		}
	})
}

func TestCommittedPayloadIsCanonicalJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := anyEntry(t)
		got, err := canonical([32]byte{}, &e, touch.NewEventID(), e.At)
		if err != nil {
			t.Fatal(err)
		}
		got = got[32:] // the salt
		v := jsontext.Value(append([]byte(nil), got...))
		if err := v.Canonicalize(); err != nil || string(v) != string(got) {
			t.Fatalf("%v\n%s\n%s", err, got, v)
		}
	})
}

func TestReorderedPayloadCommitsToTheSame(t *testing.T) {
	at, id := time.Unix(1, 0), touch.NewEventID()
	a, e1 := canonical([32]byte{}, &Entry{Kind: Grant, Payload: []byte(`{"b":1.0,"a":"x"}`)}, id, at)
	b, e2 := canonical([32]byte{}, &Entry{Kind: Grant, Payload: []byte(` { "a" : "\u0078", "b" : 1 } `)}, id, at)
	if e1 != nil || e2 != nil || string(a) != string(b) {
		t.Fatalf("%s\n%s", a, b)
	}
}

func TestBrokenEntriesAreRefused(t *testing.T) {
	sp, r := testSpace(t), &Recorder{}
	huge := Entry{Kind: Grant, Payload: make([]byte, MaxPayload+1)}
	for name, e := range map[string]Entry{
		"no kind":      {Payload: []byte("{}")},
		"bad JSON":     {Kind: Grant, Payload: []byte("{")},
		"twice a name": {Kind: Grant, Payload: []byte(`{"a":1,"a":2}`)},
		"zero key":     {Kind: Grant, Subject: &Subject{ID: "sub_1"}},
		"lone guard":   {Kind: Grant, Guard: &Guard{}},
		"lone key":     {Kind: Grant, Idempotency: &Idempotency{KeyHash: "k"}},
		"too large":    huge,
	} {
		if _, err := r.prepare(sp, &e); err == nil {
			t.Errorf("%s was recorded", name)
		}
	}
}

type noStore map[string][]byte

func testSpace(t *testing.T) *space {
	t.Helper()
	k, err := seal.Open(t.Context(), seal.Config{DataDir: t.TempDir()}, noStore{})
	if err != nil {
		t.Fatal(err)
	}
	if err := k.LoadWorkspace(t.Context(), "acme"); err != nil {
		t.Fatal(err)
	}
	sp, err := newSpace(k, "acme", "log.example/acme")
	if err != nil {
		t.Fatal(err)
	}
	return sp
}
