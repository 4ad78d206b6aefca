package onnx

import (
	"encoding/json"
	"fmt"
)

// piece is one token of a text: its id, its bytes, and which word it belongs to.
type piece struct {
	id, start, end int
	word           int
}

// tokenizer is a tokenizer.json, read.
type tokenizer struct {
	normal []normaliser
	split  []splitter
	model  encoder
	before []int // ids of the special tokens that stand before a text
	after  []int // and after it
	pad    int
	size   int // one more than the largest id
}

// encoder cuts a word into pieces; at names the word's number.
type encoder interface {
	encode(word []char, out []piece, at int) []piece
	// forget takes a special token out of what a text can hold.
	forget(token string)
	size() int // one more than the largest id
}

// doc is one object of a tokenizer.json; every kind has some of the fields.
type doc struct {
	Type           string          `json:"type"`
	Lowercase      *bool           `json:"lowercase"`
	CleanText      *bool           `json:"clean_text"`
	Chinese        *bool           `json:"handle_chinese_chars"`
	StripAccents   *bool           `json:"strip_accents"`
	Normalizers    []doc           `json:"normalizers"`
	Pretokenizers  []doc           `json:"pretokenizers"`
	Charsmap       string          `json:"precompiled_charsmap"`
	Replacement    string          `json:"replacement"`
	PrependScheme  string          `json:"prepend_scheme"`
	AddPrefixSpace *bool           `json:"add_prefix_space"`
	Split          *bool           `json:"split"`
	UseRegex       *bool           `json:"use_regex"`
	Pattern        json.RawMessage `json:"pattern"`
	Content        string          `json:"content"`
	Prepend        string          `json:"prepend"`
	Left           *bool           `json:"strip_left"`
	Right          *bool           `json:"strip_right"`

	Single  []templatePart            `json:"single"` // of a TemplateProcessing
	Special map[string]templateTokens `json:"special_tokens"`
	CLS     []any                     `json:"cls"` // of Bert- and RobertaProcessing: [token, id]
	SEP     []any                     `json:"sep"`
}

type templatePart struct {
	Special *struct {
		ID string `json:"id"`
	} `json:"SpecialToken"`
	Sequence *struct{} `json:"Sequence"`
}

type templateTokens struct {
	IDs []int `json:"ids"`
}

// yes is a setting's value, or what holds without it.
func yes(b *bool, without bool) bool {
	if b == nil {
		return without
	}
	return *b
}

// readTokenizer reads a tokenizer.json. It fails on every part that it can't do
// exactly: a network that reads other pieces than it learnt with finds nothing.
func readTokenizer(b []byte) (*tokenizer, error) {
	var in struct {
		Normalizer    *doc            `json:"normalizer"`
		PreTokenizer  *doc            `json:"pre_tokenizer"`
		PostProcessor *doc            `json:"post_processor"`
		Model         json.RawMessage `json:"model"`
		Added         []struct {
			ID      int    `json:"id"`
			Content string `json:"content"`
			Special bool   `json:"special"`
		} `json:"added_tokens"`
		Padding *struct {
			ID int `json:"pad_id"`
		} `json:"padding"`
	}
	if err := json.Unmarshal(b, &in); err != nil {
		return nil, fmt.Errorf("is no JSON of a tokenizer: %w", err)
	}
	t := &tokenizer{}
	var err error
	if t.normal, err = normalisers(in.Normalizer); err != nil {
		return nil, err
	}
	if t.split, err = splitters(in.PreTokenizer); err != nil {
		return nil, err
	}
	if t.model, err = readModel(in.Model); err != nil {
		return nil, err
	}
	if err := t.frame(in.PostProcessor); err != nil {
		return nil, err
	}
	t.size = t.model.size() // before anything is forgotten
	for _, a := range in.Added {
		t.size = max(t.size, a.ID+1)
		if a.Special {
			t.model.forget(a.Content)
		}
		if a.Content == "[PAD]" || a.Content == "<pad>" {
			t.pad = a.ID
		}
	}
	if in.Padding != nil {
		t.pad = in.Padding.ID
	}
	for _, id := range append(append([]int{t.pad}, t.before...), t.after...) {
		if id < 0 || id >= t.size {
			return nil, fmt.Errorf("names a special token %d of %d", id, t.size)
		}
	}
	return t, nil
}

// frame reads which tokens stand around a text.
func (t *tokenizer) frame(d *doc) error {
	if d == nil {
		return nil
	}
	switch d.Type {
	case "ByteLevel":
	case "BertProcessing", "RobertaProcessing":
		for i, pair := range [][]any{d.CLS, d.SEP} {
			if len(pair) != 2 {
				return fmt.Errorf("has a %s without cls and sep", d.Type)
			}
			id, ok := pair[1].(float64)
			if !ok {
				return fmt.Errorf("has a %s without cls and sep", d.Type)
			}
			if i == 0 {
				t.before = []int{int(id)}
			} else {
				t.after = []int{int(id)}
			}
		}
	case "TemplateProcessing":
		seen := false
		for _, p := range d.Single {
			switch {
			case p.Sequence != nil:
				seen = true
			case p.Special != nil:
				ids := d.Special[p.Special.ID].IDs
				if seen {
					t.after = append(t.after, ids...)
				} else {
					t.before = append(t.before, ids...)
				}
			}
		}
	default:
		return fmt.Errorf("has the post-processor %q, which isn't known here", d.Type)
	}
	return nil
}

// encode cuts a text into pieces, without the special tokens around it. What
// looks like a special token in the text is text.
func (t *tokenizer) encode(text string) []piece {
	cs := chars(text)
	for _, f := range t.normal {
		cs = f(cs)
	}
	words := [][]char{cs}
	for _, f := range t.split {
		var next [][]char
		for _, w := range words {
			next = f(next, w)
		}
		words = next
	}
	var out []piece
	for i, w := range words {
		if len(w) > 0 {
			out = t.model.encode(w, out, i)
		}
	}
	return out
}
