package touch

import "time"

// Verdict is the outcome of a touch or of one check.
type Verdict string

// The verdicts. The zero value is none of them, and refuses.
const (
	Allow Verdict = "allow" // it may happen
	Deny  Verdict = "deny"  // consent, law or the register forbids it
	Gap   Verdict = "gap"   // a fact is missing, so it is refused and the fact is named
	Human Verdict = "human" // a person has to decide
)

// Rank orders verdicts by strictness: deny > human > gap > allow. Anything
// unknown ranks with deny.
func (v Verdict) Rank() int {
	switch v {
	case Allow:
		return 0
	case Gap:
		return 1
	case Human:
		return 2
	default:
		return 3
	}
}

// Stricter returns the stricter of two verdicts.
func Stricter(a, b Verdict) Verdict {
	if a.Rank() >= b.Rank() {
		return a
	}
	return b
}

// Step names a station of the path.
type Step string

// The stations, in order.
const (
	StepPilot     Step = "pilot"
	StepConsent   Step = "consent"
	StepLaw       Step = "law"
	StepOwnership Step = "ownership"
	StepProtect   Step = "protect"
	StepModel     Step = "model"
	StepExplain   Step = "explain"
	StepDisclose  Step = "disclose"
	StepRecord    Step = "record"
)

// Check is one question that was asked about a touch, and its answer. Every
// check is kept, not only the first that refused.
type Check struct {
	Step     Step     `json:"step"`
	Rule     string   `json:"rule"` // stable id: "eu-gdpr-21", "consent.ai-scoring", "P08"
	Verdict  Verdict  `json:"verdict"`
	Citation string   `json:"citation,omitzero"`
	Reason   string   `json:"reason"`                // one plain sentence, no person's data
	By       string   `json:"satisfied_by,omitzero"` // what satisfies it: an event id, a control, a document
	Missing  []string `json:"missing,omitzero"`
	Owner    string   `json:"fix_owner,omitzero"` // who can mend it
}

// Outcome is what the model's answer means for the campaign.
type Outcome struct {
	Score  *float64 `json:"score,omitzero"` // calibrated probability in [0,1]
	Band   string   `json:"band,omitzero"`
	Action string   `json:"action,omitzero"`
	Text   string   `json:"text,omitzero"`
}

// Explanation is what a person can read: at most four sentences and one
// counterfactual.
type Explanation struct {
	Locale         string   `json:"locale"`
	Sentences      []string `json:"sentences"`
	Counterfactual string   `json:"counterfactual,omitzero"`
	NotUsed        []string `json:"not_used,omitzero"` // held but not an input, in plain words
}

// Alternative is the non-AI treatment that a person gets instead.
type Alternative struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// Label is the visible disclosure.
type Label struct {
	Text   string `json:"text"`
	Locale string `json:"locale"`
}

// HumanOption is the working way to a person.
type HumanOption struct {
	URL string `json:"url"`
}

// Disclosure acknowledges AI use and offers a human. It is on every answer,
// refusals included.
type Disclosure struct {
	Mode    string            `json:"mode"` // none, ai-modified, ai-originated, machine-generated
	Label   Label             `json:"label"`
	Human   HumanOption       `json:"human"`
	Why     string            `json:"why_url,omitzero"`
	Headers map[string]string `json:"headers,omitzero"` // machine marks to forward
	Duty    *Duty             `json:"duty,omitzero"`    // what the law asks of the label; nil on refusals
}

// Duty is what the disclosure rules ask of one answer: where, when and how its
// label stands. Whoever shows the answer must meet it. It is never changed.
type Duty struct {
	Text      string     `json:"text"`                // id of the label's text: slot, locale and the text's content hash
	Rules     []string   `json:"rules"`               // of the matrix that ask for something, the strictest first
	Placement []string   `json:"placement"`           // all of them: first_message, badge, spoken, beside_content, in_content, metadata, next_to_price, human_option
	Timing    string     `json:"timing,omitzero"`     // the earliest that a rule asks for
	Marks     []string   `json:"marks"`               // machine-readable: http-header, html-meta, iptc, c2pa
	Statutory []string   `json:"statutory,omitempty"` // sentences that a law prescribes word for word; the label begins with them
	Human     bool       `json:"human"`               // a rule asks for the way to a person; it is offered anyway
	Exempt    []Exempted `json:"exempt,omitempty"`    // rules that would ask for something, and why they don't here
	Strict    bool       `json:"strict,omitzero"`     // place, channel or kind was unknown: every rule was asked
	Drafts    int        `json:"drafts,omitzero"`     // how many of the rules no named reviewer has compared with the source
}

// Exempted is a disclosure rule that asks for nothing here.
type Exempted struct {
	Rule   string `json:"rule"`
	Reason string `json:"reason"`
}

// Placement is the pilot's part of a decision.
type Placement struct {
	ID     PilotID `json:"id"`
	Arm    string  `json:"arm"`    // treatment, control, outside
	Bucket float64 `json:"bucket"` // [0,1)
}

// Receipt is the signed promise that the decision is on record.
type Receipt struct {
	ID         string `json:"id"`
	Commitment string `json:"commitment"` // hex SHA-256 of salt and canonical payload
	Signature  string `json:"signature"`  // a signed note, see the record
	URL        string `json:"url"`
}

// Versions pins what a decision was made with, so that it can be replayed.
type Versions struct {
	Model     string   `json:"model,omitzero"` // sha256 of the model file
	Packs     []string `json:"packs,omitzero"` // content hashes of law packs
	Notice    string   `json:"notice,omitzero"`
	System    int      `json:"system,omitzero"` // version of the registration
	Templates string   `json:"templates,omitzero"`
}

// Jurisdiction is one place whose law is asked, and how it was found.
type Jurisdiction struct {
	Place string `json:"place"` // "DE", "US-CA", "EU"
	How   string `json:"how"`   // declared, account, geo, default
}

// Decision is the outcome of a touch, as the API returns it.
type Decision struct {
	ID            DecisionID     `json:"id"`
	Verdict       Verdict        `json:"verdict"`
	System        SystemID       `json:"system"`
	Purpose       string         `json:"purpose"`
	Channel       Channel        `json:"channel"`
	At            time.Time      `json:"at"`
	Outcome       *Outcome       `json:"outcome"`
	Checks        []Check        `json:"checks"`
	Explanation   *Explanation   `json:"explanation"`
	Alternative   *Alternative   `json:"alternative"`
	Disclosure    Disclosure     `json:"disclosure"`
	Pilot         *Placement     `json:"pilot"`
	Missing       []string       `json:"missing,omitzero"`
	Jurisdictions []Jurisdiction `json:"jurisdictions,omitzero"`
	Versions      Versions       `json:"versions"`
	Review        *Review        `json:"review,omitzero"` // of a decision that a person took about an earlier one
	Receipt       *Receipt       `json:"receipt"`
}

// ReviewOutcome is how a person's review of a decision ended.
type ReviewOutcome string

// The outcomes.
const (
	Confirmed  ReviewOutcome = "confirmed"
	Overturned ReviewOutcome = "overturned"
)

// Review links a person's decision to the one that it is about. GDPR 22(3) and
// WP251 rev.01 ask for somebody with the authority and competence to change the
// outcome, who looks at all that matters; so what they looked at is kept.
type Review struct {
	Of      DecisionID    `json:"of"`
	Outcome ReviewOutcome `json:"outcome"`
	By      UserID        `json:"by"`
	Reason  string        `json:"reason"`
	Saw     []string      `json:"saw"`              // data, reasons, rules, words: what they looked at
	Blind   bool          `json:"blind,omitzero"`   // they decided before they saw the machine's answer
	Machine string        `json:"machine,omitzero"` // the action that the machine had chosen
}

// StoppedAt returns the first step whose check refused, or "" if none did.
func (d *Decision) StoppedAt() Step {
	for _, c := range d.Checks {
		if c.Verdict != Allow {
			return c.Step
		}
	}
	return ""
}
