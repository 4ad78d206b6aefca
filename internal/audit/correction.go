package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"fairtouch/fairness"
	"fairtouch/touch"
)

// Kind is how a correction works.
type Kind string

// The kinds. Thresholds and repair treat groups by rules of their own, which
// needs a permission that says so; the others don't.
const (
	Thresholds Kind = "thresholds"       // a threshold a group
	Single     Kind = "single_threshold" // one threshold for all, chosen for the trade-off
	Reject     Kind = "reject"           // scores near the threshold go to a human
	Repair     Kind = "score_repair"     // scores mapped to a shared distribution
	Reweigh    Kind = "reweighing"       // weights for retraining elsewhere
	Massage    Kind = "massaging"        // a list of labels to review before retraining
	Removal    Kind = "removal"          // an input never reaches the model
)

// ByGroup reports whether a kind treats groups by rules of their own.
func (k Kind) ByGroup() bool { return k == Thresholds || k == Repair }

// Live reports whether a kind changes decisions, rather than training data.
func (k Kind) Live() bool { return k != Reweigh && k != Massage }

// State is where a correction stands.
type State string

// The states.
const (
	Validated State = "validated" // it works on people that it hasn't seen
	Refused   State = "refused"   // it doesn't: Why says so
	Exported  State = "exported"  // weights or a list, to be used elsewhere
	Applied   State = "applied"
	Reverted  State = "reverted"
)

// Choice is what a person asks for.
type Choice struct {
	Kind         Kind                `json:"kind"`
	Constraint   fairness.Constraint `json:"constraint"`
	Tolerance    float64             `json:"tolerance"`         // gap that may be left, in [0, 1); default 0.02
	Randomised   bool                `json:"randomised"`        // lots may be drawn, from a hash of the person
	Threshold    float64             `json:"threshold"`         // in use today; decides where data hold no decision
	Amount       float64             `json:"amount"`            // of a repair, 0 to 1
	MaxHuman     float64             `json:"max_human"`         // share that a human can take, 0 to 1
	MaxLoss      float64             `json:"max_loss"`          // accuracy that may be lost; default 0.02
	Reduction    float64             `json:"reduction"`         // part of the gap that must go; default 0.5
	LotsSeed     string              `json:"lots_seed"`         // so that two corrections draw different lots
	HeldOutShare float64             `json:"held_out"`          // default 0.5
	Split        string              `json:"split"`             // who is held out: the same for every try at a plan\'s findings, so that nobody tries until it works
	Action       string              `json:"action,omitzero"`   // that is taken from the threshold on
	Features     []string            `json:"features,omitzero"` // that a removal leaves out
}

// Inputs are those of a model that can be asked about the same people without
// some of them.
type Inputs struct {
	Names []string
	// Scores are the people's scores, in their order, when the model lacks the
	// inputs at some places among Names.
	Scores func(without []int) []float64
}

// Side is how the held-out people fare.
type Side struct {
	N        int64    `json:"n"`
	Gap      float64  `json:"gap"`      // the largest between groups, in the constraint's rate
	Accuracy float64  `json:"accuracy"` // against the label, or the decisions today where there is none
	Human    float64  `json:"human"`    // share that goes to a human
	Groups   []Fared  `json:"groups"`
	Metrics  []Metric `json:"metrics"` // with intervals
}

// Fared is one group on a side.
type Fared struct {
	Group    string  `json:"group"`
	N        int64   `json:"n"`
	Selected int64   `json:"selected"`
	Rate     float64 `json:"rate"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
}

// Correction is one version of a change that should close a finding.
type Correction struct {
	ID         string                `json:"id"`
	Finding    string                `json:"finding"`
	Choice     Choice                `json:"choice"`
	State      State                 `json:"state"`
	Policy     *fairness.Policy      `json:"policy,omitzero"`
	Single     *fairness.Tradeoff    `json:"single,omitzero"`
	Frontier   []fairness.Tradeoff   `json:"frontier,omitzero"` // what one threshold could give
	Reject     *fairness.Rejection   `json:"reject,omitzero"`
	Tables     []fairness.ScoreTable `json:"tables,omitzero"` // of a repair
	Weights    []Weight              `json:"weights,omitzero"`
	Review     []int                 `json:"review,omitzero"` // rows whose label a person should look at
	Before     Side                  `json:"before"`
	After      Side                  `json:"after"`
	Why        string                `json:"why"` // the result in one sentence
	By         touch.UserID          `json:"by"`
	At         time.Time             `json:"at"`
	Permission *Permission           `json:"permission,omitzero"`
	Applied    time.Time             `json:"applied,omitzero"` // when it last came into use
	Pilot      touch.PilotID         `json:"pilot,omitzero"`   // through which it is applied
	Receipts   []touch.Receipt       `json:"receipts,omitzero"`
	Version    int                   `json:"version"`
}

// Weight is what training rows of a group and label count.
type Weight struct {
	Group string  `json:"group"`
	Label bool    `json:"label"`
	Value float64 `json:"value"`
}

// Call is what a correction says of one person.
type Call struct {
	Positive bool
	Human    bool // neither: a human decides
}

// Decide applies a correction to a score in [0, 1]. Lots are drawn from a hash
// of the person and the correction, so that the same person always gets the
// same answer. ok is false where the correction doesn't change decisions, or
// doesn't know the group.
func (c *Correction) Decide(group, person string, score float64) (call Call, ok bool) {
	switch {
	case c.Policy != nil:
		for i := range c.Policy.Rules {
			if r := &c.Policy.Rules[i]; r.Group == group {
				return Call{Positive: r.Decide(score, lot(c.Choice.LotsSeed+"\x00"+person))}, true
			}
		}
	case c.Single != nil:
		return Call{Positive: score > c.Single.Threshold}, true
	case c.Reject != nil:
		if score >= c.Reject.Low && score < c.Reject.High {
			return Call{Human: true}, true
		}
		return Call{Positive: score > c.Choice.Threshold}, true
	case len(c.Tables) > 0:
		r, err := fairness.NewRepair(c.Tables, c.Choice.Amount)
		if err == nil {
			return Call{Positive: r.Score(group, score) > c.Choice.Threshold}, true
		}
	}
	return Call{}, false
}

// lot is a number in [0, 1) from a text.
func lot(s string) float64 {
	h := sha256.Sum256([]byte(s))
	return float64(binary.BigEndian.Uint64(h[:8])>>11) / (1 << 53)
}
