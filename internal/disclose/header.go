package disclose

import (
	"strings"

	"fairtouch/touch"
)

// Header is what an AI-Disclosure header says (draft-abaris-aicdh-01, expired
// and advisory).
type Header struct {
	Mode       string `json:"mode"` // none, ai-modified, ai-originated, machine-generated
	Model      string `json:"model,omitzero"`
	Provider   string `json:"provider,omitzero"`
	ReviewedBy string `json:"reviewed_by,omitzero"`
	Date       string `json:"date,omitzero"`
}

// ParseHeader reads both forms that are in use: parameters of the mode after ";",
// which the draft's example shows and we send, and members of a dictionary after
// "," (RFC 9651). Names that aren't known are passed over; a header without a
// known mode is Invalid.
func ParseHeader(s string) (Header, error) {
	var h Header
	for _, item := range splitQuoted(s) {
		name, value, _ := strings.Cut(item, "=")
		value = strings.TrimSpace(value)
		if len(value) >= 2 && value[0] == '"' && value[len(value)-1] == '"' {
			value = strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(value[1 : len(value)-1])
		}
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "mode":
			h.Mode = value
		case "model":
			h.Model = value
		case "provider":
			h.Provider = value
		case "reviewed-by":
			h.ReviewedBy = value
		case "date":
			h.Date = value
		}
	}
	switch h.Mode {
	case ModeNone, ModeModified, ModeOriginated, ModeMachine:
		return h, nil
	}
	return Header{}, touch.Errorf(touch.Invalid, "the AI-Disclosure header names no mode that is known: none, ai-modified, ai-originated, machine-generated")
}

// splitQuoted splits at ";" and "," outside quotation marks.
func splitQuoted(s string) []string {
	var out []string
	from, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ';' || c == ','):
			out, from = append(out, s[from:i]), i+1
		}
	}
	return append(out, s[from:])
}
