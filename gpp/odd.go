package gpp

import "strings"

// Code names what was odd about a string. The codes are stable.
type Code string

// What can be odd. Only OddTruncated and OddUndecodable mean that something is
// missing; whoever gates on a section asks [Section.Complete].
const (
	OddTruncated   Code = "truncated"         // fields are missing: they are unknown, not "not applicable"
	OddUndecodable Code = "undecodable"       // a segment or section can't be read; its bytes are kept
	OddCharacter   Code = "character"         // a character outside base64url
	OddTail        Code = "tail"              // bits other than zero after the last field
	OddPadding     Code = "padding"           // more characters than any encoder pads with
	OddSegment     Code = "segment"           // an unknown, repeated or unexpected segment
	OddMissing     Code = "missing-segment"   // a segment that the policy version makes mandatory
	OddValue       Code = "value"             // a value that the specification doesn't allow
	OddRange       Code = "range"             // a range list that isn't ascending, or that names impossible ids
	OddLegacy      Code = "legacy"            // an older layout, read as such
	OddHeader      Code = "header"            // the header doesn't fit the sections
	OddSection     Code = "unknown-section"   // a section id without a published layout; its bytes are kept
	OddWhitespace  Code = "surrounding-space" // white space around the string
	OddLetterCase  Code = "letter-case"       // a US privacy string in lower case
)

// Oddity is one odd thing. It never repeats the string or a part of it.
type Oddity struct {
	Section string `json:"section,omitempty"`
	Field   string `json:"field,omitempty"`
	Code    Code   `json:"code"`
	Detail  string `json:"detail,omitempty"`
}

func (o Oddity) String() string {
	where := strings.Trim(o.Section+"."+o.Field, ".")
	return strings.Trim(where+": "+string(o.Code)+": "+o.Detail, ": ")
}

// notes collects oddities of one field; it caps them, for a hostile range list
// could make thousands.
type notes struct {
	section, field string
	list           []Oddity
}

const maxNotes = 64

func (n *notes) add(code Code, detail string) {
	o := Oddity{n.section, n.field, code, detail}
	if len(n.list) > 0 && n.list[len(n.list)-1] == o || len(n.list) >= maxNotes {
		return
	}
	n.list = append(n.list, o)
}
