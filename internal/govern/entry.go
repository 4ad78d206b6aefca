package govern

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/explain"
	"fairtouch/internal/pilot"
	"fairtouch/internal/protect"
	"fairtouch/internal/record"
	"fairtouch/touch"
)

// Caller is who asked, from the credential.
type Caller struct {
	Workspace touch.Workspace
	Operator  touch.UserID // the key's owner, whose literacy counts; "" if there is none
	Key       touch.KeyID
	Subject   touch.SubjectID // the one person that the credential is for: a customer's own link; "" for keys and staff
}

// Links makes the addresses that a person can follow from an answer.
type Links interface {
	// Why, Human and Stop are signed, expiring links for one decision.
	For(ws touch.Workspace, id touch.DecisionID, at time.Time) (why, human string)
}

// Stopper is what Links may also do: a link that ends marketing when something
// is posted to it (RFC 8058).
type Stopper interface {
	Stop(ws touch.Workspace, id touch.DecisionID, at time.Time) string
}

// entry is one touch on its way.
type entry struct {
	id     touch.DecisionID
	at     time.Time
	caller Caller
	touch  touch.Touch
	idem   string // hash of the client's idempotency key
	print  string // fingerprint of the request, for idempotency

	world *World
	bound *Bound
	known consent.Known
	no    bool // faces no person

	arm    pilot.Placement
	stored Stored
}

// Stored is what the record keeps of a decision, sealed under the person's
// key. Pages are rendered from it, never from a newer model.
type Stored struct {
	Decision  touch.Decision    `json:"decision"`
	Satisfied []string          `json:"satisfied,omitzero"` // rules of law: place among the checks, id, by what
	Facts     map[string]any    `json:"facts,omitzero"`
	Features  map[string]any    `json:"features,omitzero"`
	Row       []float64         `json:"-"`
	Inputs    []*float64        `json:"inputs,omitzero"` // the model's row; null is missing
	Explain   *explain.Stored   `json:"explain,omitzero"`
	Public    touch.Explanation `json:"public,omitzero"` // without facts about accounts
	Dropped   []protect.Dropped `json:"dropped,omitzero"`
	Held      []string          `json:"held,omitzero"` // held about the person, not an input
	Operator  touch.UserID      `json:"operator,omitzero"`
	Key       touch.KeyID       `json:"key,omitzero"`
	Epoch     int64             `json:"epoch"`
	Model     int64             `json:"model_us,omitzero"`
	Failure   string            `json:"failure,omitzero"` // error code of a failed touch
	Content   *ContentNote      `json:"content,omitzero"` // of a touch whose payload was text
	Rules     int               `json:"rules,omitzero"`   // rules of law that were asked
}

// shorts are the names that clients may use for common facts.
var shorts = map[string]string{"country": "subject.country", "region": "subject.region", "minor": "subject.minor",
	"business": "subject.business", "first_contact": "use.first_contact", "market": "use.market"}

// clientFacts takes the facts that a client may bring: about the person, this
// use and its content. What the register, the ledger or the company knows is
// never a client's to say.
func clientFacts(in map[string]any) (map[string]any, error) {
	out := make(map[string]any, len(in)+4)
	for k, v := range in {
		name := k
		if long, ok := shorts[k]; ok {
			name = long
		}
		head, _, _ := strings.Cut(name, ".")
		switch head {
		case "subject", "use", "content":
		case "system", "consent", "company":
			return nil, touch.Fielderr("facts."+k, "comes from the register, the ledger or the configuration, not from a request")
		default:
			return nil, touch.Fielderr("facts."+k, "is no known fact; `fairtouch law list --facts` lists them")
		}
		switch v.(type) {
		case string, bool:
			out[name] = v
		case nil: // unknown, as if it were absent
		default:
			return nil, touch.Fielderr("facts."+k, "must be text, true or false")
		}
	}
	return out, nil
}

// places finds whose law is asked: the person's, and the company's own. A
// person whose place is unknown is asked about everywhere.
func (e *entry) places(facts map[string]any) []touch.Jurisdiction {
	country, _ := facts["subject.country"].(string)
	if country == "" {
		return nil
	}
	place := country
	if region, _ := facts["subject.region"].(string); region != "" && !strings.Contains(country, "-") {
		place = country + "-" + region
	}
	out := []touch.Jurisdiction{{Place: strings.ToUpper(place), How: "declared"}}
	if c := e.world.Country; c != "" && !strings.EqualFold(c, place) {
		out = append(out, touch.Jurisdiction{Place: c, How: "account"})
	}
	return out
}

func territory(js []touch.Jurisdiction) string {
	if len(js) == 0 {
		return ""
	}
	return js[0].Place
}

// row is the entry of the record for a finished decision.
func (e *entry) row(d *touch.Decision, outcome record.Outcome) (record.Entry, error) {
	whole := *d
	whole.Receipt = nil
	e.stored.Decision = whole
	e.stored.Decision.Checks, e.stored.Satisfied = compact(d.Checks)
	e.stored.Operator, e.stored.Key = e.caller.Operator, e.caller.Key
	if e.world != nil {
		e.stored.Epoch = e.world.Epoch
	}
	body, err := record.Canonical(make([]byte, 0, 6<<10), &e.stored)
	if err != nil {
		return record.Entry{}, touch.Wrap(touch.Internal, err, "the decision can't be written")
	}
	out := record.Entry{Kind: record.Closed, Outcome: outcome, At: e.at, Payload: body, Canonical: true, Decision: e.columns(d)}
	if e.known.ID != "" {
		out.Subject = &record.Subject{ID: e.known.ID, Key: e.known.Key}
		out.Guard = &record.Guard{Version: e.known.Version}
		if e.touch.Campaign != "" && e.world != nil && d.Verdict == touch.Allow {
			out.Guard.Epoch = e.world.Epoch // a Stop that was acknowledged stands against it
		}
	}
	if e.idem != "" {
		reply, err := json.Marshal(kept{e.print, whole})
		if err != nil {
			return record.Entry{}, touch.Wrap(touch.Internal, err, "the decision can't be written")
		}
		out.Idempotency = &record.Idempotency{KeyHash: e.idem, Reply: reply}
	}
	return out, nil
}

// kept is what an idempotency key brings back.
type kept struct {
	Print    string         `json:"print"`
	Decision touch.Decision `json:"decision"`
}

// columns are what may be filtered without a key: nothing about the person.
func (e *entry) columns(d *touch.Decision) *record.DecisionRow {
	r := &record.DecisionRow{ID: d.ID, System: d.System, Purpose: d.Purpose, Channel: d.Channel, Verdict: d.Verdict,
		StoppedAt: d.StoppedAt(), Arm: e.arm.Arm(), Campaign: e.touch.Campaign, At: e.at}
	for i := range d.Checks {
		if d.Checks[i].Verdict != touch.Allow {
			r.Reason = d.Checks[i].Rule
			break
		}
	}
	if len(d.Jurisdictions) > 0 {
		r.Jurisdiction = d.Jurisdictions[0].Place
	}
	if d.Outcome != nil {
		r.Band = d.Outcome.Band
	}
	return r
}

// compact leaves out of the record what the law packs, named there by their
// content, say again: rules of law that were satisfied shrink to their place
// among the checks, their id, and what satisfied them. Refusals keep their
// words. A decision takes a third of the disk that way.
func compact(checks []touch.Check) (kept []touch.Check, satisfied []string) {
	plain := func(c *touch.Check) bool {
		return c.Step == touch.StepLaw && c.Verdict == touch.Allow && len(c.Missing) == 0 && c.Owner == ""
	}
	n := 0
	for i := range checks {
		if plain(&checks[i]) {
			n++
		}
	}
	kept, satisfied = make([]touch.Check, 0, len(checks)-n), make([]string, 0, n)
	for i, c := range checks {
		if plain(&checks[i]) {
			satisfied = append(satisfied, strings.TrimSuffix(strconv.Itoa(i)+" "+c.Rule+" "+c.By, " "))
			continue
		}
		kept = append(kept, c)
	}
	return kept, satisfied
}

// Whole gives a stored decision the checks back that compact left out, with
// their words from the rules of the packs that were asked.
func (s *Stored) Whole(rules func(id string) (citation, text string, ok bool)) {
	for _, line := range s.Satisfied {
		place, rest, _ := strings.Cut(line, " ")
		rule, by, _ := strings.Cut(rest, " ")
		c := touch.Check{Step: touch.StepLaw, Rule: rule, Verdict: touch.Allow, By: by, Reason: "Satisfied."}
		if citation, text, ok := rules(rule); ok {
			c.Citation, c.Reason = citation, "Satisfied: "+text
		}
		at, err := strconv.Atoi(place)
		if err != nil || at < 0 || at > len(s.Decision.Checks) {
			at = len(s.Decision.Checks)
		}
		s.Decision.Checks = slices.Insert(s.Decision.Checks, at, c)
	}
	s.Satisfied = nil
}
