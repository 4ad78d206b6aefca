package pii

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// ErrNonce means that a session's secret is shorter than 16 bytes. Pass fresh
// random bytes for each request.
var ErrNonce = errors.New("pii: a session needs at least 16 random bytes")

// ErrToken means that a text holds, spelled out, an alias that this session
// minted. Refuse the request: somebody guessed or replayed it.
var ErrToken = errors.New("pii: the text already holds a token of this request")

// Replacement is one value that a session replaced, in the new text.
type Replacement struct {
	Type       Type
	Start, End int // bytes of the alias in the new text
	Alias      string
}

// Session mints aliases for one request and restores them. An alias such as
// <EMAIL_K7Q2XM> has at most MaxAlias bytes, stands for one spelling of one
// value, and means nothing outside its session. It is safe for concurrent use.
type Session struct {
	key []byte

	mu     sync.Mutex
	taken  map[string]bool   // looks like a token in the request's own text
	alias  map[string]string // type NUL value -> alias
	values map[string]minted // alias -> value
	roots  map[string]bool   // addresses of the request up to an alias

	inherited map[string]bool // aliases of values that this request doesn't hold
}

type minted struct {
	typ   Type
	value string
}

// NewSession makes a session whose aliases nobody can guess without the nonce.
func NewSession(nonce []byte) (*Session, error) {
	if len(nonce) < 16 {
		return nil, ErrNonce
	}
	return &Session{key: slices.Clone(nonce), taken: map[string]bool{}, alias: map[string]string{}, values: map[string]minted{}, roots: map[string]bool{}, inherited: map[string]bool{}}, nil
}

// Reserve keeps every token-like piece of a text from being minted. Call it
// with all texts of a request before the first Protect; Protect does it for its
// own text. It fails with ErrToken if a minted alias already stands there.
func (s *Session) Reserve(texts ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reserve(texts...)
}

func (s *Session) reserve(texts ...string) error {
	for _, t := range texts {
		for _, tok := range tokensIn(t, MaxAlias) {
			if _, ok := s.values[tok]; ok {
				return ErrToken
			}
			s.taken[tok] = true
		}
	}
	return nil
}

// Protect replaces the findings of text by aliases. The findings must not
// overlap (Resolve sees to it) and must be of this very text. Restoring the
// result gives text again, byte for byte.
func (s *Session) Protect(text string, fs []Finding) (string, []Replacement, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.reserve(text); err != nil {
		return "", nil, err
	}
	var b strings.Builder
	var reps []Replacement
	at := 0
	w := addressWatch{}
	for _, f := range fs {
		if f.Start < at || f.End > len(text) || f.Start >= f.End {
			return "", nil, errOverlap
		}
		a, err := s.mint(f.Type, text[f.Start:f.End])
		if err != nil {
			return "", nil, err
		}
		w.feed(text[at:f.Start])
		b.WriteString(text[at:f.Start])
		if w.inside {
			s.roots[w.root()] = true
		}
		reps = append(reps, Replacement{f.Type, b.Len(), b.Len() + len(a), a})
		b.WriteString(a)
		w.feed(text[f.Start:f.End])
		at = f.End
	}
	b.WriteString(text[at:])
	return b.String(), reps, nil
}

var errOverlap = errors.New("pii: the findings overlap or lie outside the text; scan this text and resolve them first")

// Alias returns the alias of one value, minting it if need be.
func (s *Session) Alias(t Type, value string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mint(t, value)
}

func (s *Session) mint(t Type, value string) (string, error) {
	key := string(t) + "\x00" + value
	if a, ok := s.alias[key]; ok {
		delete(s.inherited, a) // it is in this request, too
		return a, nil
	}
	for n := 0; n < 1000; n++ {
		sum := base32Text.EncodeToString(mac32(s.key, "alias", string(t), value, strconv.Itoa(n)))
		a := "<" + Label(t) + "_" + sum[:6] + ">"
		if _, used := s.values[a]; !used && !s.taken[a] {
			s.alias[key], s.values[a] = a, minted{t, value}
			return a, nil
		}
	}
	return "", errors.New("pii: no free token is left in this request; send less at once")
}

// Restore puts the values back wherever an alias of this session stands, but
// for addresses that the request did not hold (see Restorer).
func (s *Session) Restore(text string) string {
	r := s.Restorer()
	return r.Write(text) + r.Flush()
}

// Types counts the values of this request that were replaced, by type. It never
// holds values.
func (s *Session) Types() map[Type]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[Type]int{}
	for a, v := range s.values {
		if !s.inherited[a] {
			out[v.typ]++
		}
	}
	return out
}

// Held reports whether the session minted alias a, and of which type it is.
func (s *Session) Held(a string) (Type, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.values[a]
	return v.typ, ok
}

// Has reports whether a value of the request equals v in some spelling: what
// an answer says of it came from the prompt.
func (s *Session) Has(t Type, v string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := Canonical(t, v)
	for _, m := range s.values {
		if m.typ == t && Canonical(t, m.value) == c {
			return true
		}
	}
	return false
}
