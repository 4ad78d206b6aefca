package console

import (
	"context"
	"io"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/law"
	"fairtouch/internal/register"
	"fairtouch/touch"
)

// Decisions is what the pages Today, Decisions and Conversations ask.
type Decisions interface {
	// Today counts a workspace's last decisions and states the nine promises.
	Today(ctx context.Context, p access.Principal) (Today, error)
	// Decisions lists a page of decisions.
	Decisions(ctx context.Context, p access.Principal, f Filter) (DecisionList, error)
	// Decision opens one, and records that p looked at it.
	Decision(ctx context.Context, p access.Principal, id touch.DecisionID) (Decision, error)
	// Proof is the decision's proof file.
	Proof(ctx context.Context, p access.Principal, id touch.DecisionID) (string, error)
	// ToHuman opens a case about a decision on behalf of the person.
	ToHuman(ctx context.Context, p access.Principal, id touch.DecisionID) error
	// Cases lists what people asked, and Answer closes one.
	Cases(ctx context.Context, p access.Principal) ([]Case, error)
	Answer(ctx context.Context, p access.Principal, id string) error
}

// Register is what the pages Systems, Ownership and Pilots ask.
type Register interface {
	Systems(ctx context.Context, p access.Principal) ([]SystemLine, error)
	System(ctx context.Context, p access.Principal, id touch.SystemID) (System, error)
	// Save writes a system's next version.
	Save(ctx context.Context, p access.Principal, s register.System) error
	// Assess records a judgement on significance.
	Assess(ctx context.Context, p access.Principal, s register.Significance) error
	// Global is what counts in a system's answers in general.
	Global(ctx context.Context, p access.Principal, id touch.SystemID) (GlobalPage, error)
	// AskVendor makes a questionnaire and its link; Questionnaire and
	// AnswerVendor are the supplier's side of it: the token alone says which.
	AskVendor(ctx context.Context, p access.Principal, id touch.SystemID) (link string, err error)
	Questionnaire(ctx context.Context, token string) (VendorPage, error)
	AnswerVendor(ctx context.Context, token string, answers map[string]string) error
	Ownership(ctx context.Context, p access.Principal) (Ownership, error)
	Pilots(ctx context.Context, p access.Principal) ([]PilotLine, error)
	// PolicyText is the section on AI of the privacy policy, as the register would
	// have it now, beside what is published. PublishPolicy publishes what the hash
	// of facts names; touch.Conflict where the register changed since.
	PolicyText(ctx context.Context, p access.Principal, lang string) (PolicyPage, error)
	PublishPolicy(ctx context.Context, p access.Principal, facts string) error
	// NewPilot makes a draft. Move starts, steps, scales, halts or reopens one.
	NewPilot(ctx context.Context, p access.Principal, f PilotForm) error
	Move(ctx context.Context, p access.Principal, id touch.PilotID, move, reason string) error
}

// Law is what the page Law asks.
type Law interface {
	// Rules lists the rules that were known at a time, and bind on a date.
	Rules(ctx context.Context, asOf law.Date, known time.Time) (Rules, error)
}

// People is what the page Permissions asks.
type People interface {
	Permissions(ctx context.Context, p access.Principal) (Permissions, error)
	// Person looks one person up, and records that p looked.
	Person(ctx context.Context, p access.Principal, external string) (Person, error)
	// Refuse records that a person said no to everything.
	Refuse(ctx context.Context, p access.Principal, external string) error
	// ImportUpload takes a table of permissions in, ImportPreview sorts it,
	// Import puts what is proven on record, Again writes whom to ask anew.
	ImportUpload(ctx context.Context, p access.Principal, name string, r io.Reader) (file string, err error)
	ImportPreview(ctx context.Context, p access.Principal, file string) (ImportPreview, error)
	Import(ctx context.Context, p access.Principal, file string) error
	Again(ctx context.Context, p access.Principal, file string, w io.Writer) error
	// AskToConfirm sends a person the link that confirms a permission for e-mail.
	AskToConfirm(ctx context.Context, p access.Principal, external, notice, email string) error
	// SetMinor records until when a person is under age, and makes the link by which
	// a guardian answers for them.
	SetMinor(ctx context.Context, p access.Principal, external, born, country string) (Minor, error)
	// Publish writes a notice's next version.
	Publish(ctx context.Context, p access.Principal, n NoticeForm) error
}

// House is what the pages Staff and Settings ask.
type House interface {
	Staff(ctx context.Context, p access.Principal) (Staff, error)
	Attest(ctx context.Context, p access.Principal, user touch.UserID, training string, until string) error
	// Agree records, or ends, what was agreed with the staff about timings.
	Agree(ctx context.Context, p access.Principal, f AgreementForm) error
	Settings(ctx context.Context, p access.Principal) (Settings, error)
	SaveCompany(ctx context.Context, p access.Principal, c Company) error
	RemoveDemo(ctx context.Context, p access.Principal) error
	// SaveMail keeps the mail server, TestMail sends p a message by it.
	SaveMail(ctx context.Context, p access.Principal, s MailServer) error
	TestMail(ctx context.Context, p access.Principal) error
	// SaveWebhook keeps where messages to the staff are posted in Slack's shape.
	SaveWebhook(ctx context.Context, p access.Principal, address string) error
	// Mail lists what was written to p; to all, for an administrator where no
	// mail server is set.
	Mail(ctx context.Context, p access.Principal) (Mail, error)
}

// Backend is everything that the console asks of the product.
type Backend struct {
	Decisions     Decisions
	Register      Register
	Law           Law
	People        People
	House         House
	Campaigns     Campaigns
	Fairness      Fairness
	Training      TrainingData
	Prompts       Prompts
	Reports       Reports
	Conversations Conversations
	Requests      Requests
	Outputs       Outputs
	Sites         Sites
	Again         Again
	Copy          Copy
	Connectors    Connectors
}
