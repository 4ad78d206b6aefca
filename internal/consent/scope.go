package consent

import "fairtouch/touch"

// Any in a scope of a no covers everything. A yes is never that wide.
const Any = "*"

// AnyAI as the system of a no covers every AI system, and not messages as such.
const AnyAI = "*ai"

// Scope is what a permission is about: purpose, AI system, channel.
//
//   - {offers, lead-scorer, *}: personal offers by this AI system, any channel
//   - {offers, "", email}: messages by e-mail; says nothing of AI
//   - {*, *, *} in a no: stop everything
//   - {*, *ai, *} in a no: stop every AI, keep the rest
type Scope struct {
	Purpose string         `json:"p"`
	System  touch.SystemID `json:"s"`
	Channel touch.Channel  `json:"c"`
}

// refuses reports whether a no on s stands against the question q. A no to the
// channel alone (System "") stands against every system on that channel.
func (s Scope) refuses(q Scope) bool {
	if s.Purpose != Any && s.Purpose != q.Purpose {
		return false
	}
	if s.System == AnyAI {
		return q.System != "" && (s.Channel == Any || s.Channel == q.Channel)
	}
	if s.System != Any && s.System != "" && s.System != q.System {
		return false
	}
	if s.System == "" && q.System != "" && s.Channel != q.Channel && s.Channel != Any {
		return false
	}
	return s.Channel == Any || s.Channel == q.Channel
}

// covers reports whether a yes on s covers q: same purpose, same system, and
// this channel or any.
func (s Scope) covers(q Scope) bool {
	return s.Purpose == q.Purpose && s.System == q.System &&
		(s.Channel == q.Channel || s.Channel == Any)
}

// validFor says whether the scope may carry the state; a yes names its purpose.
func (s Scope) validFor(st State) error {
	if s.Purpose == "" {
		return touch.Fielderr("scope.purpose", "a permission names its purpose")
	}
	if s.Channel == "" {
		return touch.Fielderr("scope.channel", `a permission names its channel, or "*" for any`)
	}
	if !st.Positive() {
		return nil
	}
	if s.Purpose == Any || s.System == Any || s.System == AnyAI {
		return touch.Fielderr("scope", "a permission covers one purpose and one system by name; only a refusal may cover all")
	}
	if s.System == "" && s.Channel == Any {
		return touch.Fielderr("scope.channel", "a permission for messages names its channel")
	}
	return nil
}
