package consent

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"fairtouch/touch"
)

// Notice is the exact text that a person was shown, named by its content. A
// change of one letter is another notice.
type Notice struct {
	Hash      string           `json:"hash"`
	Key       string           `json:"key"` // the same over versions and locales: "ai-offers"
	Version   int              `json:"version"`
	Locale    string           `json:"locale"`
	Purpose   string           `json:"purpose"`
	System    touch.SystemID   `json:"system,omitzero"` // "" for messages without AI
	Also      []touch.SystemID `json:"also,omitzero"`   // further systems that the text covers
	Channel   touch.Channel    `json:"channel,omitzero"`
	Title     string           `json:"title"`
	Text      string           `json:"text"`
	Basis     Basis            `json:"basis"`
	Confirm   bool             `json:"confirm,omitzero"` // a yes counts once it was confirmed at the e-mail address (double opt-in)
	Sites     bool             `json:"sites,omitzero"`   // asked of browsers on web sites; not a row of anybody's preference centre
	Published time.Time        `json:"published,omitzero"`
	Reviewed  bool             `json:"reviewed"` // false: a translation that nobody has reviewed
}

// HashNotice is the content hash of a notice's locale, title and text: SHA-256
// over each, length-prefixed by a newline-free header, in hex.
func HashNotice(locale, title, text string) string {
	h := sha256.New()
	for _, s := range []string{"fairtouch/notice/v1", locale, title, text} {
		h.Write([]byte(hex.EncodeToString([]byte(s))))
		h.Write([]byte{'\n'})
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Validate fills in the hash and reports what is wrong with a notice.
func (n *Notice) Validate() error {
	switch {
	case strings.TrimSpace(n.Key) == "":
		return touch.Fielderr("key", "a notice has a key, such as ai-offers")
	case strings.TrimSpace(n.Purpose) == "" || n.Purpose == Any:
		return touch.Fielderr("purpose", "a notice names one purpose")
	case strings.TrimSpace(n.Text) == "" || strings.TrimSpace(n.Title) == "":
		return touch.Fielderr("text", "a notice has a title and the exact text that people see")
	case n.Locale == "":
		return touch.Fielderr("locale", "a notice has a language, such as en or de")
	}
	n.Hash = HashNotice(n.Locale, n.Title, n.Text)
	return nil
}

// Scopes are what a permission given on this notice covers: one scope a system.
func (n *Notice) Scopes() []Scope {
	out := []Scope{n.Scope()}
	for _, s := range n.Also {
		out = append(out, Scope{Purpose: n.Purpose, System: s, Channel: out[0].Channel})
	}
	return out
}

// Scope is the first of the scopes.
func (n *Notice) Scope() Scope {
	ch := n.Channel
	if ch == "" {
		ch = Any
	}
	return Scope{Purpose: n.Purpose, System: n.System, Channel: ch}
}
