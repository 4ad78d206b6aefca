package console

import (
	"context"
	"io"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/rights"
	"fairtouch/touch"
)

// Requests is what the page Requests asks. Each change is on record before the
// method returns.
type Requests interface {
	// Requests lists them, what is due first at the top. Nobody is named.
	Requests(ctx context.Context, p access.Principal) ([]RequestLine, error)
	// Request reads one; that somebody looked goes on record.
	Request(ctx context.Context, p access.Principal, id string) (RequestPage, error)
	// TakeRequest takes one in that came by letter, call or visit.
	TakeRequest(ctx context.Context, p access.Principal, f RequestForm) (id string, err error)
	// VerifyRequest says how the person is known, and what other systems know them by.
	VerifyRequest(ctx context.Context, p access.Principal, id string, proof rights.Proof, external, email string) error
	// IdentifyRequest adds what other systems know the person by.
	IdentifyRequest(ctx context.Context, p access.Principal, id, external, email string) error
	// RunRequest carries one out, or goes on. retry tries again what failed in
	// other systems; force ends it without them.
	RunRequest(ctx context.Context, p access.Principal, id string, retry, force bool) error
	// DryRequest says what other systems would do.
	DryRequest(ctx context.Context, p access.Principal, id string) ([]rights.Entry, error)
	// FinishRequest ends what a member of the staff did; missing says what couldn't be done.
	FinishRequest(ctx context.Context, p access.Principal, id, missing string) error
	ExtendRequest(ctx context.Context, p access.Principal, id, reason string) error
	RefuseRequest(ctx context.Context, p access.Principal, id, reason string) error
	// AnswerRequest writes the answer to a request that shows data.
	AnswerRequest(ctx context.Context, p access.Principal, id string, w io.Writer) error
	// EvidenceOfRequest writes its steps, receipts and proofs.
	EvidenceOfRequest(ctx context.Context, p access.Principal, id string, w io.Writer) error
}

// RequestLine is a row of the list.
type RequestLine struct {
	ID       string
	Words    string // what is asked for
	State    rights.State
	Received time.Time
	Due      time.Time // the last day
	Left     int       // days until then; negative is late
	Late     bool
	Open     bool
	Erased   bool
	Rule     string
}

// RequestForm is a request that is being taken in.
type RequestForm struct {
	Kind, Person, Place, Email, Text, Proof, Received, Of string
	Agent, Mandate, Seen                                  string
}

// RequestPage is a request's page.
type RequestPage struct {
	RequestLine
	Kind        rights.Kind
	Person      string // the id that the company's systems use; "" where a link alone knows them
	Email       string
	Claimed     string // an address that the person typed and nobody compared
	Text        string
	Via         string
	Place       string
	Proof       rights.Proof
	Mandate     *rights.Mandate
	Reason      string
	Of          string
	Decision    touch.DecisionID
	Law         string // whose deadline
	Citation    string
	Draft       bool // the deadline was not compared with its primary source
	OwnLimit    bool
	Confirm     time.Time
	Furthest    time.Time
	MayExtend   bool
	MayVerify   bool
	MayIdentify bool
	MayRun      bool
	MayRefuse   bool
	MayFinish   bool
	MayDownload bool
	Failed      bool // a system failed for good
	Waiting     bool // a system still works on it
	Irrevocable bool // running it destroys
	Systems     int  // other systems that are connected
	Steps       []RequestStep
	Calls       []rights.Entry
	Mails       []rights.Mail // what the person was told by mail, or why not
	Dry         []rights.Entry
}

// RequestStep is one thing that happened.
type RequestStep struct {
	rights.Step
	ByName string
}
