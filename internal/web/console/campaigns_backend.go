package console

import (
	"context"
	"io"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/campaign"
	"fairtouch/internal/disclose"
	"fairtouch/internal/inclusion"
	"fairtouch/touch"
)

// Campaigns is what the pages Campaigns and Approvals ask.
type Campaigns interface {
	Campaigns(ctx context.Context, p access.Principal) ([]CampaignLine, error)
	Campaign(ctx context.Context, p access.Principal, id touch.CampaignID) (CampaignPage, error)
	// SaveCampaign writes a new campaign, or the next version of one.
	SaveCampaign(ctx context.Context, p access.Principal, c campaign.Campaign) (touch.CampaignID, error)
	// MoveCampaign starts, stops or ends one.
	MoveCampaign(ctx context.Context, p access.Principal, id touch.CampaignID, to campaign.State, reason string) error
	// ReviewLaunch signs a launch for a perspective, or objects to it.
	ReviewLaunch(ctx context.Context, p access.Principal, id touch.CampaignID, perspective, reason string, objects bool) error
	// Reached writes, as a table, the decisions that AI was used for on its behalf.
	Reached(ctx context.Context, p access.Principal, id touch.CampaignID, w io.Writer) error
	// Pack is the evidence of a campaign, for an auditor.
	Pack(ctx context.Context, p access.Principal, id touch.CampaignID) (Pack, error)

	// Upload takes a table in, and names it.
	Upload(ctx context.Context, p access.Principal, id touch.CampaignID, name string, r io.Reader) (file string, err error)
	// Uploaded reads its columns and first rows, with the mapping that is likely.
	Uploaded(ctx context.Context, p access.Principal, id touch.CampaignID, file string) (Uploaded, error)
	// Rehearse starts the run of an uploaded table.
	Rehearse(ctx context.Context, p access.Principal, id touch.CampaignID, file string, mapping map[string]string) error
	// Rehearsal is how far a run is.
	Rehearsal(ctx context.Context, p access.Principal, id touch.CampaignID, file string) (campaign.Rehearsal, bool, error)
	// Result writes the table with what the run added.
	Result(ctx context.Context, p access.Principal, id touch.CampaignID, file string, w io.Writer) error
	// Sample writes the demo's audience; elsewhere there is none.
	Sample(ctx context.Context, p access.Principal, w io.Writer) error

	Approvals(ctx context.Context, p access.Principal) ([]ApprovalLine, error)
	Approval(ctx context.Context, p access.Principal, id string) (ApprovalPage, error)
	Ask(ctx context.Context, p access.Principal, id touch.CampaignID, of touch.UserID, due time.Time) error
	Approve(ctx context.Context, p access.Principal, id, state, said string) error
	Delegate(ctx context.Context, p access.Principal, id string, to touch.UserID) error
	// ByLink opens an approval by a signed link, as who was asked.
	ByLink(ctx context.Context, token string) (access.Principal, ApprovalPage, error)
	AnswerByLink(ctx context.Context, token, state, said string) error
}

// CampaignLine is a row of the list.
type CampaignLine struct {
	campaign.Campaign
	OwnerName string
	Blockers  int
	First     string // the first of them
	Reached   int
	Left, Len int // place in the calendar, in percent
}

// Asked is a member of the staff who can be asked.
type Asked struct {
	ID         touch.UserID
	Name, Role string
}

// CampaignPage is a campaign's page.
type CampaignPage struct {
	campaign.Campaign
	Ready     bool
	OwnerName string
	TierWords string
	TierWhy   []string
	Needs     int
	Blockers  []campaign.Blocker
	Rehearsal *campaign.Rehearsal
	Denied    int
	Missing   int
	Approvals []ApprovalLine
	Can       []Asked // who may be asked
	Reached   int
	Refused   int
	Systems   []CampaignSystem
	Mine      bool // the reader may change it
	MayStop   bool
	Demo      bool
	Due       string
	Launch    LaunchCheck
	Complaint int // "wrong or unfair", about decisions on its behalf
}

// LaunchCheck is whom the campaign may leave out, and whether everybody can
// read it.
type LaunchCheck struct {
	Words   []inclusion.Note
	Reading inclusion.Reading
	Email   []inclusion.Problem
	Rules   bool
	Reviews []ReviewLine

	Measured bool // reach, by an audit of one of its systems
	Left     []LeftOut
}

// LeftOut is whom a system's uses left out, as its latest audit saw it.
type LeftOut struct {
	Plan   string
	System touch.SystemID
	At     time.Time
	Groups []inclusion.Reached
	Rules  []inclusion.Excluded
}

// ReviewLine is what a member of the panel said.
type ReviewLine struct {
	inclusion.Review
	Name  string
	Stale bool // the campaign was changed since
}

// CampaignSystem is one AI that a campaign uses.
type CampaignSystem struct {
	ID                         touch.SystemID
	Name, Mode, Ownership, Alt string
	Assessed, Pilot            string
}

// ApprovalLine is a row of the list of approvals.
type ApprovalLine struct {
	campaign.Approval
	Name    string // of the campaign
	OfName  string
	ByName  string
	Mine    bool // the reader is asked
	Late    bool
	Void    bool // the campaign was changed since
	Low     bool // may be answered with others at once
	Waiting time.Duration
}

// ApprovalPage is one approval, with what it rests on.
type ApprovalPage struct {
	ApprovalLine
	C        CampaignPage
	Changes  []campaign.Change
	First    bool // nobody approved it before, so there is no difference to show
	Others   []Asked
	Words    bool          // the approval is one of its copy, too
	Findings []touch.Check // on the copy
	Action   string        // where the answer goes
}

// Uploaded is a table that was taken in.
type Uploaded struct {
	File, Name string
	Columns    []string
	Rows       [][]string
	Map        map[string]string
	Fields     []string
	Markets    []string
}

// Pack is a campaign's evidence.
type Pack struct {
	Made      time.Time           `json:"made"`
	By        string              `json:"by"`
	Campaign  campaign.Campaign   `json:"campaign"`
	Content   string              `json:"content"`
	Company   string              `json:"company"`
	Tier      string              `json:"tier"`
	Blockers  []campaign.Blocker  `json:"blockers"`
	Systems   []PackSystem        `json:"systems"`
	Law       []PackRule          `json:"law"`
	Packs     []string            `json:"law_packs"`
	Rehearsal *campaign.Rehearsal `json:"rehearsal"`
	Approvals []PackApproval      `json:"approvals"`
	Allowed   int                 `json:"allowed"`
	Refused   int                 `json:"refused"`
	Notices   []PackNotice        `json:"notices"`
	Proofs    []PackProof         `json:"proofs"`
	LogKey    string              `json:"log_key"`
	Receipts  string              `json:"receipt_key"`
}

// PackSystem is an AI system in a pack.
type PackSystem struct {
	ID        touch.SystemID `json:"id"`
	Name      string         `json:"name"`
	Version   int            `json:"version"`
	Kind      string         `json:"kind"`
	Mode      string         `json:"mode"`
	Vendor    string         `json:"vendor,omitzero"`
	Model     string         `json:"model,omitzero"`
	Ownership string         `json:"ownership"`
	Weakest   string         `json:"weakest,omitzero"`
	Findings  []string       `json:"findings,omitzero"`
	Assessed  string         `json:"significance"`
	Without   string         `json:"alternative"`
	Pilot     string         `json:"pilot"`
}

// PackRule is a rule that was asked on the campaign's behalf.
type PackRule struct {
	ID       string `json:"id"`
	Citation string `json:"citation"`
	Text     string `json:"text"`
	Grade    string `json:"grade"`
}

// PackApproval is an approval in a pack.
type PackApproval struct {
	Of, Role, State, Said, Via string
	Asked, At                  time.Time
	Content                    string
	Stands                     bool // it is about the content as it is now
}

// PackNotice is a text that people were shown.
type PackNotice struct{ Key, Locale, Hash, Title string }

// PackProof is a decision with its proof, as a sample that can be checked offline.
type PackProof struct {
	Decision touch.DecisionID `json:"decision"`
	Verdict  touch.Verdict    `json:"verdict"`
	Proof    string           `json:"proof"`
	Outputs  []disclose.Known `json:"outputs,omitempty"` // what was rendered for it, handed over and shown
}
