package events

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/touch"
)

// Meaning is what one topic, list, category or channel of another system
// stands for here. Without the hash of the text that people were shown there, a
// yes proves nothing.
type Meaning struct {
	Purpose string         `json:"purpose"`
	System  touch.SystemID `json:"system,omitzero"`
	Channel touch.Channel  `json:"channel"`
	Notice  string         `json:"notice,omitzero"` // content hash
	Locale  string         `json:"locale,omitzero"`
	Proof   string         `json:"confirmed_at,omitzero"` // path of the payload's field that says when a yes was confirmed at the address, such as properties.doi_at
	OptIn   bool           `json:"opt_in,omitzero"`       // the topic is off there until the person turns it on
}

// Mapping says what the topics of one account mean. The key is the topic as the
// system names it: a category (Segment), a subscription's id (HubSpot), email,
// sms or push (Braze, Klaviyo), a topic's id (Customer.io).
type Mapping struct {
	Source string             `json:"source"` // the account, for the record
	Topics map[string]Meaning `json:"topics"`
}

// Said is what one person said, as another system tells it.
type Said struct {
	External string
	Events   []consent.Event
}

// Doubt is a yes that was not taken, and why. It names nobody: Place is where
// in the payload it stood.
type Doubt struct {
	Place string `json:"place"`
	Topic string `json:"topic"`
	Why   string `json:"why"`
}

// Intake is what came of a payload.
type Intake struct {
	People []Said
	Doubts []Doubt
}

// answer is what a system's word amounts to.
type answer int

const (
	silent answer = iota // nothing was said: a default, a gap, a word we don't know
	yes                  // the person acted
	no
)

// Systems lists whose payloads are read.
func Systems() []string { return []string{"segment", "hubspot", "braze", "klaviyo", "customerio"} }

// Read reads a system's payload: one JSON object or a list of them. now is the
// time of receipt, which caps what lies in the future.
func Read(system string, payload []byte, m Mapping, now time.Time) (Intake, error) {
	read, ok := map[string]func(*reader, item){"segment": segment, "hubspot": hubspot, "braze": braze, "klaviyo": klaviyo, "customerio": customerio}[system]
	if !ok {
		return Intake{}, touch.Fielderr("system", "must be one of %s", strings.Join(Systems(), ", "))
	}
	items, err := split(payload)
	if err != nil {
		return Intake{}, err
	}
	r := &reader{m: m, now: now, system: system, at: map[string]int{}}
	for i, it := range items {
		r.place, r.item = strconv.Itoa(i+1), it
		read(r, it)
	}
	return r.out, nil
}

// item is one object of a payload. Its getters give zero for what isn't there
// or has another type: nothing is guessed.
type item map[string]any

func split(b []byte) ([]item, error) {
	bad := touch.Errorf(touch.Invalid, "the payload must be a JSON object or a list of them")
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil || d.More() {
		return nil, bad
	}
	if o, ok := v.(map[string]any); ok {
		for _, k := range []string{"batch", "results", "data", "users", "customers"} { // lists in an envelope
			if l, ok := o[k].([]any); ok {
				v = l
			}
		}
	}
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	out := make([]item, len(list))
	for i := range list {
		o, ok := list[i].(map[string]any)
		if !ok {
			return nil, bad
		}
		out[i] = o
	}
	return out, nil
}

func (o item) sub(path ...string) item {
	for _, p := range path {
		x, ok := o[p].(map[string]any)
		if !ok {
			return nil
		}
		o = x
	}
	return o
}

func (o item) list(key string) []item {
	var out []item
	l, _ := o[key].([]any)
	for _, x := range l {
		if m, ok := x.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

// text is a string, or a number as it is written.
func (o item) text(keys ...string) string {
	for _, k := range keys {
		switch x := o[k].(type) {
		case string:
			if s := strings.TrimSpace(x); s != "" {
				return s
			}
		case json.Number:
			return x.String()
		}
	}
	return ""
}

// truth is a boolean as systems write it; ok is false for anything else, so
// that "maybe", null and a missing key are nothing.
func truth(v any) (is, ok bool) {
	switch x := v.(type) {
	case bool:
		return x, true
	case json.Number:
		return x.String() == "1", x.String() == "1" || x.String() == "0"
	case string:
		switch strings.ToLower(strings.TrimSpace(x)) {
		case "true", "1", "yes":
			return true, true
		case "false", "0", "no":
			return false, true
		}
	}
	return false, false
}

// when reads an instant: RFC 3339, or Unix seconds or milliseconds. Zero is
// unknown.
func when(s string) time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02T15:04:05.000Z", "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err != nil || n <= 0:
		return time.Time{}
	case n > 100_000_000_000: // no second of this millennium is that large
		return time.UnixMilli(n).UTC()
	}
	return time.Unix(n, 0).UTC()
}

type reader struct {
	m      Mapping
	now    time.Time
	system string
	place  string
	item   item      // that is read
	twice  time.Time // when the yes that is read was confirmed, where the system itself says that it was (double opt-in)
	out    Intake
	at     map[string]int
}

// say adds one answer. A no is taken always; what it is about is the whole
// channel where nobody said what the topic means. A yes is taken where it can
// be shown: the text, the time, and that it was an act.
func (r *reader) say(who, topic string, a answer, at time.Time, fallback touch.Channel, why string) {
	known, ok := r.m.Topics[topic]
	switch a {
	case silent:
		if why != "" {
			r.doubt(topic, why)
		}
		return
	case yes:
		switch {
		case !ok:
			r.doubt(topic, "nobody said what this topic means here")
			return
		case known.Notice == "":
			r.doubt(topic, "the text that was shown is not known")
			return
		case at.IsZero():
			r.doubt(topic, "the time is not known")
			return
		}
	}
	if strings.TrimSpace(who) == "" {
		r.doubt(topic, "nobody is named")
		return
	}
	e := consent.Event{Scope: consent.Scope{Purpose: known.Purpose, System: known.System, Channel: known.Channel}, State: consent.Withdrawn,
		Basis: consent.ByNone, Actor: consent.Import, Source: r.source(), Surface: r.system, Method: "webhook or export", Notice: known.Notice, Locale: known.Locale, OccurredAt: at, ReceivedAt: r.now}
	if a == yes {
		e.State, e.Basis = consent.Given, consent.ByConsent
		r.confirmed(&e, known.Proof)
	}
	if !ok {
		e.Scope = consent.Scope{Purpose: consent.Any, Channel: fallback}
	}
	if err := e.Validate(); err != nil {
		r.doubt(topic, touch.AsError(err).Message)
		return
	}
	r.add(who, e)
}

// confirmed adds when a yes was confirmed at the address, where the payload says
// so in the field that the mapping names. A time that can't be is none.
func (r *reader) confirmed(e *consent.Event, path string) {
	if path == "" {
		if !r.twice.IsZero() && !r.twice.After(r.now) {
			e.Confirmed, e.ConfirmedBy, e.Assurance = r.twice, r.source()+", double opt-in", consent.ByDoubleOptIn
		}
		return
	}
	o, field := r.item, path
	if i := strings.LastIndexByte(path, '.'); i >= 0 {
		o, field = o.sub(strings.Split(path[:i], ".")...), path[i+1:]
	}
	if at := when(o.text(field)); !at.IsZero() && !at.Before(e.OccurredAt) && !at.After(r.now) {
		e.Confirmed, e.ConfirmedBy, e.Assurance = at, r.source()+", "+path, consent.ByDoubleOptIn
	}
}

func (r *reader) source() string {
	if r.m.Source != "" {
		return r.m.Source
	}
	return r.system
}

func (r *reader) add(who string, e consent.Event) {
	i, ok := r.at[who]
	if !ok {
		i = len(r.out.People)
		r.at[who] = i
		r.out.People = append(r.out.People, Said{External: who})
	}
	r.out.People[i].Events = append(r.out.People[i].Events, e)
}

func (r *reader) doubt(topic, why string) {
	if len(r.out.Doubts) < 10_000 {
		r.out.Doubts = append(r.out.Doubts, Doubt{r.place, topic, why})
	}
}
