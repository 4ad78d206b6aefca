package pilot

import (
	"math"

	"fairtouch/touch"
)

// State is where a pilot stands.
type State string

// The states. Only running and scaled pilots let anybody meet the AI.
const (
	Draft   State = "draft"
	Running State = "running"
	Halted  State = "halted"
	Scaled  State = "scaled"
)

// The arms. Everything but treatment takes the control path: no model call.
const (
	ArmTreatment = "treatment"
	ArmControl   = "control"
	ArmOutside   = "outside"
)

// Epoch is what assignment depends on. A change of seed, weights or hash
// version moves people, so it needs another epoch; a change of coverage doesn't.
type Epoch struct {
	Number      int        `json:"number"` // 1, 2, ...
	Seed        string     `json:"seed"`   // ASCII; never used in an earlier epoch
	HashVersion int        `json:"hash_version"`
	Coverage    float64    `json:"coverage"` // share of subjects in the pilot, [0, 1]
	Weights     [2]float64 `json:"weights"`  // treatment, control
}

// Pilot is one system's trial.
type Pilot struct {
	ID           touch.PilotID  `json:"id"`
	System       touch.SystemID `json:"system"`
	Name         string         `json:"name"`
	Owner        touch.UserID   `json:"owner,omitzero"`
	State        State          `json:"state"`
	Epoch        Epoch          `json:"epoch"`
	Steps        []float64      `json:"steps"`         // coverage in percent, rising, each in (0, 100]
	Step         int            `json:"step"`          // index into Steps while running
	ControlShare float64        `json:"control_share"` // of those covered, (0, 1)
	Namespace    *Namespace     `json:"namespace,omitzero"`
	UsedSeeds    []string       `json:"used_seeds,omitzero"` // of all epochs, this one's included
	Version      int            `json:"version"`             // counts transitions; the store checks it
}

// New makes a draft with the usual steps 1, 5, 10, 25, 50, 100 %. The seed must
// be fresh; the control share is that of the covered subjects, in (0, 1).
func New(id touch.PilotID, system touch.SystemID, name, seed string, controlShare float64) (Pilot, error) {
	p := Pilot{ID: id, System: system, Name: name, State: Draft, ControlShare: controlShare,
		Steps: []float64{1, 5, 10, 25, 50, 100}, UsedSeeds: []string{seed},
		Epoch: Epoch{Number: 1, Seed: seed, HashVersion: 2, Weights: [2]float64{1 - controlShare, controlShare}}}
	return p, p.Validate()
}

// Validate returns an Invalid error that names the first field at fault.
func (p *Pilot) Validate() error {
	switch {
	case p.ID == "":
		return touch.Fielderr("id", "a pilot needs an id")
	case p.System == "":
		return touch.Fielderr("system", "a pilot needs a system")
	case p.State != Draft && p.State != Running && p.State != Halted && p.State != Scaled:
		return touch.Fielderr("state", "a pilot is draft, running, halted or scaled")
	case !(p.ControlShare > 0 && p.ControlShare < 1):
		return touch.Fielderr("control_share", "the control share lies between 0 and 1, both excluded, so that there is something to compare with")
	case p.Epoch.HashVersion != 1 && p.Epoch.HashVersion != 2:
		return touch.Fielderr("epoch.hash_version", "use 2, or 1 for compatibility")
	case p.Epoch.Seed == "" || !ascii(p.Epoch.Seed):
		return touch.Fielderr("epoch.seed", "the seed must be ASCII and not empty")
	case !(p.Epoch.Coverage >= 0 && p.Epoch.Coverage <= 1):
		return touch.Fielderr("epoch.coverage", "coverage lies between 0 and 1")
	case math.Abs(p.Epoch.Weights[1]-p.ControlShare) > 1e-9 || math.Abs(p.Epoch.Weights[0]+p.Epoch.Weights[1]-1) > 1e-9:
		return touch.Fielderr("epoch.weights", "the weights must be 1 minus the control share, and the control share")
	}
	return p.validateSteps()
}

func (p *Pilot) validateSteps() error {
	if len(p.Steps) == 0 || p.Step < 0 || p.Step >= len(p.Steps) {
		return touch.Fielderr("steps", "a pilot needs at least one step and stands on one of them")
	}
	last := 0.0
	for _, s := range p.Steps {
		if !(s > last && s <= 100) {
			return touch.Fielderr("steps", "steps are percentages that rise, each above 0 and at most 100")
		}
		last = s
	}
	if n := p.Namespace; n != nil && !(n.Name != "" && ascii(n.Name) && n.Start >= 0 && n.Start < n.End && n.End <= 1) {
		return touch.Fielderr("namespace", "a namespace needs a name and a range within 0 and 1")
	}
	return nil
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
