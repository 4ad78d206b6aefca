package console

import (
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
