package app

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/rights"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

func requestLine(id string, k rights.Kind, state rights.State, rule string, received time.Time, due rights.Day, now time.Time) console.RequestLine {
	l := console.RequestLine{ID: id, Words: k.Words(), State: state, Received: received, Due: due, Rule: rule, Open: state.Open()}
	l.Left = int(due.Sub(rights.DayOf(now)).Hours() / 24)
	l.Late = l.Open && l.Left < 0
	return l
}

// Requests implements console.Requests.
func (s staff) Requests(ctx context.Context, p access.Principal) ([]console.RequestLine, error) {
	all, err := s.Rights(ctx, p.Workspace)
	var out []console.RequestLine
	for _, r := range all {
		l := requestLine(r.ID, r.Kind, r.State, r.Rule, r.Received, r.Due.AddDate(0, 0, -1), utcNow())
		l.Erased = r.Erased()
		out = append(out, l)
	}
	return out, err
}

// Request implements console.Requests.
func (s staff) Request(ctx context.Context, p access.Principal, id string) (console.RequestPage, error) {
	v, err := s.Right(ctx, p.Workspace, id)
	if err != nil {
		return console.RequestPage{}, err
	}
	if !v.Erased {
		if err := s.viewed(ctx, p, "request", v.ID, v.Subject); err != nil {
			return console.RequestPage{}, err
		}
	}
	cs, err := s.ConnectorSettings(ctx, p.Workspace)
	if err != nil {
		return console.RequestPage{}, err
	}
	now := utcNow()
	out := console.RequestPage{RequestLine: requestLine(v.ID, v.Kind, v.State, v.Deadline.Rule, v.ReceivedAt, v.Due, now),
		Kind: v.Kind, Person: v.External, Email: v.Email, Claimed: v.Claimed, Text: v.Text, Via: v.Via, Place: v.Place, Proof: v.Proof, Mandate: v.Mandate, Reason: v.Reason,
		Of: v.Of, Decision: touch.DecisionID(v.Decision), Law: v.Rule.Name, Citation: v.Rule.Citation, Draft: v.Rule.Status != "certified", OwnLimit: v.Rule.OwnLimit,
		Confirm: v.Deadline.Confirm, Furthest: v.Deadline.Furthest, Calls: v.Calls, Mails: v.Mails, Irrevocable: v.Kind == rights.Erasure}
	out.RequestLine.Erased = v.Erased
	if len(v.Kind.Ops()) > 0 {
		out.Systems = len(cs)
	}
	for _, e := range v.Calls {
		out.Failed = out.Failed || v.State.Open() && e.State == rights.CallFailed
		out.Waiting = out.Waiting || v.State == rights.Running && (e.State == rights.CallBegun || e.State == rights.CallWaiting)
	}
	may(&out, &v, now)
	return out, s.stepsOf(ctx, p, &v, &out)
}

// may says what can be done about a request now; the domain decides again.
func may(out *console.RequestPage, v *RightView, now time.Time) {
	ready := v.State == rights.Verified || v.State == rights.Running
	out.MayRun = ready && !v.Kind.ByPerson() || v.Erased && v.State.Open()
	if v.Erased {
		return
	}
	out.MayVerify = v.State == rights.Received
	out.MayIdentify = v.MayIdentify() && out.Systems > 0
	out.MayFinish = ready && v.Kind.ByPerson()
	out.MayRefuse = (v.State == rights.Received || v.State == rights.Verified) && v.Kind != rights.Objection
	out.MayExtend = v.State.Open() && !v.Extended && v.Deadline.Furthest.After(v.Deadline.Due) && !rights.DayOf(now).After(v.Deadline.Due)
	out.MayDownload = v.Kind.Discloses() && (v.State == rights.Running || v.State == rights.Done || v.State == rights.Partly)
}

func (s staff) stepsOf(ctx context.Context, p access.Principal, v *RightView, out *console.RequestPage) error {
	users, err := s.Desk.Users(ctx, p.Workspace)
	names := map[touch.UserID]string{"": "the person", LocalOperator: "command line"}
	for _, u := range users {
		names[u.ID] = u.Name
	}
	for _, x := range v.Steps {
		name := names[x.By]
		if x.By == "" && x.What != "received" && x.What != "cancelled" {
			name = "the machine"
		}
		out.Steps = append(out.Steps, console.RequestStep{Step: x, ByName: name})
	}
	return err
}

// TakeRequest implements console.Requests.
func (s staff) TakeRequest(ctx context.Context, p access.Principal, f console.RequestForm) (string, error) {
	if f.Person == "" {
		return "", touch.Fielderr("external_id", "Write the id that your own systems use")
	}
	proof := rights.ProofIdentifier
	if f.Proof == string(rights.ProofStaff) || f.Proof == string(rights.ProofLogin) {
		proof = rights.Proof(f.Proof)
	}
	a := rights.Ask{Kind: rights.Kind(f.Kind), Place: f.Place, External: f.Person, Email: f.Email, Text: f.Text, Via: "console", Of: f.Of, Proof: proof, By: p.User}
	if f.Agent != "" || f.Mandate != "" {
		a.Mandate, a.Via = &rights.Mandate{Agent: f.Agent, Kind: f.Mandate, Seen: f.Seen}, "agent"
	}
	if f.Received != "" {
		var err error
		if a.Received, err = time.Parse(time.DateOnly, f.Received); err != nil {
			return "", touch.Fielderr("received", "Write the day as 2026-11-24")
		}
	}
	v, err := s.AskRight(ctx, p.Workspace, a)
	return v.ID, err
}

// VerifyRequest implements console.Requests.
func (s staff) VerifyRequest(ctx context.Context, p access.Principal, id string, proof rights.Proof, external, email string) error {
	_, err := s.VerifyRight(ctx, p.Workspace, p.User, id, proof, external, email)
	return err
}

// IdentifyRequest implements console.Requests.
func (s staff) IdentifyRequest(ctx context.Context, p access.Principal, id, external, email string) error {
	_, err := s.IdentifyRight(ctx, p.Workspace, p.User, id, external, email)
	return err
}

// RunRequest implements console.Requests.
func (s staff) RunRequest(ctx context.Context, p access.Principal, id string, retry, force bool) error {
	if retry {
		_, err := s.RetryRight(ctx, p.Workspace, p.User, id)
		return err
	}
	_, err := s.RunRight(ctx, p.Workspace, p.User, id, force)
	return err
}

// DryRequest implements console.Requests.
func (s staff) DryRequest(ctx context.Context, p access.Principal, id string) ([]rights.Entry, error) {
	return s.DryRight(ctx, p.Workspace, id)
}

// FinishRequest implements console.Requests.
func (s staff) FinishRequest(ctx context.Context, p access.Principal, id, missing string) error {
	_, err := s.FinishRight(ctx, p.Workspace, p.User, id, missing)
	return err
}

// ExtendRequest implements console.Requests.
func (s staff) ExtendRequest(ctx context.Context, p access.Principal, id, reason string) error {
	_, err := s.ExtendRight(ctx, p.Workspace, p.User, id, reason)
	return err
}

// RefuseRequest implements console.Requests.
func (s staff) RefuseRequest(ctx context.Context, p access.Principal, id, reason string) error {
	_, err := s.RefuseRight(ctx, p.Workspace, p.User, id, reason)
	return err
}

// AnswerRequest implements console.Requests.
func (s staff) AnswerRequest(ctx context.Context, p access.Principal, id string, w io.Writer) error {
	v, err := s.AnswerRight(ctx, p.Workspace, id)
	if err != nil {
		return err
	}
	return writeIndented(w, v)
}

// EvidenceOfRequest implements console.Requests.
func (s staff) EvidenceOfRequest(ctx context.Context, p access.Principal, id string, w io.Writer) error {
	v, err := s.RightPack(ctx, p.Workspace, id)
	if err != nil {
		return err
	}
	return writeIndented(w, v)
}

func writeIndented(w io.Writer, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return touch.Wrap(touch.Internal, err, "the file can't be written")
	}
	_, err = w.Write(append(b, '\n'))
	return err
}
