package disclose

import (
	"fmt"
	"slices"
	"strings"

	"fairtouch/touch"
)

// Modes of the AI-Disclosure header (draft-abaris-aicdh-01, expired, advisory).
const (
	ModeNone       = "none"
	ModeModified   = "ai-modified"
	ModeOriginated = "ai-originated"
	ModeMachine    = "machine-generated"
)

// Duty is what a decision's answer has to carry.
type Duty struct {
	Mode    string
	Slot    string
	Locale  string // of the text that will be shown
	Asked   string // locale that the touch asked for; differs where no text exists
	text    *Text
	OffBand bool // label in fields and headers beside the content

	// What the matrix asks, for a duty that Resolve made; nil otherwise.
	Asks *touch.Duty
}

// Strict reports that channel or locale was unknown and the strictest text is used.
func (d Duty) Strict() bool {
	return d.Asked == "" || !strings.HasPrefix(strings.ToLower(d.Asked), d.Locale)
}

// Resolve finds the duty for a touch. An unknown channel gets the plainest and
// widest label; an unknown or missing locale gets the fallback, the language of
// the company's notices, and says so in Duty.Asked.
func (ts *Texts) Resolve(kind touch.Kind, ch touch.Channel, locale, fallback string) (Duty, error) {
	t, ok := ts.In(locale)
	if !ok {
		t, ok = ts.In(fallback)
	}
	if !ok {
		return Duty{}, &touch.Error{Code: touch.Missing, Message: "no disclosure text in this language; set the company's language to one that has texts", Missing: []string{"company.locale"}}
	}
	d := Duty{Mode: ModeOriginated, Slot: slot(kind, ch), Locale: t.Locale, Asked: locale, text: t, OffBand: true}
	if kind.Generates() {
		d.Mode = ModeMachine
	}
	return d, nil
}

func slot(kind touch.Kind, ch touch.Channel) string {
	switch {
	case kind == touch.Chatbot || ch == touch.Chat:
		return "chat"
	case kind == touch.VoiceAgent || ch == touch.Voice:
		return "voice"
	case kind == touch.ImageGen:
		return "image"
	case kind == touch.Pricing:
		return "price"
	case kind == touch.CopyGen:
		return "generated"
	case ch == touch.Email:
		return "email"
	case ch == touch.Call:
		return "call"
	}
	return "score"
}

// Links are the addresses a person can follow from an answer.
type Links struct {
	Why   string
	Human string
	Stop  string // for e-mail: one click ends marketing (RFC 8058); "" for none
}

// Render makes the disclosure of an answer. It refuses a zero Duty, and a
// person without a way to a human.
func (d Duty) Render(model string, l Links) (touch.Disclosure, error) {
	if d.text == nil {
		return touch.Disclosure{}, touch.Errorf(touch.Internal, "a disclosure was rendered before its duty was resolved")
	}
	if l.Human == "" {
		return touch.Disclosure{}, &touch.Error{Code: touch.Missing, Message: "there is no way to a human; set public_url", Missing: []string{"company.public_url"}}
	}
	out := touch.Disclosure{
		Mode: d.Mode, Label: touch.Label{Text: d.text.Label[d.Slot], Locale: d.Locale},
		Human: touch.HumanOption{URL: l.Human}, Why: l.Why, Headers: withStop(headers(d.Mode, model), l.Stop), Duty: d.Asks,
	}
	if d.Asks != nil && len(d.Asks.Statutory) > 0 {
		out.Label.Text = strings.Join(append(slices.Clone(d.Asks.Statutory), out.Label.Text), " ")
	}
	return out, nil
}

// Refused is the disclosure of a refusal: no AI was used, and the human stays.
func (ts *Texts) Refused(locale, fallback string, l Links) touch.Disclosure {
	t, ok := ts.In(locale)
	if !ok {
		t, ok = ts.In(fallback)
	}
	if !ok {
		t = ts.byLocale["en"]
	}
	return touch.Disclosure{
		Mode: ModeNone, Label: touch.Label{Text: t.Refusal, Locale: t.Locale},
		Human: touch.HumanOption{URL: l.Human}, Why: l.Why, Headers: headers(ModeNone, ""),
	}
}

// headers are machine marks for whoever forwards the content: the HTTP header and
// the HTML meta value. RFC 9651 parameters belong to the item "mode".
func headers(mode, model string) map[string]string {
	h := "mode=" + mode
	if model != "" {
		h += fmt.Sprintf(";model=%q", strings.Map(printable, model))
	}
	return map[string]string{"AI-Disclosure": h, "html-meta:ai-disclosure": metaWord[mode]}
}

// withStop adds the headers with which a mail program offers to unsubscribe by
// one click (RFC 2369, RFC 8058). Whoever sends the mail must sign both (DKIM).
func withStop(h map[string]string, stop string) map[string]string {
	if stop != "" {
		h["List-Unsubscribe"], h["List-Unsubscribe-Post"] = "<"+stop+">", "List-Unsubscribe=One-Click"
	}
	return h
}

// metaWord maps header modes to the words of the W3C community group's
// ai-disclosure attribute.
var metaWord = map[string]string{
	ModeNone: "none", ModeModified: "ai-assisted", ModeOriginated: "ai-generated", ModeMachine: "autonomous",
}

func printable(r rune) rune {
	if r < 0x20 || r > 0x7e || r == '"' || r == '\\' {
		return -1
	}
	return r
}
