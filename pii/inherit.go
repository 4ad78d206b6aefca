package pii

// Minted is an alias and what it stands for. It is a secret, as the value is.
type Minted struct {
	Alias string `json:"alias"`
	Type  Type   `json:"type"`
	Value string `json:"value"`
}

// Inherit lets the session restore an alias that an earlier session of the same
// secret minted, in a conversation whose earlier turns lie with the provider. Call
// it after Reserve and before Protect. It reports false, and changes nothing, for
// what is no alias and for one that stands in a text of this request: somebody
// pasted it. Addresses of earlier requests are not inherited.
func (s *Session) Inherit(m Minted) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if toks := tokensIn(m.Alias, MaxAlias); len(toks) != 1 || toks[0] != m.Alias || s.taken[m.Alias] {
		return false
	}
	if _, used := s.values[m.Alias]; used {
		return false
	}
	s.values[m.Alias] = minted{m.Type, m.Value}
	s.inherited[m.Alias] = true
	if key := string(m.Type) + "\x00" + m.Value; s.alias[key] == "" {
		s.alias[key] = m.Alias
	}
	return true
}

// Minted lists what the session can restore: its own and what it inherited. Keep
// it sealed.
func (s *Session) Minted() []Minted {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Minted, 0, len(s.values))
	for a, v := range s.values {
		out = append(out, Minted{a, v.typ, v.value})
	}
	return out
}

// Tokens lists everything in a text that looks like an alias, in its order.
func Tokens(text string) []string { return tokensIn(text, MaxAlias) }
