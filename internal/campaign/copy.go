package campaign

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"fairtouch/touch"
)

// MaxCopy bounds one text that waits for approval, in bytes.
const MaxCopy = 64 << 10

// MaxCopyApprovals is how many different people a system may ask for.
const MaxCopyApprovals = 2

// Canonical is the form of a text that an approval is bound to: line ends as a
// line feed alone, Unicode's composed form (NFC, UAX #15), and no white space
// before the first or after the last sign. Those differ between an answer, a
// form and a file without anybody seeing it. Everything else counts: case,
// spaces and empty lines within, punctuation, invisible signs. A text that is
// empty, not UTF-8, or longer than MaxCopy is Invalid.
func Canonical(text string) (string, error) {
	if !utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0 {
		return "", touch.Fielderr("text", "must be UTF-8 without NUL")
	}
	s := strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	s = strings.TrimSpace(norm.NFC.String(s))
	switch {
	case s == "":
		return "", touch.Fielderr("text", "is the text that people approve; it is empty")
	case len(s) > MaxCopy:
		return "", touch.Fielderr("text", "is longer than 64 KB; ask for its parts")
	}
	return s, nil
}

// CopyHash is the SHA-256 of a text's canonical form, in hex. Any change of a
// letter makes another one.
func CopyHash(canonical string) string {
	h := sha256.Sum256([]byte(canonical))
	return hex.EncodeToString(h[:])
}

// CopyState is where a text stands.
type CopyState string

// The states of a text. Only CopyApproved, and CopyFree, may be used.
const (
	CopyApproved CopyState = "approved"   // by as many people as its system asks for
	CopyWaiting  CopyState = "waiting"    // not by enough of them yet
	CopyReturned CopyState = "returned"   // somebody sent it back, with a reason
	CopyUnknown  CopyState = "unknown"    // nobody was ever asked about these words
	CopyChanged  CopyState = "changed"    // it is known what was written, and this is not it
	CopyFree     CopyState = "not_needed" // nothing here asks for an approval
)

// MayUse reports whether a text in this state may reach anybody.
func (s CopyState) MayUse() bool { return s == CopyApproved || s == CopyFree }

// Copy is a text that people approve before it is used.
type Copy struct {
	ID       string           `json:"id"`
	System   touch.SystemID   `json:"system"`
	Decision touch.DecisionID `json:"decision,omitzero"` // that it came from, or that it was made from; "" for none
	Subject  touch.SubjectID  `json:"-"`                 // whom it is about; "" for nobody
	At       time.Time        `json:"at"`
	Asked    []CopyAsked      `json:"asked"`
	Answers  []CopyAnswer     `json:"answers"`
	Content  CopyContent      `json:"-"`
}

// CopyContent is the part of a draft that is sealed.
type CopyContent struct {
	Text     string        `json:"text"` // canonical
	Hash     string        `json:"sha256"`
	Locale   string        `json:"locale,omitzero"`
	Findings []touch.Check `json:"findings,omitzero"`
	From     string        `json:"from,omitzero"` // the draft that it was changed from
}

// CopyAsked is that somebody asked for these words, or asked a model that wrote them.
type CopyAsked struct {
	By       touch.UserID     `json:"by"`
	Decision touch.DecisionID `json:"decision,omitzero"`
	At       time.Time        `json:"at"`
}

// CopyAnswer is what one person last said of a draft.
type CopyAnswer struct {
	By    touch.UserID `json:"by"`
	State CopyState    `json:"state"` // CopyApproved or CopyReturned
	Said  string       `json:"said,omitzero"`
	Via   string       `json:"via,omitzero"` // console, or the campaign whose approval held these words
	At    time.Time    `json:"at"`
}

// Stands is a draft's state where its system asks for needs people, and how many
// have approved it. One who sent it back outweighs any number who approved.
func (d *Copy) Stands(needs int) (CopyState, int) {
	people := map[touch.UserID]bool{}
	for _, a := range d.Answers {
		if a.State == CopyReturned {
			return CopyReturned, 0
		}
		if a.State == CopyApproved {
			people[a.By] = true
		}
	}
	switch {
	case needs <= 0:
		return CopyFree, len(people)
	case len(people) >= needs:
		return CopyApproved, len(people)
	}
	return CopyWaiting, len(people)
}

// AskedBy reports whether somebody asked for the draft's words.
func (d *Copy) AskedBy(who touch.UserID) bool {
	return slices.ContainsFunc(d.Asked, func(a CopyAsked) bool { return a.By == who })
}

// Answer is what somebody says of a draft, checked: nobody approves words that
// they asked for, and who sends words back says why.
func (d *Copy) Answer(by touch.UserID, state CopyState, said, via string, at time.Time) (CopyAnswer, error) {
	a := CopyAnswer{By: by, State: state, Said: strings.TrimSpace(said), Via: via, At: at.UTC()}
	switch {
	case by == "":
		return a, touch.Errorf(touch.Forbidden, "people approve; a key can't")
	case state != CopyApproved && state != CopyReturned:
		return a, touch.Fielderr("answer", "Approve it, or send it back")
	case state == CopyApproved && d.AskedBy(by):
		return a, touch.Errorf(touch.Forbidden, "nobody approves words that they asked for; somebody else must")
	case state == CopyReturned && a.Said == "":
		return a, touch.Fielderr("said", "Say what is missing or wrong")
	case len(a.Said) > 4000:
		return a, touch.Fielderr("said", "Write up to 4,000 characters")
	}
	return a, nil
}

// CopyQuestion names words, and what they are of: a system, a decision that
// they came from, or a draft that they were changed from. The last that is given
// counts.
type CopyQuestion struct {
	System   touch.SystemID   `json:"system"`
	Decision touch.DecisionID `json:"decision"`
	Draft    string           `json:"draft"`
	Text     string           `json:"text"`
}

// DraftLine is a draft in a list. Its words are for pages, not for answers that
// a log may keep.
type DraftLine struct {
	CopyStanding
	At       time.Time   `json:"at"`
	Asked    []CopyAsked `json:"asked"`
	Findings int         `json:"findings"` // how many
	Text     string      `json:"-"`        // "" where it is about a person
}

// CopyStanding answers "may this text be used?".
type CopyStanding struct {
	State    CopyState        `json:"status"`
	MayUse   bool             `json:"may_use"`
	System   touch.SystemID   `json:"system,omitzero"`
	Needs    int              `json:"needs"`    // different people
	Approved int              `json:"approved"` // people who have
	Draft    string           `json:"draft,omitzero"`
	Decision touch.DecisionID `json:"decision,omitzero"`
	Reason   string           `json:"reason,omitzero"` // of who sent it back
	Hash     string           `json:"sha256"`
}

// Standing is what a draft's state means for whoever wants to use it.
func (d *Copy) Standing(needs int) CopyStanding {
	s := CopyStanding{System: d.System, Needs: needs, Draft: d.ID, Decision: d.Decision, Hash: d.Content.Hash}
	s.State, s.Approved = d.Stands(needs)
	s.MayUse = s.State.MayUse()
	for _, a := range d.Answers {
		if s.State == CopyReturned && a.State == CopyReturned {
			s.Reason = a.Said
		}
	}
	return s
}

// Unapproved is the one error for words that may not be used yet. Do not send
// them; ask for their approval, or use words that have one.
func (s CopyStanding) Unapproved() error {
	switch s.State {
	case CopyWaiting:
		return touch.Errorf(touch.Unapproved, "this text waits for approval: %d of %d people have approved it (%s)", s.Approved, s.Needs, s.Draft)
	case CopyReturned:
		return touch.Errorf(touch.Unapproved, "this text was sent back (%s); change it and ask again", s.Draft)
	case CopyChanged:
		return touch.Errorf(touch.Unapproved, "this text is not the one that was written: an approval is void once a letter changes; ask for approval of the new text")
	}
	return touch.Errorf(touch.Unapproved, "nobody was asked about this text, and %s needs an approval before its copy is used; ask for one", s.System)
}
