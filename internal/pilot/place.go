package pilot

import "fairtouch/touch"

// Placement is where one decision's subject stands. Only this package makes
// one; the zero value is not valid and leads nowhere.
type Placement struct {
	decision touch.DecisionID
	pilot    touch.PilotID
	epoch    int
	arm      string
	bucket   float64
}

// Arm is treatment, control or outside; "" for the zero value.
func (p Placement) Arm() string { return p.arm }

// Bucket is the subject's bucket, [0, 1); 0 where none was computed.
func (p Placement) Bucket() float64 { return p.bucket }

// PilotID is the pilot's id, "" without one.
func (p Placement) PilotID() touch.PilotID { return p.pilot }

// Decision is the decision that the placement was made for. It is good for no other.
func (p Placement) Decision() touch.DecisionID { return p.decision }

// Epoch is the pilot's epoch number.
func (p Placement) Epoch() int { return p.epoch }

// Valid reports whether the placement was made by Place, Outside or WithoutPilot.
func (p Placement) Valid() bool { return p.decision != "" && p.arm != "" }

// Treated reports whether the AI may be used.
func (p Placement) Treated() bool { return p.Valid() && p.arm == ArmTreatment }

// Record gives the placement as a decision stores it; nil without a pilot.
func (p Placement) Record() *touch.Placement {
	if p.pilot == "" {
		return nil
	}
	return &touch.Placement{ID: p.pilot, Arm: p.arm, Bucket: p.bucket}
}

// Place finds the arm. No pilot, an invalid or halted one, an empty subject or
// one that isn't ASCII: outside, which is the control path.
func Place(decision touch.DecisionID, p *Pilot, subject touch.SubjectID) Placement {
	out := Outside(decision)
	if p == nil || p.Validate() != nil {
		return out
	}
	out.pilot, out.epoch = p.ID, p.Epoch.Number
	if subject == "" || !ascii(string(subject)) {
		return out
	}
	bucket, ok := Hash(p.Epoch.Seed, string(subject), p.Epoch.HashVersion)
	if !ok {
		return out
	}
	out.bucket = bucket
	switch p.State {
	case Scaled:
		out.arm = ArmTreatment
	case Running:
		if p.Namespace == nil || p.Namespace.Holds(string(subject)) {
			out.arm = arm(p.Epoch, bucket)
		}
	}
	return out
}

func arm(e Epoch, bucket float64) string {
	switch Choose(bucket, Ranges(2, e.Coverage, e.Weights[:])) {
	case 0:
		return ArmTreatment
	case 1:
		return ArmControl
	}
	return ArmOutside
}

// Outside is the control path, for every error and everything unknown.
func Outside(decision touch.DecisionID) Placement {
	if decision == "" {
		return Placement{}
	}
	return Placement{decision: decision, arm: ArmOutside}
}

// WithoutPilot is for a system whose registration says explicitly that it is
// scaled without a pilot of ours; the caller answers for having checked it.
func WithoutPilot(decision touch.DecisionID) Placement {
	if decision == "" {
		return Placement{}
	}
	return Placement{decision: decision, arm: ArmTreatment}
}
