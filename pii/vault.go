package pii

import (
	"context"
	"errors"
	"strings"
)

// Scope says within what a value always has the same token. Tokens of two
// scopes can't be linked. Subject is whose key seals the value; it is not part
// of the token.
type Scope struct {
	Tenant  string
	Purpose string
	Subject string
}

// Entry is a token with the value that it stands for.
type Entry struct {
	Token string
	Type  Type
	Value string
}

// Vault keeps what tokens stand for. An implementation seals each value under
// its subject's key with tenant, purpose, type and token as associated data, so
// that destroying the key makes the tokens unreadable; it deletes the rows then,
// too, since a surviving deterministic token is still a pseudonym.
type Vault interface {
	// Put keeps the entries, durably before it returns. Putting the same entry
	// again is no error. Tokens that hold another value already are returned and
	// left as they are.
	Put(ctx context.Context, s Scope, es []Entry) (taken []string, err error)
	// Get returns the values of those tokens that it has in this tenant and
	// purpose; others are left out, without an error.
	Get(ctx context.Context, s Scope, tokens []string) (map[string]string, error)
}

// ErrKey means that a tokeniser's key is shorter than 32 bytes.
var ErrKey = errors.New("pii: the token key needs at least 32 bytes")

// Tokeniser replaces values by vault tokens: <EMAIL_ and 20 base32 characters.
// It is safe for concurrent use if its vault is.
type Tokeniser struct {
	key   []byte
	vault Vault
}

// NewTokeniser makes a tokeniser. The key is secret and stays the same as long
// as tokens shall.
func NewTokeniser(key []byte, v Vault) (*Tokeniser, error) {
	if len(key) < 32 {
		return nil, ErrKey
	}
	return &Tokeniser{append([]byte{}, key...), v}, nil
}

// token computes a value's token: 95 bits that all spellings share within the
// scope, and one character for the spelling. n moves on where that is taken.
func (k *Tokeniser) token(s Scope, t Type, value string, n int) string {
	canon := Canonical(t, value)
	link := base32Text.EncodeToString(mac32(k.key, "link", s.Tenant, s.Purpose, string(t), canon))
	variant := 0
	if value != canon || n > 0 {
		variant = (int(mac32(k.key, "spelling", value)[0]) + n) % 32
	}
	const chars = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	return "<" + Label(t) + "_" + link[:tokenChars-1] + chars[variant:variant+1] + ">"
}

// Protect replaces the findings of text by tokens and puts the values into the
// vault first. A token that the text spells out already is never used.
func (k *Tokeniser) Protect(ctx context.Context, s Scope, text string, fs []Finding) (string, error) {
	forbidden := map[string]bool{}
	for _, t := range tokensIn(text, 64) {
		forbidden[t] = true
	}
	tokens := make([]string, len(fs))
	chosen := map[string]string{} // token -> value, within this text
	tries := make([]int, len(fs))
	for round := 0; round < 33; round++ {
		var es []Entry
		for i, f := range fs {
			if f.Start < 0 || f.End > len(text) || f.Start >= f.End || i > 0 && f.Start < fs[i-1].End {
				return "", errOverlap
			}
			if tokens[i] != "" {
				continue
			}
			v := text[f.Start:f.End]
			tok := k.token(s, f.Type, v, tries[i])
			for other, used := chosen[tok]; (used && other != v || forbidden[tok]) && tries[i] < 32; other, used = chosen[tok] {
				tries[i]++
				tok = k.token(s, f.Type, v, tries[i])
			}
			chosen[tok], tokens[i] = v, tok
			es = append(es, Entry{tok, f.Type, v})
		}
		if len(es) == 0 {
			return replaceAll(text, fs, tokens), nil
		}
		taken, err := k.vault.Put(ctx, s, es)
		if err != nil {
			return "", err
		}
		again(taken, tokens, tries, forbidden)
	}
	return "", errors.New("pii: one value has more spellings than tokens can tell apart (31)")
}

// again makes the values whose token was taken be tried anew.
func again(taken, tokens []string, tries []int, forbidden map[string]bool) {
	for _, t := range taken {
		forbidden[t] = true
		for i := range tokens {
			if tokens[i] == t {
				tokens[i] = ""
				tries[i]++
			}
		}
	}
}

func replaceAll(text string, fs []Finding, by []string) string {
	var b strings.Builder
	at := 0
	for i, f := range fs {
		b.WriteString(text[at:f.Start])
		b.WriteString(by[i])
		at = f.End
	}
	b.WriteString(text[at:])
	return b.String()
}

// Restore puts back what the vault knows of the tokens in text. Tokens of other
// scopes, of erased subjects or of nobody stay as they are; n counts what was
// restored.
func (k *Tokeniser) Restore(ctx context.Context, s Scope, text string) (out string, n int, err error) {
	toks := tokensIn(text, 64)
	if len(toks) == 0 {
		return text, 0, nil
	}
	values, err := k.vault.Get(ctx, s, toks)
	if err != nil {
		return "", 0, err
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		if text[i] == '<' {
			if end, whole, _ := tokenAt(text, i, 64); whole {
				if v, ok := values[text[i:end]]; ok {
					b.WriteString(v)
					n++
					i = end
					continue
				}
			}
		}
		b.WriteByte(text[i])
		i++
	}
	return b.String(), n, nil
}
