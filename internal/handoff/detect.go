package handoff

import (
	"slices"
	"strings"
)

// Intent is what a customer's message asks of whoever runs the conversation.
// Human and Identity are two wishes: a message may hold both, one never counts
// as the other.
type Intent struct {
	Human    bool // wants a person: the hand-over starts in the same turn
	Identity bool // asks whether this is a machine: gets Answer, never a model's words

	Complaint bool // says that something is wrong and somebody must answer for it
	Legal     bool // names a lawyer, a court or an authority
	Distress  bool // may be in danger or despair
	OptOut    bool // wants no more messages
	Erase     bool // wants their data erased

	Language string // in which it was heard; "" for nothing heard
}

// Escalates reports whether a person has to take over.
func (i Intent) Escalates() bool {
	return i.Human || i.Complaint || i.Legal || i.Distress || i.OptOut || i.Erase
}

// Reason is why a person takes a conversation over.
type Reason string

// The reasons.
const (
	ReasonAsked     Reason = "asked"
	ReasonComplaint Reason = "complaint"
	ReasonLegal     Reason = "legal"
	ReasonDistress  Reason = "distress"
	ReasonOptOut    Reason = "opt_out"
	ReasonErase     Reason = "erase"
	ReasonStuck     Reason = "stuck"   // the bot failed twice
	ReasonRefused   Reason = "refused" // AI must not be used for this person here; a person is the declared alternative
)

// Reason names why a person takes over, the gravest first; "" for no reason.
func (i Intent) Reason() Reason {
	switch {
	case i.Distress:
		return ReasonDistress
	case i.Legal:
		return ReasonLegal
	case i.Erase:
		return ReasonErase
	case i.OptOut:
		return ReasonOptOut
	case i.Complaint:
		return ReasonComplaint
	case i.Human:
		return ReasonAsked
	}
	return ""
}

// Detect hears what a message asks. locale is a BCP 47 tag of the conversation,
// or "". The message is compared, typos included, with the words of that
// language and of English; with those of all others exactly, because people
// write in whatever language they like. It is pure and needs well under 5 ms;
// of a long message the first 1,000 letters count.
func Detect(text, locale string) Intent {
	ls, err := lexicon()
	if err != nil {
		return Intent{Human: true} // who can't be heard gets a person
	}
	tag, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(locale, "_", "-")), "-")
	if tag == "nb" || tag == "nn" {
		tag = "no"
	}
	said := newUtterance(text)
	var out Intent
	first := make([]string, 0, 2)
	for _, name := range []string{tag, "en"} {
		if l := ls.by[name]; l != nil && !slices.Contains(first, name) {
			first = append(first, name)
			out.add(l.hear(said, true))
		}
	}
	if out.Language != "" {
		return out
	}
	for _, name := range ls.names {
		if !slices.Contains(first, name) {
			out.add(ls.by[name].hear(said, ls.by[tag] == nil))
		}
	}
	return out
}

func (i *Intent) add(o Intent) {
	if i.Language == "" {
		i.Language = o.Language
	}
	i.Human, i.Identity = i.Human || o.Human, i.Identity || o.Identity
	i.Complaint, i.Legal, i.Distress = i.Complaint || o.Complaint, i.Legal || o.Legal, i.Distress || o.Distress
	i.OptOut, i.Erase = i.OptOut || o.OptOut, i.Erase || o.Erase
}

// hear compares one message with one language.
func (l *language) hear(u *utterance, typos bool) (out Intent) {
	for i := range u.sentences {
		m := l.match(&u.sentences[i], typos)
		if m == nil {
			continue
		}
		out.Identity = out.Identity || m.identity()
		out.Human = out.Human || m.human(typos)
		out.Complaint = out.Complaint || m.has(complaint)
		out.Legal = out.Legal || m.has(legal)
		out.Distress = out.Distress || m.has(distress)
		out.OptOut = out.OptOut || m.has(optout)
		out.Erase = out.Erase || m.has(erase)
	}
	if out != (Intent{}) {
		out.Language = l.Language
	}
	return out
}

// Answer is the truthful answer to "are you a bot?" in the locale's language,
// English where it has none. reviewed says whether a native speaker has
// reviewed the words. No model takes part, so that no prompt can change it.
func Answer(locale, company string) (text, lang string, reviewed bool) {
	ls, err := lexicon()
	if err != nil {
		return "I am a computer program (AI), not a person.", "en", false
	}
	tag, _, _ := strings.Cut(strings.ToLower(locale), "-")
	if tag == "nb" || tag == "nn" {
		tag = "no"
	}
	l := ls.by[tag]
	if l == nil {
		l = ls.by["en"]
	}
	return strings.ReplaceAll(l.Answer, "{company}", company), l.Language, l.Reviewed
}
