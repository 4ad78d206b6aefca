package disclose

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"fairtouch/touch"
)

// Use is one use of AI, as far as disclosure depends on it.
type Use struct {
	Kind             touch.Kind
	Channel          touch.Channel
	Places           []touch.Jurisdiction // none: every rule is asked
	Locale, Fallback string
	At               time.Time
	Fact             func(name string) (value any, known bool) // nil: nothing is known
}

// Gap is a duty that can't be met. Nothing may be sent.
type Gap struct {
	Rule     string
	Citation string
	Reason   string
	Missing  []string      // facts that would settle it; none where no renderer can meet it
	Verdict  touch.Verdict // gap, or deny where a rule forbids
}

// condition is what a rule's "when" hangs on, in facts.
type condition struct {
	off    map[string]bool // fact = value: the rule asks for nothing; all of them must hold
	reason string          // why, in words
}

// standing conditions can't be settled by a fact here: the rule is always asked.
var standing = []string{"always", "generated", "unless_obvious", "asked", "misleading", "significant", "health", "artificial_voice"}

// conditions that a fact can settle. An unknown fact leaves the rule asking.
var conditions = map[string]condition{
	"realistic":           {map[string]bool{"content.realistic": false}, "It shows nothing that could be taken for real."},
	"public_interest":     {map[string]bool{"content.claims": false}, "It doesn't inform on matters of public interest."},
	"personalised_price":  {map[string]bool{"use.personalised_price": false}, "The price wasn't set from the person's data."},
	"sale":                {map[string]bool{"use.sale_sought": false}, "No sale is sought."},
	"synthetic_performer": {map[string]bool{"use.synthetic_performer": false}, "No synthetic performer is in it."},
	"profiling":           {map[string]bool{"system.profiling": false}, "The system doesn't profile people."},
	"review":              {map[string]bool{"content.review": false}, "It is no review and no testimonial."},
}

// reviewed is the second way out of "public_interest": a person reviewed the
// substance and answers for it by name (AI Act, Art. 50(4), subparagraph 2).
var reviewed = condition{map[string]bool{"content.reviewed": true, "content.editor_named": true}, "A person reviewed the substance and is named as its editor."}

func (c condition) holds(fact func(string) (any, bool)) bool {
	for name, want := range c.off {
		if v, ok := fact(name); !ok || v != want {
			return false
		}
	}
	return len(c.off) > 0
}

// settled are the facts that conditions read, in the order of a plan's key.
var settled = []string{"content.realistic", "content.claims", "content.reviewed", "content.editor_named", "use.personalised_price",
	"use.sale_sought", "use.synthetic_performer", "system.profiling", "content.review"}

// planKey is everything that a duty depends on beside its language.
type planKey struct {
	kind    touch.Kind
	channel touch.Channel
	places  string
	day     string
	facts   [9]byte // of settled: 0 unknown, 1 false, 2 true
}

// plan is what the rules ask of one kind of use on one day.
type plan struct {
	duty touch.Duty // without its text
	gap  *Gap

	texts sync.Map // textKey -> *touch.Duty; as many as there are labels
}

// maxPlans bounds the plans that are held; a client's facts are in their keys.
const maxPlans = 4096

// earliest is how far the first time zone is ahead of UTC: a duty begins with the
// earliest midnight among the places where its rule applies.
const earliest = 14 * time.Hour

// Resolve finds the duty of a use: the label in a language that has one, and what
// the matrix asks of it. What is unknown is taken as the strictest. It returns a
// gap where a rule forbids, or asks for what no renderer of the channel can do.
func Resolve(ts *Texts, m *Matrix, u Use) (Duty, *Gap, error) {
	d, err := ts.Resolve(u.Kind, u.Channel, u.Locale, u.Fallback)
	if err != nil {
		return Duty{}, nil, err
	}
	p := m.planOf(u)
	if p.gap != nil {
		return Duty{}, p.gap, nil
	}
	d.Asks = p.with(d)
	return d, nil, nil
}

// with is the duty with the label's text named; made once for each text.
func (p *plan) with(d Duty) *touch.Duty {
	key := textKey{d.Slot, d.text}
	if v, ok := p.texts.Load(key); ok {
		return v.(*touch.Duty)
	}
	asks := p.duty
	asks.Text = d.Slot + "." + d.Locale + "@" + d.text.Hash[:12]
	v, _ := p.texts.LoadOrStore(key, &asks)
	return v.(*touch.Duty)
}

type textKey struct {
	slot string
	text *Text
}

func (m *Matrix) planOf(u Use) *plan {
	k := planKey{kind: u.Kind, channel: u.Channel, day: u.At.UTC().Add(earliest).Format(time.DateOnly)}
	if u.Fact == nil {
		u.Fact = func(string) (any, bool) { return nil, false }
	}
	for i, name := range settled {
		switch v, ok := u.Fact(name); {
		case ok && v == true:
			k.facts[i] = 2
		case ok && v == false:
			k.facts[i] = 1
		}
	}
	if len(u.Places) == 1 {
		k.places = u.Places[0].Place
	} else {
		for _, p := range u.Places {
			k.places += p.Place + " "
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if p, ok := m.plans[k]; ok {
		return p
	}
	if len(m.plans) >= maxPlans {
		clear(m.plans)
	}
	p := m.plan(u)
	m.plans[k] = p
	return p
}

// plan asks every rule of every place.
func (m *Matrix) plan(u Use) *plan {
	p := &plan{duty: touch.Duty{Rules: []string{}, Placement: []string{}, Marks: []string{}}}
	on := u.At.UTC().Add(earliest)
	places := make([]string, 0, len(u.Places))
	for _, j := range u.Places {
		places = append(places, j.Place)
	}
	if len(places) == 0 {
		places = []string{""}
	}
	for _, place := range places {
		r := m.Look(u.Channel, u.Kind, place, on)
		p.duty.Strict = p.duty.Strict || r.Strict
		for i := range r.Rules {
			if !slices.Contains(p.duty.Rules, r.Rules[i].ID) {
				p.ask(&r.Rules[i], u)
			}
		}
	}
	p.duty.Marks = marksFor(u.Kind)
	return p
}

// ask adds one rule to a plan.
func (p *plan) ask(r *Rule, u Use) {
	if why, off := r.exempt(u.Fact); off {
		p.exempt(r.ID, why)
		return
	}
	if r.Duty == "forbid" {
		p.forbid(r, u)
		return
	}
	for _, place := range r.Placement {
		how := meets(u.Channel, u.Kind, place)
		if how == "" && place == "metadata" && r.When == "generated" && r.ID == "eu-mark" {
			// Art. 50(2) asks for marks "as far as technically feasible".
			p.exempt(r.ID, "This channel carries no metadata; the fingerprint of what is sent is kept instead.")
			return
		}
		if how == "" && p.gap == nil {
			p.gap = &Gap{Rule: r.ID, Citation: r.Citation, Verdict: touch.Gap,
				Reason: fmt.Sprintf("%s This asks for “%s”, which nothing here can do over %s. Use another channel.", r.Words, strings.ReplaceAll(place, "_", " "), u.Channel)}
		}
		if how != "" && !slices.Contains(p.duty.Placement, how) {
			p.duty.Placement = append(p.duty.Placement, how)
		}
	}
	p.duty.Rules = append(p.duty.Rules, r.ID)
	p.duty.Human = p.duty.Human || r.Duty == "human" || slices.Contains(r.Placement, "human_option")
	if i := slices.Index(timings, r.Timing); p.duty.Timing == "" || i < slices.Index(timings, p.duty.Timing) {
		p.duty.Timing = r.Timing
	}
	if r.Text != "" && !slices.Contains(p.duty.Statutory, r.Text) {
		p.duty.Statutory = append(p.duty.Statutory, r.Text)
	}
	if r.Draft {
		p.duty.Drafts++
	}
}

func (p *plan) exempt(rule, why string) {
	x := touch.Exempted{Rule: rule, Reason: why}
	if !slices.Contains(p.duty.Exempt, x) {
		p.duty.Exempt = append(p.duty.Exempt, x)
	}
}

// exempt says why a rule asks for nothing here.
func (r *Rule) exempt(fact func(string) (any, bool)) (string, bool) {
	c, ok := conditions[r.When]
	if ok && c.holds(fact) {
		return c.reason, true
	}
	if r.When == "public_interest" && reviewed.holds(fact) {
		return reviewed.reason, true
	}
	return "", false
}

// forbid refuses what a rule forbids. Whether it does is a fact about the text
// that only whoever orders it knows; a conversation is no review.
func (p *plan) forbid(r *Rule, u Use) {
	v, known := u.Fact("content.review")
	switch {
	case known && v == true:
		p.gap = &Gap{Rule: r.ID, Citation: r.Citation, Verdict: touch.Deny, Reason: r.Words}
	case u.Kind == touch.CopyGen:
		if p.gap == nil {
			p.gap = &Gap{Rule: r.ID, Citation: r.Citation, Verdict: touch.Gap, Missing: []string{"content.review"},
				Reason: "Whether the text is a review or a testimonial isn't known. " + r.Words}
		}
	default:
		p.exempt(r.ID, "A conversation is no review.")
	}
}

// Machine-readable marks that an answer can carry.
const (
	MarkHeader = "http-header"
	MarkMeta   = "html-meta"
	MarkIPTC   = "iptc"
	MarkC2PA   = "c2pa"
)

// marksFor are the marks of a kind of system's output: always both layers that
// its carrier knows.
func marksFor(k touch.Kind) []string {
	if k == touch.ImageGen {
		return []string{MarkIPTC, MarkC2PA}
	}
	return []string{MarkHeader, MarkMeta}
}

// carriers say which placements the renderers of a channel can do.
var carriers = map[touch.Channel][]string{
	touch.Email: {"first_message", "beside_content", "in_content", "metadata", "next_to_price", "human_option"},
	touch.SMS:   {"first_message", "beside_content", "in_content", "next_to_price", "human_option"},
	touch.Chat:  {"first_message", "badge", "beside_content", "in_content", "metadata", "next_to_price", "human_option"},
	touch.Web:   {"first_message", "badge", "beside_content", "in_content", "metadata", "next_to_price", "human_option"},
	touch.Push:  {"first_message", "beside_content", "in_content", "metadata", "next_to_price", "human_option"},
	touch.Ads:   {"first_message", "beside_content", "in_content", "metadata", "next_to_price", "human_option"},
	touch.Post:  {"first_message", "beside_content", "in_content", "next_to_price", "human_option"},
	touch.Voice: {"spoken", "next_to_price", "human_option"},
	touch.Call:  {"spoken", "next_to_price", "human_option"},
}

// meets says how a channel meets a placement: by itself, or, where there is
// nothing to see, aloud; "" for not at all. Marks of an image lie in its file,
// whatever carries it.
func meets(ch touch.Channel, k touch.Kind, placement string) string {
	able, known := carriers[ch]
	switch {
	case !known, placement == "metadata" && k == touch.ImageGen, slices.Contains(able, placement):
		return placement
	case slices.Contains(able, "spoken") && slices.Contains([]string{"first_message", "badge", "beside_content", "in_content"}, placement):
		return "spoken"
	}
	return ""
}
