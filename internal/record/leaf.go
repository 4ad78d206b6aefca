package record

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"fairtouch/internal/record/canon"
	"fairtouch/touch"
)

// MaxPayload is the largest payload, in bytes of JSON.
const MaxPayload = 8 << 20

// leafVersion changes if the leaf's format ever does.
const leafVersion = "fairtouch/leaf/v1"

// leafBytes is what goes into the public log: version, kind, a random id, the
// salted commitment and the ciphertext's hash, a line each. Nothing else may.
func leafBytes(r *Row) []byte {
	b := make([]byte, 0, 256)
	b = append(b, leafVersion...)
	b = append(b, '\n')
	b = append(b, r.Kind...)
	b = append(b, '\n')
	b = append(b, r.LeafID...)
	b = append(b, '\n')
	b = hex.AppendEncode(b, r.Commitment[:])
	b = append(b, '\n')
	b = hex.AppendEncode(b, r.CipherHash[:])
	return append(b, '\n')
}

// rowHash binds the ciphertext to what else the row says: id, key, time and
// decision columns. Without the ciphertext, which isn't in the log, nobody can
// guess them from it; with it, verify finds a change of any of them, also once
// the person was erased.
func rowHash(r *Row) ([32]byte, error) {
	plain, err := json.Marshal(struct {
		ID        touch.EventID `json:"id"`
		SealedFor string        `json:"sealed_for"`
		At        int64         `json:"at"`
		Decision  *columns      `json:"decision"`
	}{r.ID, r.SealedFor, r.At.UnixMicro(), columnsOf(r.Decision, r.At)})
	if err != nil {
		return [32]byte{}, touch.Wrap(touch.Internal, err, "a record can't be hashed")
	}
	h := sha256.New()
	h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(plain))))
	h.Write(plain)
	h.Write(r.Cipher)
	return [32]byte(h.Sum(nil)), nil
}

// leafIDOf reads the random id back from a leaf; "" if it is none of ours.
func leafIDOf(leaf []byte) string {
	lines := strings.Split(string(leaf), "\n")
	if len(lines) != 6 || lines[0] != leafVersion {
		return ""
	}
	return lines[2]
}

// commit is SHA-256(salt || canonical payload).
func commit(salt [32]byte, payload []byte) [32]byte {
	return sha256.Sum256(append(salt[:], payload...))
}

func newSalt() (s [32]byte) {
	if _, err := rand.Read(s[:]); err != nil {
		panic("record: no randomness: " + err.Error())
	}
	return s
}

// canonical wraps an entry's payload with what the record itself knows, as
// canonical JSON (RFC 8785), behind the salt.
func canonical(salt [32]byte, e *Entry, id touch.EventID, at time.Time) ([]byte, error) {
	if len(e.Payload) > MaxPayload {
		return nil, touch.Errorf(touch.TooLarge, "a record may hold %d bytes at most", MaxPayload)
	}
	body, err := ordered(e)
	if err != nil {
		return nil, err
	}
	envelope := struct {
		At       string          `json:"at"`
		Body     int             `json:"body"`
		Closes   touch.EventID   `json:"closes,omitempty"`
		Decision *columns        `json:"decision,omitempty"`
		Event    touch.EventID   `json:"event"`
		Kind     Kind            `json:"kind"`
		Outcome  Outcome         `json:"outcome,omitempty"`
		Subject  touch.SubjectID `json:"subject,omitempty"`
		V        int             `json:"v"`
	}{At: at.UTC().Format(time.RFC3339Nano), Decision: columnsOf(e.Decision, at), Closes: e.Closes, Event: id, Kind: e.Kind, Outcome: e.Outcome, V: 1}
	if e.Subject != nil {
		envelope.Subject = e.Subject.ID
	}
	b, err := canon.Append(make([]byte, 0, 512), &envelope)
	if err != nil {
		return nil, err
	}
	// Only the time comes before the body, so the first match is ours, and
	// splicing one canonical text into another keeps the whole canonical.
	head, tail, _ := bytes.Cut(b, []byte(`"body":0`))
	out := make([]byte, 0, len(salt)+len(b)+len(body)+8)
	out = append(append(append(out, salt[:]...), head...), `"body":`...)
	return append(append(out, body...), tail...), nil
}

// ordered is an entry's payload in canonical form.
func ordered(e *Entry) ([]byte, error) {
	if e.Canonical && len(e.Payload) > 0 {
		return e.Payload, nil
	}
	body := jsontext.Value(bytes.Clone(e.Payload))
	if len(body) == 0 {
		body = jsontext.Value("null")
	}
	if err := body.Canonicalize(); err != nil {
		return nil, touch.Wrap(touch.Invalid, err, "the record's payload is not valid JSON")
	}
	return body, nil
}

// columns are a decision's filterable columns as they are committed to, so
// that verify finds a change of one.
type columns struct {
	At           string           `json:"at"`
	Arm          string           `json:"arm,omitempty"`
	Band         string           `json:"band,omitempty"`
	Campaign     touch.CampaignID `json:"campaign,omitempty"`
	Channel      touch.Channel    `json:"channel,omitempty"`
	ID           touch.DecisionID `json:"id"`
	Jurisdiction string           `json:"jurisdiction,omitempty"`
	Purpose      string           `json:"purpose,omitempty"`
	Reason       string           `json:"reason,omitempty"`
	StoppedAt    touch.Step       `json:"stopped_at,omitempty"`
	System       touch.SystemID   `json:"system,omitempty"`
	Verdict      touch.Verdict    `json:"verdict,omitempty"`
}

func columnsOf(d *DecisionRow, at time.Time) *columns {
	if d == nil {
		return nil
	}
	if !d.At.IsZero() {
		at = d.At
	}
	return &columns{
		At:  at.UTC().Truncate(time.Microsecond).Format(time.RFC3339Nano),
		Arm: d.Arm, Band: d.Band, Campaign: d.Campaign, Channel: d.Channel, ID: d.ID, Jurisdiction: d.Jurisdiction,
		Purpose: d.Purpose, Reason: d.Reason, StoppedAt: d.StoppedAt, System: d.System, Verdict: d.Verdict,
	}
}

// split parts what was sealed into salt and payload.
func split(plain []byte) (Opening, error) {
	if len(plain) < 32 {
		return Opening{}, touch.Errorf(touch.Tampered, "a sealed record is too short")
	}
	return Opening{Salt: [32]byte(plain[:32]), Payload: plain[32:]}, nil
}

// Canonical writes v behind b as canonical JSON (RFC 8785), for an entry whose
// payload is Canonical.
func Canonical(b []byte, v any) ([]byte, error) { return canon.Append(b, v) }
