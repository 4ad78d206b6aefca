package campaign

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"fairtouch/internal/register"
	"fairtouch/touch"
)

// State is where a campaign stands.
type State string

// The states. Only a running campaign's uses pass.
const (
	Draft   State = "draft"
	Running State = "running"
	Stopped State = "stopped"
	Ended   State = "ended"
)

// Campaign is one campaign, as its owner wrote it.
type Campaign struct {
	ID      touch.CampaignID `json:"id"`
	Version int              `json:"version"`
	Name    string           `json:"name"`
	Goal    string           `json:"goal"`
	Owner   touch.UserID     `json:"owner"`
	Purpose string           `json:"purpose"` // as the people were told
	Channel touch.Channel    `json:"channel"`
	Systems []touch.SystemID `json:"systems"`
	Markets []string         `json:"markets"` // countries or regions, as "DE" or "US-CA"
	From    register.Date    `json:"from"`
	To      register.Date    `json:"to"`
	Locale  string           `json:"locale,omitzero"`  // language of the copy, as "en"
	Subject string           `json:"subject,omitzero"` // of an e-mail
	Text    string           `json:"text,omitzero"`    // the copy that people see

	State   State        `json:"state"`
	MovedBy touch.UserID `json:"moved_by,omitzero"`
	MovedAt time.Time    `json:"moved_at,omitzero"`
	Reason  string       `json:"reason,omitzero"` // of the last move
	Widest  string       `json:"widest,omitzero"` // content hash that was last started
}

// Validate reports the first field that can't be kept, by its name in the form.
func (c *Campaign) Validate() error {
	switch {
	case strings.TrimSpace(c.Name) == "" || len(c.Name) > 120:
		return touch.Fielderr("name", "Give it a name of up to 120 characters")
	case strings.TrimSpace(c.Goal) == "":
		return touch.Fielderr("goal", "Say what it is for, in a sentence")
	case c.Purpose == "":
		return touch.Fielderr("purpose", "Name the purpose that people were told")
	case !slices.Contains(touch.Channels(), c.Channel):
		return touch.Fielderr("channel", "Choose a channel")
	case len(c.Systems) == 0:
		return touch.Fielderr("systems", "Choose the AI systems that it uses")
	case len(c.Markets) == 0:
		return touch.Fielderr("markets", "Name at least one market, as DE or US-CA")
	case !c.From.Valid() || !c.To.Valid():
		return touch.Fielderr("from", "Write the dates as 2026-12-02")
	case c.To < c.From:
		return touch.Fielderr("to", "The end lies before the beginning")
	case len(c.Text) > 64<<10 || len(c.Subject) > 400:
		return touch.Fielderr("text", "The copy is too long: 64 KB at most")
	}
	for _, m := range c.Markets {
		if len(m) < 2 || len(m) > 6 || m != strings.ToUpper(m) {
			return touch.Fielderr("markets", "Write markets as DE or US-CA")
		}
	}
	return nil
}

// Content hashes what people approve: everything that they would see or be
// subject to, and the audience. State, version and owner are not part of it.
func (c *Campaign) Content(audience string) string {
	b, err := json.Marshal(struct {
		Name, Goal, Purpose string
		Channel             touch.Channel
		Systems             []touch.SystemID
		Markets             []string
		From, To            register.Date
		Locale              string
		Subject, Text       string
		Audience            string
	}{c.Name, c.Goal, c.Purpose, c.Channel, c.Systems, c.Markets, c.From, c.To, c.Locale, c.Subject, c.Text, audience})
	if err != nil {
		return "" // nothing in it can fail; "" matches no approval
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// Move changes a campaign's state.
func (c Campaign) Move(to State, by touch.UserID, at time.Time, reason string) (Campaign, error) {
	switch {
	case to == Running && c.State != Draft && c.State != Stopped,
		to == Stopped && c.State != Running,
		to == Ended && c.State != Running && c.State != Stopped:
		return c, touch.Errorf(touch.Conflict, "a campaign that is %s can't become %s", c.State, to)
	case to == Stopped && strings.TrimSpace(reason) == "":
		reason = "stopped by hand"
	case to == Draft:
		return c, touch.Errorf(touch.Conflict, "a campaign doesn't go back to draft; copy it instead")
	}
	c.State, c.MovedBy, c.MovedAt, c.Reason = to, by, at.UTC(), reason
	c.Version++
	return c, nil
}

// Difference lists in plain words what changed between two versions, for who
// has approved the earlier one.
func Difference(old, now *Campaign) []Change {
	var out []Change
	add := func(what, a, b string) {
		if a != b {
			out = append(out, Change{what, a, b})
		}
	}
	ids := func(s []touch.SystemID) string {
		var w []string
		for _, x := range s {
			w = append(w, string(x))
		}
		return strings.Join(w, ", ")
	}
	add("Name", old.Name, now.Name)
	add("Goal", old.Goal, now.Goal)
	add("Purpose", old.Purpose, now.Purpose)
	add("Channel", string(old.Channel), string(now.Channel))
	add("AI systems", ids(old.Systems), ids(now.Systems))
	add("Markets", strings.Join(old.Markets, ", "), strings.Join(now.Markets, ", "))
	add("From", string(old.From), string(now.From))
	add("To", string(old.To), string(now.To))
	add("Language", old.Locale, now.Locale)
	add("Subject line", old.Subject, now.Subject)
	add("Copy", old.Text, now.Text)
	return out
}

// Change is one line of a difference.
type Change struct{ What, Before, After string }
