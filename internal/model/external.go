package model

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"math"

	"fairtouch/internal/protect"
	"fairtouch/touch"
)

// External is a vendor's AI that answered elsewhere: its result is imported as
// it came. It is given nothing, so nothing of the payload leaves with it.
type External struct {
	Result  *touch.Outcome
	Vendor  string // who made the AI
	Version int    // of its registration here
}

// Call hands the result on. A result that says nothing, or whose score lies
// outside [0,1], is Invalid.
func (e External) Call(_ context.Context, _ protect.Safe) (Raw, error) {
	r := e.Result
	switch {
	case r == nil:
		return Raw{}, &touch.Error{Code: touch.Missing, Field: "result", Missing: []string{"result"},
			Message: "this AI is a vendor's: send what it answered as result, with a score, band, action or text"}
	case r.Score == nil && r.Band == "" && r.Action == "" && r.Text == "":
		return Raw{}, touch.Fielderr("result", "says nothing; it needs a score, band, action or text")
	case r.Score != nil && (math.IsNaN(*r.Score) || *r.Score < 0 || *r.Score > 1):
		return Raw{}, touch.Fielderr("result.score", "must lie between 0 and 1")
	}
	h := sha256.Sum256([]byte("external\x00" + e.Vendor))
	return Raw{Outcome: *r, Hash: hex.EncodeToString(h[:])}, nil
}
