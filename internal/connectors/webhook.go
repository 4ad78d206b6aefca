package connectors

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"

	"fairtouch/internal/rights"
	"fairtouch/touch"
)

// message is what a webhook gets. Its id is the idempotency key, the same for
// every attempt: the receiver does the same id once.
type message struct {
	Type      string `json:"type"` // rights.erase and so on
	Timestamp string `json:"timestamp"`
	Data      struct {
		ID        string `json:"id"`
		Op        string `json:"op"`
		External  string `json:"external_id,omitzero"`
		Email     string `json:"email,omitzero"`
		Operation string `json:"operation,omitzero"`
		Dry       bool   `json:"dry_run,omitzero"`
	} `json:"data"`
}

// reply is what it answers; an empty answer with status 2xx is completed.
type reply struct {
	Outcome   rights.Outcome  `json:"outcome"`
	Operation string          `json:"operation"`
	Left      int             `json:"left"`
	Data      json.RawMessage `json:"data"`
}

// webhook is any system that takes a signed message.
func webhook(s Settings, out Outside) (*system, error) {
	if s.URL == "" || out.Sign == nil {
		return nil, touch.Fielderr("url", "a webhook needs an address")
	}
	a := &api{client: out.Client, base: base(s.URL, ""), now: out.Now}
	do := func(ctx context.Context, c rights.Call) (rights.Receipt, error) {
		at := out.Now().UTC()
		var m message
		m.Type, m.Timestamp = "rights."+string(c.Op), at.Format("2006-01-02T15:04:05Z")
		m.Data.ID, m.Data.Op, m.Data.External, m.Data.Email, m.Data.Operation, m.Data.Dry = c.Key, string(c.Op), c.Person.External, c.Person.Email, c.Operation, c.Dry
		b, err := json.Marshal(m)
		if err != nil {
			return rights.Receipt{}, touch.Errorf(touch.Internal, "the message can't be written")
		}
		id := c.Key
		if id == "" || !c.Op.Changes() || c.Dry { // each question is a message of its own
			id = touch.NewID("call")
		}
		h, err := out.Sign(s.Key, id, at, b)
		if err != nil {
			return rights.Receipt{}, err
		}
		var got reply
		status, err := a.send(ctx, "POST", "", bytes.NewReader(b), "application/json", h, &got)
		if err != nil {
			return absent(status, err)
		}
		return replied(c, got, status)
	}
	sys := &system{needs: byEither, ops: map[rights.Op]operation{}}
	for _, op := range []rights.Op{rights.OpFind, rights.OpExport, rights.OpErase, rights.OpSuppress, rights.OpObject, rights.OpStatus} {
		sys.ops[op] = do
	}
	return sys, nil
}

// replied trusts no word that it doesn't know: an answer in another one is no
// receipt.
func replied(c rights.Call, got reply, status int) (rights.Receipt, error) {
	r := rights.Receipt{Outcome: got.Outcome, Operation: got.Operation, Left: got.Left, Status: status, Dry: c.Dry}
	if c.Op == rights.OpExport {
		r.Data = got.Data
	}
	switch got.Outcome {
	case rights.Completed, rights.Absent, rights.Found, rights.Partial:
	case rights.Pending:
		if got.Operation == "" || len(got.Operation) > 200 || strings.ContainsAny(got.Operation, "@ \n") {
			return r, touch.Errorf(touch.Invalid, "the system says pending, and gives no operation")
		}
	case "":
		if !c.Op.Changes() {
			return r, touch.Errorf(touch.Invalid, "the system's answer has no outcome")
		}
		r.Outcome = rights.Completed
	default:
		return r, touch.Errorf(touch.Invalid, "the system's answer has an outcome that is none")
	}
	if c.Op.Changes() && !c.Dry && r.Outcome == rights.Found {
		return r, touch.Errorf(touch.Invalid, "the system found the person, and did nothing")
	}
	return r, nil
}
