package campaign

import (
	"slices"
	"strings"
	"time"

	"fairtouch/touch"
)

// Tier is how much approval a campaign needs.
type Tier int

// The tiers. The lowest approves itself, with its evidence.
const (
	Routine   Tier = 0 // approves itself
	Ordinary  Tier = 1 // one approval
	Sensitive Tier = 2 // two approvals, by different people
)

// Words names a tier.
func (t Tier) Words() string {
	switch t {
	case Routine:
		return "routine: it approves itself"
	case Ordinary:
		return "ordinary: one approval"
	}
	return "sensitive: two approvals"
}

// Needs is how many people must approve.
func (t Tier) Needs() int { return int(t) }

// Facts are what decides a campaign's tier and readiness, as the product knows them.
type Facts struct {
	People       int       // in the rehearsed audience
	Cleared      int       // of them, whom AI may touch
	Significant  bool      // a named person judged the effects significant
	Unassessed   []string  // systems that nobody judged
	Special      bool      // a system uses special categories of data
	VendorAI     bool      // a system is a vendor's
	Generates    bool      // a system writes or speaks
	Unpiloted    []string  // systems without a pilot that are not in full use
	Blocked      []string  // systems whose ownership chain is open, with the finding
	NoAlternate  []string  // systems that declare no alternative
	Untrained    []string  // systems that ask for a literacy attestation which the owner lacks
	Retired      []string  // systems that are retired or registered only
	Unapproved   []CopyGap // words that a system asks approvals for
	Objections   int       // of members of the launch panel, to this very content
	OpenFindings int       // of audits that hold a launch
	Rehearsed    bool      // this very content and audience
	RehearsedOn  time.Time
	Markets      int
}

// tierPeople is the number of people above which nothing is routine.
const tierPeople = 1000

// TierOf is the tier, and why. The rules are few, so that everybody can know
// beforehand what will be asked.
func TierOf(f Facts) (Tier, []string) {
	var two, one []string
	if f.Significant {
		two = append(two, "the effects on people were judged significant")
	}
	if f.Special {
		two = append(two, "special categories of data are used")
	}
	if f.OpenFindings > 0 {
		two = append(two, "an audit has open findings")
	}
	if len(two) > 0 {
		return Sensitive, two
	}
	if f.VendorAI {
		one = append(one, "a vendor's AI is used")
	}
	if f.Generates {
		one = append(one, "AI writes or speaks to people")
	}
	if f.People > tierPeople {
		one = append(one, "more than 1,000 people are in the audience")
	}
	if f.Markets > 1 {
		one = append(one, "it goes to more than one market")
	}
	if len(one) > 0 {
		return Ordinary, one
	}
	return Routine, []string{"a small audience, one market, our own AI, no significant effects"}
}

// Approval is one person's answer to "may this go out?", bound to the content.
type Approval struct {
	ID       string           `json:"id"`
	Campaign touch.CampaignID `json:"campaign"`
	Content  string           `json:"content"` // hash of what is approved
	Version  int              `json:"version"` // of the campaign, to show the difference later
	Asked    touch.UserID     `json:"asked_by"`
	AskedAt  time.Time        `json:"asked_at"`
	Due      time.Time        `json:"due"`
	Of       touch.UserID     `json:"of"`                // who is asked
	Via      string           `json:"via,omitzero"`      // console, link
	State    string           `json:"state"`             // open, approved, refused, question, delegated
	Said     string           `json:"said,omitzero"`     // the comment or the question
	At       time.Time        `json:"at,omitzero"`       // of the answer
	Reminded time.Time        `json:"reminded,omitzero"` // when the person was last reminded
	Revision int              `json:"revision"`
}

// The states of an approval.
const (
	Open      = "open"
	Approved  = "approved"
	Refused   = "refused"
	Question  = "question"
	Delegated = "delegated"
)

// Ask opens an approval. Nobody approves their own campaign.
func Ask(c *Campaign, content string, by, of touch.UserID, at, due time.Time) (Approval, error) {
	if of == "" {
		return Approval{}, touch.Fielderr("of", "Choose who is asked")
	}
	if of == c.Owner || of == by {
		return Approval{}, touch.Fielderr("of", "Nobody approves their own campaign; ask somebody else")
	}
	if content == "" || !due.After(at) {
		return Approval{}, touch.Fielderr("due", "The due time lies in the past")
	}
	return Approval{ID: "apr_" + touch.RandomID(), Campaign: c.ID, Content: content, Version: c.Version, Asked: by, AskedAt: at.UTC(),
		Due: due.UTC(), Of: of, State: Open, Revision: 1}, nil
}

// Answer records what the person said. content is the campaign's now: an
// answer about another text is a Conflict, whatever it is.
func (a Approval) Answer(by touch.UserID, c *Campaign, content, state, said, via string, at time.Time) (Approval, error) {
	switch {
	case by != a.Of:
		return a, touch.Errorf(touch.Forbidden, "somebody else was asked")
	case by == c.Owner:
		return a, touch.Errorf(touch.Forbidden, "nobody approves their own campaign")
	case a.State != Open && a.State != Question:
		return a, touch.Errorf(touch.Conflict, "this was answered before")
	case a.Content != content:
		return a, touch.Errorf(touch.Conflict, "the campaign was changed since you were asked; a new question comes to you")
	case state != Approved && state != Refused && state != Question:
		return a, touch.Fielderr("answer", "Approve, ask or refuse")
	case state != Approved && strings.TrimSpace(said) == "":
		return a, touch.Fielderr("said", "Say what is missing or wrong")
	}
	a.State, a.Said, a.Via, a.At = state, strings.TrimSpace(said), via, at.UTC()
	a.Revision++
	return a, nil
}

// Delegate hands an open approval to somebody else.
func (a Approval) Delegate(by, to touch.UserID, c *Campaign, at time.Time) (old, fresh Approval, err error) {
	if by != a.Of || a.State != Open && a.State != Question {
		return a, a, touch.Errorf(touch.Forbidden, "only who is asked can hand it on, while it is open")
	}
	if fresh, err = Ask(c, a.Content, a.Asked, to, at, later(a.Due, at)); err != nil {
		return a, fresh, err
	}
	fresh.Version, fresh.AskedAt = a.Version, a.AskedAt // how long it takes counts from the first question
	a.State, a.Said, a.At = Delegated, "handed on", at.UTC()
	a.Revision++
	return a, fresh, nil
}

func later(due, at time.Time) time.Time {
	if due.After(at) {
		return due
	}
	return at.Add(24 * time.Hour)
}

// Counts reports whether an approval stands for the content.
func (a *Approval) Counts(content string) bool { return a.State == Approved && a.Content == content }

// Standing counts the people who approved the content, and who refused it.
func Standing(all []Approval, content string) (approved, refused, open int) {
	seen := map[touch.UserID]bool{}
	for i := range all {
		a := &all[i]
		switch {
		case a.Content != content:
		case a.State == Approved && !seen[a.Of]:
			seen[a.Of] = true
			approved++
		case a.State == Refused:
			refused++
		case a.State == Open || a.State == Question:
			open++
		}
	}
	return approved, refused, open
}

// Waits is how long approvals took.
type Waits struct {
	Median time.Duration
	Asked  int // answered approvals
	People int // different people who answered
}

// Waited sums up the answered approvals.
func Waited(all []Approval) Waits {
	var took []time.Duration
	people := map[touch.UserID]bool{}
	for i := range all {
		if a := &all[i]; a.State == Approved || a.State == Refused {
			took = append(took, a.At.Sub(a.AskedAt))
			people[a.Of] = true
		}
	}
	if len(took) == 0 {
		return Waits{}
	}
	slices.Sort(took)
	return Waits{took[len(took)/2], len(took), len(people)}
}
