package gateway

import (
	"path"
	"slices"

	"fairtouch/internal/campaign"
	"fairtouch/internal/wire"
	"fairtouch/pii"
	"fairtouch/touch"
)

// What becomes of personal data in an answer that the prompt did not hold.
const (
	FoundNote  = "note"  // it passes and is counted; up to 32 bytes are held back
	FoundMask  = "mask"  // it is replaced by its type; up to 256 bytes are held back
	FoundBlock = "block" // the answer ends there
)

// Binding says how a registered system is used through the gateway.
type Binding struct {
	System    touch.SystemID `json:"system"`
	Providers []string       `json:"providers"`          // asked in turn; "sandbox", "openai", "openai-fallback", "anthropic"
	Models    []string       `json:"models,omitzero"`    // allowed, "*" as a wildcard; none allows every one
	Tools     []string       `json:"tools,omitzero"`     // whose arguments may hold restored values; none may
	Purpose   string         `json:"purpose,omitzero"`   // where the registration has several
	Channel   touch.Channel  `json:"channel,omitzero"`   // the same
	Locale    string         `json:"locale,omitzero"`    // of the people, where a request names none
	Facts     map[string]any `json:"facts,omitzero"`     // what the owner declares of all uses; a request's own facts come first
	Keep      []pii.Type     `json:"keep,omitzero"`      // types that may leave as they are
	Replace   []pii.Type     `json:"replace,omitzero"`   // further types that may not, such as LOCATION
	Found     string         `json:"found,omitzero"`     // note, mask, block; note unless told
	InBand    bool           `json:"in_band,omitzero"`   // the label stands before the text, too, where the answer is prose
	MinScore  float64        `json:"min_score,omitzero"` // least score of a finding; the scanner's own unless set
	Approvals int            `json:"approvals,omitzero"` // different people who must approve a text before it is used: 0, 1 or 2
}

// Validate reports the first thing that is wrong.
func (b *Binding) Validate() error {
	switch {
	case b.System == "":
		return touch.Fielderr("system", "name the registered system")
	case len(b.Providers) == 0:
		return touch.Fielderr("providers", `name at least one provider, such as "sandbox"`)
	case !slices.Contains([]string{"", FoundNote, FoundMask, FoundBlock}, b.Found):
		return touch.Fielderr("found", "must be note, mask or block")
	case b.MinScore < 0 || b.MinScore > 1:
		return touch.Fielderr("min_score", "must lie between 0 and 1")
	case b.Approvals < 0 || b.Approvals > campaign.MaxCopyApprovals:
		return touch.Fielderr("approvals", "is how many people must approve a text before it is used: 0, 1 or 2")
	case b.Approvals > 0 && b.InBand:
		return touch.Fielderr("in_band", "does not go with approvals: people approve the words alone, and rendering puts the label beside them")
	}
	for _, t := range slices.Concat(b.Keep, b.Replace) {
		if !slices.Contains(pii.Types(), t) {
			return touch.Fielderr("keep", "%.40q is no type of personal data; `fairtouch pii scan --help` lists them", string(t))
		}
	}
	return patterns("models", b.Models)
}

// Rule limits a key.
type Rule struct {
	Key       touch.KeyID      `json:"key"`
	Systems   []touch.SystemID `json:"systems,omitzero"`    // that it may use; none limits nothing, one needs no header
	Models    []string         `json:"models,omitzero"`     // as in a binding; both must agree
	PerMinute int              `json:"per_minute,omitzero"` // requests; 0 for no limit
	PerDay    int              `json:"per_day,omitzero"`    // tokens in and out, in UTC days; 0 for no limit
}

// Validate reports the first thing that is wrong.
func (r *Rule) Validate() error {
	if r.PerMinute < 0 || r.PerDay < 0 {
		return touch.Fielderr("per_minute", "limits are whole numbers above 0; leave one out for none")
	}
	return patterns("models", r.Models)
}

func patterns(field string, ps []string) error {
	for _, p := range ps {
		if _, err := path.Match(p, ""); err != nil {
			return touch.Fielderr(field, "%.60q is no pattern", p)
		}
	}
	return nil
}

// allows reports whether a model's name fits a list; an empty list allows all.
func allows(list []string, model string) bool {
	if len(list) == 0 {
		return true
	}
	for _, p := range list {
		if ok, _ := path.Match(p, model); ok || p == "*" {
			return true
		}
	}
	return false
}

// streams reports whether a route can be streamed.
func streams(r wire.Route) bool { return r == wire.Chat || r == wire.Responses || r == wire.Messages }
