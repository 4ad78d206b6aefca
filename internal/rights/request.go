package rights

import (
	"slices"
	"strings"
	"time"

	"fairtouch/touch"
)

// State is where a request stands.
type State string

// The states. A request ends in one of the last four.
const (
	Received  State = "received"  // waits until the person is known for sure
	Verified  State = "verified"  // may be carried out
	Running   State = "running"   // is being carried out; some systems may still owe an answer
	Done      State = "done"      // everything asked for was done
	Partly    State = "partly"    // some of it can't be done; the reason says what
	Refused   State = "refused"   // with a reason, and the way to appeal
	Cancelled State = "cancelled" // by the person
)

// Open reports whether something is still owed.
func (s State) Open() bool { return s == Received || s == Verified || s == Running }

// Known reports whether s is one of the states.
func (s State) Known() bool {
	return s.Open() || s == Done || s == Partly || s == Refused || s == Cancelled
}

// Proof is how a person's identity was shown.
type Proof string

// The proofs, from weakest to strongest.
const (
	ProofNone       Proof = ""           // not shown yet
	ProofIdentifier Proof = "identifier" // the person's id or address alone: enough for a no
	ProofLink       Proof = "link"       // a link that was sent to the person
	ProofCode       Proof = "code"       // a one-time code sent to the address on file
	ProofLogin      Proof = "login"      // the company's own sign-in
	ProofStaff      Proof = "staff"      // a member of the staff compared what was shown
)

// enough reports whether a proof will do for a kind.
func (p Proof) enough(k Kind) bool {
	switch p {
	case ProofCode, ProofLogin, ProofStaff:
		return true
	case ProofLink, ProofIdentifier:
		return !k.NeedsIdentity()
	}
	return false
}

// Mandate is what an agent shows who asks for somebody else (CCPA regulations,
// 11 CCR §7063; GDPR Art. 12 by power of attorney).
type Mandate struct {
	Agent string    `json:"agent"` // name of the person or company that asks
	Kind  string    `json:"kind"`  // signed_permission, power_of_attorney, parent, browser_signal
	Seen  string    `json:"seen"`  // where the document is kept; not the document
	Until time.Time `json:"until,omitzero"`
}

var mandates = [...]string{"signed_permission", "power_of_attorney", "parent", "browser_signal"}

// covers reports whether a mandate will do for a kind at an instant. A signal
// can only say no.
func (m *Mandate) covers(k Kind, at time.Time) error {
	switch {
	case strings.TrimSpace(m.Agent) == "":
		return touch.Fielderr("agent", "say who asks on the person's behalf")
	case !slices.Contains(mandates[:], m.Kind):
		return touch.Fielderr("mandate", "must be one of %s", strings.Join(mandates[:], ", "))
	case m.Seen == "" && m.Kind != "browser_signal":
		return touch.Fielderr("mandate", "say where the signed permission is kept")
	case m.Kind == "browser_signal" && !k.OptOut():
		return touch.Fielderr("mandate", "a browser's signal can only say no")
	case !m.Until.IsZero() && !at.Before(m.Until):
		return touch.Fielderr("mandate", "the mandate has run out")
	}
	return nil
}

// Step is one thing that happened to a request. Each is an event of the record.
type Step struct {
	At    time.Time     `json:"at"`
	What  string        `json:"what"` // received, verified, started, extended, done, partly, refused, cancelled, system, mailed
	By    touch.UserID  `json:"by,omitzero"`
	Note  string        `json:"note,omitzero"`  // a reason, or which system
	Event touch.EventID `json:"event,omitzero"` // its place in the record
}

// Request is what a person asked for. It is stored sealed under their key.
type Request struct {
	ID         string          `json:"id"`
	Kind       Kind            `json:"kind"`
	Place      string          `json:"place"` // ISO 3166: whose law
	Subject    touch.SubjectID `json:"subject"`
	External   string          `json:"external_id"` // the id that the company's systems use
	Email      string          `json:"email,omitzero"`
	Claimed    string          `json:"claimed,omitzero"` // an address that the person typed and nobody compared
	Locale     string          `json:"locale,omitzero"`
	Text       string          `json:"text,omitzero"` // in the person's words
	Via        string          `json:"via"`           // page, console, command line, agent, api
	Decision   string          `json:"decision,omitzero"`
	Of         string          `json:"of,omitzero"` // for an appeal: the refused request
	Mandate    *Mandate        `json:"mandate,omitzero"`
	State      State           `json:"state"`
	Proof      Proof           `json:"proof,omitzero"`
	ReceivedAt time.Time       `json:"received_at"`
	VerifiedAt time.Time       `json:"verified_at,omitzero"`
	Deadline   Deadline        `json:"deadline"`
	Extended   bool            `json:"extended,omitzero"`
	Reason     string          `json:"reason,omitzero"` // of an extension, refusal or part
	Version    int             `json:"version"`
	Steps      []Step          `json:"steps"`
}

// Ask is what a new request says.
type Ask struct {
	Kind          Kind
	Place         string // ISO 3166
	External      string
	Email, Locale string
	Claimed       string // see Request
	Text, Via     string
	Decision, Of  string
	Mandate       *Mandate
	Proof         Proof
	By            touch.UserID // who took it in; "" for the person
	Subject       touch.SubjectID
	Received      time.Time // zero: now. A letter may have come days ago
	ID            string
}

// maxText bounds what a person writes, in bytes.
const maxText = 16 << 10

// New takes a request in. Whoever needs no more proof than was given is
// verified at once.
func New(b *Book, a Ask, now time.Time) (*Request, error) {
	if a.Received.IsZero() || a.Received.After(now) {
		a.Received = now
	}
	switch {
	case !a.Kind.Known():
		return nil, touch.Fielderr("kind", "choose what is asked for")
	case a.ID == "" || a.Subject == "":
		return nil, touch.Errorf(touch.Internal, "a request has an id and is about a person")
	case len(a.Text) > maxText || strings.ContainsRune(a.Text, 0):
		return nil, touch.Fielderr("text", "please keep it under %d letters", maxText/4)
	case a.Kind == Correction && strings.TrimSpace(a.Text) == "":
		return nil, touch.Fielderr("text", "say what is wrong, and what is right")
	case a.Kind == Appeal && a.Of == "":
		return nil, touch.Fielderr("of", "an appeal names the request that was refused")
	}
	if a.Mandate != nil {
		if err := a.Mandate.covers(a.Kind, now); err != nil {
			return nil, err
		}
	}
	r := &Request{ID: a.ID, Kind: a.Kind, Place: a.Place, Subject: a.Subject, External: a.External, Email: a.Email, Claimed: a.Claimed, Locale: a.Locale, Text: a.Text,
		Via: a.Via, Decision: a.Decision, Of: a.Of, Mandate: a.Mandate, State: Received, ReceivedAt: a.Received}
	if err := r.date(b); err != nil {
		return nil, err
	}
	r.step(now, "received", a.By, a.Via)
	if a.Proof.enough(a.Kind) {
		return r, r.Verify(b, a.Proof, a.By, now)
	}
	r.Proof = a.Proof
	return r, nil
}

// date computes the deadline anew; an extension stays.
func (r *Request) date(b *Book) error {
	rule, ok := b.For(r.Place, r.Kind, r.ReceivedAt)
	if !ok && r.Kind == Appeal { // no period of its own here: as any other request
		rule, ok = b.For(r.Place, Access, r.ReceivedAt)
	}
	if !ok { // no law known there: the strictest of the common ones
		rule, ok = b.ByID("eu-gdpr")
	}
	if !ok {
		return touch.Errorf(touch.Internal, "no deadline is known")
	}
	r.Deadline = rule.Of(r.ReceivedAt, r.VerifiedAt, b.Calendar(r.Place))
	return nil
}

// Due is the day by which an answer is owed.
func (r *Request) Due() Day {
	if r.Extended {
		return r.Deadline.Furthest
	}
	return r.Deadline.Due
}

// Late reports whether the answer is owed since yesterday or longer.
func (r *Request) Late(now time.Time) bool { return r.State.Open() && DayOf(now).After(r.Due()) }

func (r *Request) step(at time.Time, what string, by touch.UserID, note string) {
	r.Steps = append(r.Steps, Step{At: at, What: what, By: by, Note: note})
	r.Version++
}

func (r *Request) must(to State, from ...State) error {
	if slices.Contains(from, r.State) {
		return nil
	}
	return touch.Errorf(touch.Conflict, "this request is %s and can't become %s", r.State, to)
}

// Verify records that the person is known well enough for what they ask.
func (r *Request) Verify(b *Book, p Proof, by touch.UserID, now time.Time) error {
	if err := r.must(Verified, Received); err != nil {
		return err
	}
	if !p.enough(r.Kind) {
		return touch.Fielderr("proof", "this needs a one-time code, a sign-in, or somebody who compared what was shown")
	}
	r.State, r.Proof, r.VerifiedAt = Verified, p, now
	r.step(now, "verified", by, string(p))
	return r.date(b)
}

// Person is what other systems are asked by. An address that nobody compared
// serves for a no alone, which needs an identifier and no proof: with any other
// kind, whoever types somebody else's address would get or destroy that
// person's data.
func (r *Request) Person() Person {
	p := Person{External: r.External, Email: r.Email}
	if p.Email == "" && r.Kind.OptOut() {
		p.Email = r.Claimed
	}
	if p.Email == "" {
		p.Email = r.compared()
	}
	return p
}

// compared is the address that the company or its staff gave, "" for none.
func (r *Request) compared() string {
	if r.Email == "" && strings.Contains(r.External, "@") {
		return r.External
	}
	return r.Email
}

// MayIdentify reports whether Identify is possible now.
func (r *Request) MayIdentify() bool {
	return r.State == Verified || r.State == Running || (r.State == Done || r.State == Partly) && r.Kind.Discloses()
}

// Identify adds what other systems know the person by, after somebody of the
// staff compared it. An answer is made anew each time, so it may come after the
// request was done.
func (r *Request) Identify(external, email string, by touch.UserID, now time.Time) error {
	switch {
	case !r.MayIdentify():
		return touch.Errorf(touch.Conflict, "this request is %s, and nothing is asked of other systems any more, or not yet", r.State)
	case external == "" && email == "":
		return touch.Fielderr("email", "give an id or an address")
	case email != "" && !strings.Contains(email, "@"):
		return touch.Fielderr("email", "this is no e-mail address")
	}
	if external != "" {
		r.External = external
	}
	if email != "" {
		r.Email = email
	}
	r.step(now, "identified", by, "")
	return nil
}

// Start begins to carry it out. Starting again what runs is no error: a crash
// may have stopped it.
func (r *Request) Start(by touch.UserID, now time.Time) error {
	if err := r.must(Running, Verified, Running); err != nil {
		return err
	}
	if r.State == Running {
		return nil
	}
	r.State = Running
	r.step(now, "started", by, "")
	return nil
}

// Finish ends a running request. A part that can't be done is said in missing.
func (r *Request) Finish(by touch.UserID, missing string, now time.Time) error {
	if err := r.must(Done, Running); err != nil {
		return err
	}
	r.State = Done
	what := "done"
	if missing != "" {
		r.State, r.Reason, what = Partly, missing, "partly"
	}
	r.step(now, what, by, missing)
	return nil
}

// Refuse ends a request with a reason, which the person is told (GDPR Art.
// 12(4)). A no is never refused for want of proof.
func (r *Request) Refuse(by touch.UserID, reason string, now time.Time) error {
	if err := r.must(Refused, Received, Verified); err != nil {
		return err
	}
	if strings.TrimSpace(reason) == "" {
		return touch.Fielderr("reason", "say why: the person is told the reason and how to appeal")
	}
	if r.Kind == Objection {
		return touch.Fielderr("reason", "an objection to marketing can't be refused (GDPR Art. 21(3))")
	}
	r.State, r.Reason = Refused, reason
	r.step(now, "refused", by, reason)
	return nil
}

// Extend moves the due day to the law's furthest, once, within the first
// period and with a reason.
func (r *Request) Extend(by touch.UserID, reason string, now time.Time) error {
	switch {
	case !r.State.Open():
		return touch.Errorf(touch.Conflict, "this request is %s", r.State)
	case r.Extended:
		return touch.Errorf(touch.Conflict, "this request was extended already; no law allows it twice")
	case !r.Deadline.Furthest.After(r.Deadline.Due):
		return touch.Fielderr("reason", "the law here allows no extension")
	case strings.TrimSpace(reason) == "":
		return touch.Fielderr("reason", "say why: the person is told the reason")
	case DayOf(now).After(r.Deadline.Due):
		return touch.Fielderr("reason", "the first period is over; an extension must be told within it")
	}
	r.Extended, r.Reason = true, reason
	r.step(now, "extended", by, reason)
	return nil
}

// Cancel ends a request because the person wants it so. What runs can't be
// called back.
func (r *Request) Cancel(by touch.UserID, now time.Time) error {
	if err := r.must(Cancelled, Received, Verified); err != nil {
		return err
	}
	r.State = Cancelled
	r.step(now, "cancelled", by, "")
	return nil
}

// Note adds what another system did, without changing the state.
func (r *Request) Note(what, note string, now time.Time) { r.step(now, what, "", note) }
