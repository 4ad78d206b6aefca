package pages

import (
	"context"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/touch"
)

// Token is the secret of a customer's link. It has one purpose and an end; a
// back end keeps its hash alone and answers touch.Unknown for one that is
// wrong, for another purpose, or too old.
type Token string

// Reasons answers "why me?". A link alone gives general reasons; facts about
// accounts need a one-time code.
type Reasons interface {
	// Why reads the decision behind the link, in the locale. session is the
	// value that TryCode gave, or "". Without a valid one, a Locked reason has
	// no text. It changes nothing, but may compute and append the counterfactual.
	Why(ctx context.Context, t Token, locale, session string) (Why, error)
	// Code says whether a code is on its way, and how many tries are left.
	Code(ctx context.Context, t Token) (Code, error)
	// SendCode makes a code that holds ten minutes and five tries, and sends it
	// to the address on file. touch.RateLimited when too many were asked for.
	SendCode(ctx context.Context, t Token) error
	// TryCode spends a try and returns a session that lasts ten minutes, or
	// touch.Invalid with field "code".
	TryCode(ctx context.Context, t Token, code string) (session string, err error)
	// Verify reads the state of the proof.
	Verify(ctx context.Context, t Token) (Verify, error)
	// Proof returns the self-contained proof file.
	Proof(ctx context.Context, t Token) ([]byte, error)
}

// Choices is what the person agreed to, and changes of it. Each change is
// durable before the method returns, and the very next decision sees it.
type Choices interface {
	// Centre reads the person's permissions, at most five, in the locale. gpc
	// says that the browser sent Global Privacy Control; devices are the signed
	// values of web sites that this browser answered on.
	Centre(ctx context.Context, t Token, locale string, gpc bool, devices []string) (Centre, error)
	// LinkBrowser joins one of the devices, by its value, with the person who says
	// that it is theirs, or takes it out again. What it refused counts for them from
	// then on; what it allowed never does.
	LinkBrowser(ctx context.Context, t Token, device string, on bool) error
	// Choose records the choices as acts of the person, and returns the id of
	// their receipt. A notice that was replaced meanwhile is touch.Conflict.
	Choose(ctx context.Context, t Token, locale string, cs []Choice) (receipt string, err error)
	// Ward reads the permissions of somebody under age by their guardian's link, and
	// ChooseForWard records the guardian's choices. touch.Unknown once the person is
	// of age.
	Ward(ctx context.Context, t Token, locale string) (Centre, error)
	ChooseForWard(ctx context.Context, t Token, locale string, cs []Choice) error
	// ToConfirm reads what a mail's link asks, and changes nothing; Confirm says yes
	// to it, once. touch.Unknown for a link that is wrong, used or too old;
	// touch.Conflict where the person said no since, or the text was replaced.
	ToConfirm(ctx context.Context, t Token) (Confirm, error)
	Confirm(ctx context.Context, t Token) error
	// Receipt returns the receipt as JSON.
	Receipt(ctx context.Context, t Token, id string) ([]byte, error)
	// Stopped reads what the person has stopped, and the text of the way back.
	Stopped(ctx context.Context, t Token, locale string) (Stopped, error)
	// Stop records the objection. Stopping twice is no error.
	Stop(ctx context.Context, t Token, what StopKind) error
	// Undo records an affirmative act of the person with the notice it rests on.
	Undo(ctx context.Context, t Token, what StopKind, notice string) error
}

// People is the way to a human.
type People interface {
	// Human reads what the page needs: when a person answers, and an open case.
	Human(ctx context.Context, t Token, locale string) (Human, error)
	// Ask opens a case; asking again while one is open adds to it.
	Ask(ctx context.Context, t Token, a Ask) error
}

// Public is what anybody may read.
type Public interface {
	// Company is who answers, for pages that no valid link opened.
	Company(ctx context.Context) (Company, error)
	// Register lists the AI systems of the company, in the locale.
	Register(ctx context.Context, locale string) (Register, error)
}

// Backend is everything these pages ask of the product.
type Backend struct {
	Reasons Reasons
	Choices Choices
	People  People
	Public  Public
	Rights  Rights
	Chats   Chats
}

// Company is who answers for the AI systems.
type Company struct {
	Name, Address string
	OfficerURL    string // mailto: or https:
	AuthorityURL  string
	ContactURL    string // how to reach a person without a link, mailto:, tel: or https:
	Demo          bool
	Locale        string // the language where a person's is unknown
}

// Links are the tokens of the other pages for the same person; an empty one
// leaves its link out.
type Links struct{ Why, Stop, Consent, Human, Verify, Rights, Chat string }

// Why is what the reasons page says.
type Why struct {
	Company        Company
	Links          Links
	Verdict        touch.Verdict
	Offer          string // what was offered, in the locale: "a fixed-term deposit"; may be ""
	Channel        touch.Channel
	Label          string // the disclosure, as rendered then
	WordsLang      string // of reasons and what belongs to them, where it isn't the page's; "" where it is
	Reasons        []Reason
	NoReasons      bool     // a supplier's AI that gives none
	NotUsed        []string // held, but not an input
	Related        string   // what was found about inputs that can stand for it; "" for nothing
	Counterfactual string
	Alternative    string // what the person gets without AI
	HumanDays      int    // working days until a person answers
	Sources        []string
	At             time.Time
	Reference      string
	Unlocked       bool // a valid code was given
	Stopped        StopKind
	Review         *PersonReview // by a person, the latest; nil for none
}

// PersonReview is what a person made of a decision.
type PersonReview struct {
	At         time.Time
	Overturned bool
	Action     string // what happens instead, where it was overturned
	Reason     string // in the reviewer's words
}

// Reason is one plain sentence. A Locked one concerns the person's accounts and
// its text is empty until a code was given.
type Reason struct {
	Text    string
	Against bool
	Locked  bool
}

// Code is the state of the one-time code.
type Code struct {
	Company   Company
	Sent      bool
	Where     string // masked: j…@example.com
	Demo      string // the code itself, in a demo without a mail server only
	TriesLeft int
	Until     time.Time
}

// Verify is the state of the proof.
type Verify struct {
	Company    Company
	Links      Links
	Reference  string
	At         time.Time
	Logged     bool
	Commitment string
	Leaf, Size int64
	Root       string
	Key        string // the log's public key
}

// StopKind is what a person stops.
type StopKind string

// The kinds; "" is nothing.
const (
	StopAll StopKind = "all" // all marketing
	StopAI  StopKind = "ai"  // offers stay, without AI
)

// Stopped is what the person has stopped so far.
type Stopped struct {
	Company Company
	Links   Links
	What    StopKind
	Since   time.Time
	Back    Notice // what one agrees to by starting again
}

// Notice is a text to agree to, named by its content.
type Notice struct {
	Hash, Title, Text string
	Locale            string // that it is written in
	Reviewed          bool   // by a speaker of the language; the company's own is
}

// Centre is the preference centre.
type Centre struct {
	Company Company
	Links   Links
	GPC     bool // the signal was seen now or earlier, and is honoured
	Rows    []Permission
	Stopped StopKind

	Minor    bool      // under age: a guardian has to agree, the person can only refuse
	DemoLink string    // the link that a mail would hold, in a demo only
	Browsers []Browser // this browser, once for each web site that it answered on
}

// Browser is what this browser answered on a web site.
type Browser struct {
	Device string // its signed value
	Site   string
	Since  time.Time
	Linked bool // to this person
}

// Permission is one row of the preference centre.
type Permission struct {
	ID       string // stable, letters, digits and dashes
	Notice   Notice
	State    consent.State
	Since    time.Time // zero: never asked
	Source   Source
	Conflict bool // a yes and a signal stand against each other: it counts as no
	Confirm  bool // a yes counts once it was confirmed by a link in a mail
}

// Source is where a state came from, as the pages' messages name it.
type Source string

// The sources.
const (
	FromYou     Source = "you"
	FromImport  Source = "import"
	FromBrowser Source = "browser"
	FromCompany Source = "company"
)

// Choice is an answer to one row.
type Choice struct {
	ID     string
	Notice string // hash of the text that was shown
	Yes    bool
	Email  string // where a link goes that confirms it
}

// Confirm is what a link in a mail asks to confirm.
type Confirm struct {
	Company Company
	Notice  Notice
	Done    bool
}

// Human is what the page with the question needs.
type Human struct {
	Company   Company
	Links     Links
	Reference string
	Days      int // working days until a person answers
	Case      *Case
}

// Case is an open question of the person.
type Case struct {
	Reference string
	At, By    time.Time // By: when a person answers at the latest
}

// AskKind is what a person wants of a human.
type AskKind string

// The kinds.
const (
	AskReview AskKind = "review" // look at it again
	AskUnfair AskKind = "unfair" // it is wrong or unfair
	AskTalk   AskKind = "talk"   // anything else
)

// Ask is one question to a human.
type Ask struct {
	Kind   AskKind
	Text   string // may be empty
	Locale string
}

// Register is the public register.
type Register struct {
	Company Company
	Systems []System
	Policy  bool // the section on AI of the privacy policy is published
}

// Mode says what Fairtouch does for a system.
type Mode string

// The modes.
const (
	Enforced   Mode = "enforced"
	Advised    Mode = "advised"
	Registered Mode = "registered"
)

// System is one entry of the public register, in plain words.
type System struct {
	ID, Name, Purpose, Does string
	Mode                    Mode
	Uses, NotUses           []string // data categories
	HumanDecides            bool
	Alternative             string
	ContactURL              string
	Disclosure              string
	Changed                 time.Time
}
