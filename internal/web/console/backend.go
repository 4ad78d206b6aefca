package console

import (
	"context"
	"io"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/disclose"
	"fairtouch/internal/explain"
	"fairtouch/internal/law"
	"fairtouch/internal/pilot"
	"fairtouch/internal/protect"
	"fairtouch/internal/register"
	"fairtouch/internal/web/chart"
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

// Today is how things stand.
type Today struct {
	Total, Allowed int
	Steps          []StepCount
	Promises       []Promise
	Reasons        []ReasonCount
	Cases          int
	Begin          []BeginStep   // a new team's way to its first campaign; empty once it was gone
	Waits          int           // approvals that wait
	Copy           int           // texts that wait for approval
	Median         time.Duration // how long the answered ones took
	Answered       int
	Untimed        string // why how long they took isn't shown; "" where it is
	LateTalks      int    // customers who wait for a person beyond what was promised
}

// BeginStep is one step of a new team.
type BeginStep struct {
	Text, Link string
	Done       bool
}

// StepCount is how many uses came to a step and stopped there.
type StepCount struct {
	Step             touch.Step
	Reached, Stopped int
	Verdict          touch.Verdict
	Reason           string
}

// ReasonCount is how often a rule stopped a use.
type ReasonCount struct {
	Rule    string
	Step    touch.Step
	Verdict touch.Verdict
	N       int
}

// Promise is how one of the nine promises stands, as evidence.
type Promise struct {
	Name, Text, Word, Link string
	State                  touch.Verdict // colour and shape of the word
}

// Filter narrows the list of decisions.
type Filter struct {
	System, Verdict, Step, Reason, Channel, From, To, Before string
}

// DecisionLine is a row of the list.
type DecisionLine struct {
	ID                 touch.DecisionID
	System             touch.SystemID
	Channel            touch.Channel
	Verdict            touch.Verdict
	Stopped            touch.Step
	Reason, Arm, Place string
	Band               string
	At                 time.Time
}

// DecisionList is a page of decisions.
type DecisionList struct {
	Lines   []DecisionLine
	Systems []touch.SystemID
	More    touch.DecisionID // "" on the last page
}

// Decision is all that is on record of one.
type Decision struct {
	touch.Decision
	Subject  touch.SubjectID
	Erased   bool
	Stations []Station
	Reasons  []explain.Reason
	Margin   float64
	Base     float64
	Residual float64
	Alarms   []string
	Dropped  []protect.Dropped
	Held     []string
	Owner    touch.UserID
	Operator touch.UserID
	Judged   string // who assessed the significance, when, and what they found
	Logged   bool
	Index    int64
	WhyURL   string
	Rules    int
	Counter  string
	Outputs  []disclose.Known // what was rendered or marked for it
	Reviewed []ReviewOf       // by people, the latest first
}

// ReviewOf is a person's review of a decision.
type ReviewOf struct {
	Review  touch.DecisionID
	Outcome string
	At      time.Time
}

// Station is one of the seven steps, with what was asked there.
type Station struct {
	Step    touch.Step
	Verdict touch.Verdict // "" where the touch never came
	Stop    bool
	Words   string
	Checks  []touch.Check
}

// Case is a question of a person to a human.
type Case struct {
	ID, Kind, Text string
	Decision       touch.DecisionID
	At, Due        time.Time
	Late           bool
}

// SystemLine is a row of the list of systems.
type SystemLine struct {
	register.System
	Ownership string // cleared, cleared_with_warnings, blocked, gap
	Assessed  string // "none", "significant" or ""
	Broken    string
	N         int
}

// System is a system's page.
type System struct {
	SystemLine
	Weakest  string
	Findings []register.Finding
	Judged   []register.Significance
	Bands    []string
	Inputs   []string
	Asked    []Supplier
	Judge    bool // the reader may say whether permissions cover a new supplier
}

// GlobalPage is the view of a whole model.
type GlobalPage struct {
	register.System
	N          int
	Importance chart.Figure
	Dependence []chart.Figure
	Segments   chart.Table
}

// Supplier is what a system's supplier was asked, and whether they answered.
type Supplier struct {
	Asked, Came time.Time
	By, Link    string
}

// Ownership is the page of chains and tools.
type Ownership struct {
	Assets []register.Asset
	Rights []register.Right
	Ranked []register.Ranked
	For    register.Use // the use that the tools are ranked for
}

// PilotLine is a pilot with its counts.
type PilotLine struct {
	pilot.Pilot
	Events                      []pilot.Event
	Treatment, Control, Outside int
}

// Rules is the page of the law.
type Rules struct {
	AsOf  law.Date
	Known time.Time
	Rules []*law.Rule
	Next  []Next
	Packs []string
}

// Next is a date on which something changes.
type Next struct {
	On   law.Date
	Rule *law.Rule
	Word string // begins, ends
}

// Permissions is the page of permissions.
type Permissions struct {
	Said    []Said
	Notices []Notice
}

// Said is how often something was said.
type Said struct {
	Purpose, System, Channel, State string
	N                               int
}

// Notice is a published text.
type Notice struct {
	Key, Locale, Title, Text, Hash, Purpose, System string
	Version                                         int
	Reviewed                                        bool
	Published                                       time.Time
}

// ImportPreview is what an import would do.
type ImportPreview struct {
	File, Name                              string
	Proven, Unproven, Conflicting, Refusals int
	People, Again                           int
	Waiting                                 int      // a yes that has to be confirmed at the address first
	Why                                     []string // whose rule asks for it
}

// NoticeForm is a notice that is being written.
type NoticeForm struct {
	Key, Locale, Purpose, System, Channel, Title, Text string
	Confirm                                            bool // a yes counts once it was confirmed by a link in a mail
	Sites                                              bool // asked of browsers on web sites only
}

// Person is one person's permissions.
type Person struct {
	ID     touch.SubjectID
	Rows   []PersonRow
	Events []PersonEvent
	Link   string    // the preference centre
	Under  time.Time // under age until then; zero for nobody said so
	Mail   []Notice  // published texts for e-mail, which a link can confirm
}

// Minor is until when somebody is under age, and their guardian's link.
type Minor struct {
	Until      time.Time
	Link, Rule string
}

// PersonRow is the state of one scope.
type PersonRow struct {
	Scope, State string
	Since        time.Time
	Allowed      bool
}

// PersonEvent is one entry of the person's history.
type PersonEvent struct {
	At                           time.Time
	Scope, State, Actor, Surface string
	Notice                       string
}

// Staff is the page of the staff.
type Staff struct {
	Systems  []SystemLine
	Roles    []RoleLine
	Problems []ProblemLine
	Attested []register.Attestation
	Users    []access.User
	Views    []View
	Agreed   Agreement
}

// Agreement is what was agreed with the staff about timings.
type Agreement struct {
	With, Reference, On, Until, By string
	Holds                          bool
}

// AgreementForm records an agreement, or ends it.
type AgreementForm struct {
	With, Reference, On, Until string
	End                        bool
}

// RoleLine is what changes for a role: what AI took over, and what is asked of
// people now.
type RoleLine struct{ Role, Took, Asked string }

// ProblemLine is what somebody found wrong.
type ProblemLine struct {
	System, Text, By string
	At               time.Time
	Held             bool
}

// NameOf is what the console calls a member of the staff; the id of one who
// has no account here.
func (s Staff) NameOf(id touch.UserID) string {
	for _, u := range s.Users {
		if u.ID == id && u.Name != "" {
			return u.Name
		}
	}
	return string(id)
}

// View is that somebody looked at a person or a decision.
type View struct {
	At       time.Time
	By, What string
}

// Settings is the page of settings.
type Settings struct {
	Keys    []access.Key
	Users   []access.User
	Company Company
	Weak    bool // the key-encryption key lies beside the data
	Demo    bool
	Log     string // the log's public key
	Mail    MailServer
	Webhook bool // one is set; its address is a secret
}

// Mail is the mailbox of an installation.
type Mail struct {
	Server bool // a mail server is set
	All    bool // everybody's is shown
	Lines  []MailLine
}

// MailServer is where mail goes out; the password is never shown again.
type MailServer struct {
	Host, User, Password, From string
	Port                       int
	Plain                      bool
}

// MailLine is one message.
type MailLine struct {
	To, Subject, Text, Link string
	At                      time.Time
	Sent                    bool
}

// Company is who answers.
type Company struct{ Name, Address, Officer, Authority, Country, Locale string }
