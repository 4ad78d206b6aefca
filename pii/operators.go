package pii

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Operator says what becomes of a value. Its parameters are Presidio's.
type Operator struct {
	Kind        string // replace, redact, mask, hash, keep, encrypt, decrypt, surrogate
	NewValue    string // replace; "" means <TYPE>
	MaskingChar string // mask: one character
	CharsToMask int    // mask: how many
	FromEnd     bool   // mask: from the end
	HashType    string // hash: sha256 (default) or sha512
	Salt        []byte // hash: at least 16 bytes; absent, random for each value
	Key         []byte // encrypt, decrypt: 16, 24 or 32 bytes; surrogate: at least 16
}

// ErrOperator marks an operator with a parameter that is missing or out of
// range; the message says which.
var ErrOperator = errors.New("pii: the operator can't be used")

// Operators lists the kinds that Anonymise takes.
func Operators() []string {
	return []string{"encrypt", "hash", "keep", "mask", "redact", "replace", "surrogate"}
}

func badOperator(format string, a ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrOperator}, a...)...)
}

// Check reports whether the parameters are complete and in range.
func (o Operator) Check() error {
	switch o.Kind {
	case "replace", "redact", "keep":
		return nil
	case "mask":
		if utf8.RuneCountInString(o.MaskingChar) != 1 {
			return badOperator("masking_char must be a character")
		}
		if o.CharsToMask < 0 {
			return badOperator("chars_to_mask must not be negative")
		}
		return nil
	case "hash":
		if o.HashType != "" && o.HashType != "sha256" && o.HashType != "sha512" {
			return badOperator("hash_type must be sha256 or sha512")
		}
		if len(o.Salt) > 0 && len(o.Salt) < 16 {
			return badOperator("salt must have at least 16 bytes")
		}
		return nil
	case "encrypt", "decrypt":
		if n := len(o.Key); n != 16 && n != 24 && n != 32 {
			return badOperator("key must be of length 128, 192 or 256 bits")
		}
		return nil
	case "surrogate":
		if len(o.Key) < 16 {
			return badOperator("surrogate needs a key of at least 16 bytes")
		}
		return nil
	}
	return badOperator("there is no operator of that name; there are %s", strings.Join(Operators(), ", "))
}

// Item is what an operator made of one value, with its place in the new text in
// bytes and code points.
type Item struct {
	Operator         string
	Type             Type
	Start, End       int
	RuneFrom, RuneTo int
	Text             string
}

// Anonymise applies operators, by type name or "DEFAULT" (replace by <TYPE>
// unless given). Findings may overlap: they are merged as Presidio merges them.
// rnd is secret randomness for salts and initialisation vectors.
func Anonymise(text string, fs []Finding, ops map[string]Operator, rnd io.Reader) (string, []Item, error) {
	for _, o := range ops {
		if err := o.Check(); err != nil {
			return "", nil, err
		}
	}
	fs = Merge(text, fs)
	var b strings.Builder
	items := make([]Item, 0, len(fs))
	at, runes := 0, 0
	for _, f := range fs {
		if f.Start < at || f.End > len(text) {
			return "", nil, errOverlap
		}
		o, ok := ops[string(f.Type)]
		if !ok {
			if o, ok = ops["DEFAULT"]; !ok {
				o = Operator{Kind: "replace"}
			}
		}
		v, err := o.apply(f.Type, text[f.Start:f.End], rnd)
		if err != nil {
			return "", nil, err
		}
		b.WriteString(text[at:f.Start])
		runes += utf8.RuneCountInString(text[at:f.Start])
		n := utf8.RuneCountInString(v)
		items = append(items, Item{o.Kind, f.Type, b.Len(), b.Len() + len(v), runes, runes + n, v})
		b.WriteString(v)
		runes += n
		at = f.End
	}
	b.WriteString(text[at:])
	return b.String(), items, nil
}

func (o Operator) apply(t Type, v string, rnd io.Reader) (string, error) {
	switch o.Kind {
	case "replace":
		if o.NewValue == "" {
			return "<" + string(t) + ">", nil
		}
		return o.NewValue, nil
	case "redact":
		return "", nil
	case "keep":
		return v, nil
	case "mask":
		return o.mask(v), nil
	case "hash":
		return o.hash(v, rnd)
	case "encrypt":
		return encrypt(o.Key, v, rnd)
	case "decrypt":
		return decrypt(o.Key, v)
	case "surrogate":
		return Surrogate(o.Key, t, v), nil
	}
	return "", o.Check()
}

func (o Operator) mask(v string) string {
	r := []rune(v)
	n := min(o.CharsToMask, len(r))
	cover := strings.Repeat(o.MaskingChar, n)
	if o.FromEnd {
		return string(r[:len(r)-n]) + cover
	}
	return cover + string(r[n:])
}

func (o Operator) hash(v string, rnd io.Reader) (string, error) {
	salt := o.Salt
	if len(salt) == 0 {
		salt = make([]byte, 16)
		if _, err := io.ReadFull(rnd, salt); err != nil {
			return "", err
		}
	}
	in := append([]byte(v), salt...)
	if o.HashType == "sha512" {
		s := sha512.Sum512(in)
		return hex.EncodeToString(s[:]), nil
	}
	s := sha256.Sum256(in)
	return hex.EncodeToString(s[:]), nil
}

// encrypt is AES-CBC with PKCS #7 padding, url-safe base64 of IV and
// ciphertext: what Presidio writes. It has no integrity; a vault has.
func encrypt(key []byte, v string, rnd io.Reader) (string, error) {
	c, err := aes.NewCipher(key)
	if err != nil {
		return "", badOperator("the key can't be used")
	}
	pad := aes.BlockSize - len(v)%aes.BlockSize
	in := append([]byte(v), []byte(strings.Repeat(string(rune(pad)), pad))...)
	out := make([]byte, aes.BlockSize+len(in))
	if _, err := io.ReadFull(rnd, out[:aes.BlockSize]); err != nil {
		return "", err
	}
	cipher.NewCBCEncrypter(c, out[:aes.BlockSize]).CryptBlocks(out[aes.BlockSize:], in)
	return base64.URLEncoding.EncodeToString(out), nil
}

func decrypt(key []byte, v string) (string, error) {
	bad := badOperator("the text is not what this key encrypted")
	c, err := aes.NewCipher(key)
	if err != nil {
		return "", badOperator("the key can't be used")
	}
	in, err := base64.URLEncoding.DecodeString(v)
	if err != nil || len(in) < 2*aes.BlockSize || len(in)%aes.BlockSize != 0 {
		return "", bad
	}
	out := make([]byte, len(in)-aes.BlockSize)
	cipher.NewCBCDecrypter(c, in[:aes.BlockSize]).CryptBlocks(out, in[aes.BlockSize:])
	n := int(out[len(out)-1])
	if n < 1 || n > aes.BlockSize {
		return "", bad
	}
	for _, b := range out[len(out)-n:] {
		if int(b) != n {
			return "", bad
		}
	}
	if out = out[:len(out)-n]; !utf8.Valid(out) {
		return "", bad
	}
	return string(out), nil
}
