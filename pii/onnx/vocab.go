package onnx

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

// readModel reads the model of a tokenizer.json.
func readModel(raw json.RawMessage) (encoder, error) {
	var kind struct {
		Type   string          `json:"type"`
		Prefix string          `json:"continuing_subword_prefix"`
		Merges json.RawMessage `json:"merges"`
	}
	if len(raw) == 0 || json.Unmarshal(raw, &kind) != nil {
		return nil, errors.New("has no model")
	}
	if kind.Type == "" && kind.Prefix != "" && kind.Merges == nil { // older files don't say
		kind.Type = "WordPiece"
	}
	switch kind.Type {
	case "WordPiece":
		return readWordPiece(raw)
	case "Unigram":
		return readUnigram(raw)
	case "BPE":
		return readBPE(raw)
	}
	return nil, fmt.Errorf("has the model %q; WordPiece, Unigram and BPE are known here", kind.Type)
}

// wordPiece takes the longest piece first (Wu et al. 2016, as in BERT).
type wordPiece struct {
	Vocab   map[string]int `json:"vocab"`
	Unk     string         `json:"unk_token"`
	Prefix  string         `json:"continuing_subword_prefix"`
	Longest int            `json:"max_input_chars_per_word"`
	unk     int
}

func readWordPiece(raw json.RawMessage) (encoder, error) {
	m := &wordPiece{Longest: 100, Prefix: "##", Unk: "[UNK]"}
	if err := json.Unmarshal(raw, m); err != nil {
		return nil, fmt.Errorf("has a WordPiece model that can't be read: %w", err)
	}
	var ok bool
	if m.unk, ok = m.Vocab[m.Unk]; !ok {
		return nil, fmt.Errorf("has no unknown token %q in its vocabulary", m.Unk)
	}
	return m, nil
}

func (m *wordPiece) forget(s string) { delete(m.Vocab, s) }
func (m *wordPiece) size() int       { return largest(m.Vocab) + 1 }

func largest(v map[string]int) int {
	top := -1
	for _, id := range v {
		top = max(top, id)
	}
	return top
}

func (m *wordPiece) encode(w []char, out []piece, at int) []piece {
	whole := piece{m.unk, w[0].start, w[len(w)-1].end, at}
	if len(w) > m.Longest {
		return append(out, whole)
	}
	n := len(out)
	for i := 0; i < len(w); {
		j, id, ok := len(w), 0, false
		for ; j > i; j-- {
			s := joined(w[i:j])
			if i > 0 {
				s = m.Prefix + s
			}
			if id, ok = m.Vocab[s]; ok {
				break
			}
		}
		if !ok {
			return append(out[:n], whole)
		}
		out = append(out, piece{id, w[i].start, w[j-1].end, at})
		i = j
	}
	return out
}

// unigram takes the likeliest row of pieces (Kudo 2018).
type unigram struct {
	ids     map[string]int
	scores  []float64
	unk     int
	unkCost float64
	longest int // characters of the longest piece
}

// unkPenalty is how much less likely than the rarest piece an unknown
// character is; SentencePiece's constant.
const unkPenalty = 10

func readUnigram(raw json.RawMessage) (encoder, error) {
	var in struct {
		Unk          *int     `json:"unk_id"`
		Vocab        [][2]any `json:"vocab"`
		ByteFallback bool     `json:"byte_fallback"`
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, fmt.Errorf("has a Unigram model that can't be read: %w", err)
	}
	if in.ByteFallback {
		return nil, errors.New("has a Unigram model with byte_fallback, which isn't known here")
	}
	if in.Unk == nil || *in.Unk < 0 || *in.Unk >= len(in.Vocab) {
		return nil, errors.New("has a Unigram model without an unknown token")
	}
	m := &unigram{ids: make(map[string]int, len(in.Vocab)), unk: *in.Unk, scores: make([]float64, len(in.Vocab))}
	least := math.Inf(1)
	for i, v := range in.Vocab {
		s, ok1 := v[0].(string)
		x, ok2 := v[1].(float64)
		if !ok1 || !ok2 {
			return nil, fmt.Errorf("has a Unigram model whose entry %d is no pair of text and score", i)
		}
		m.ids[s], m.scores[i] = i, x
		m.longest = max(m.longest, len([]rune(s)))
		least = min(least, x)
	}
	m.unkCost = least - unkPenalty
	return m, nil
}

func (m *unigram) forget(s string) { delete(m.ids, s) }
func (m *unigram) size() int       { return len(m.scores) }

func (m *unigram) encode(w []char, out []piece, at int) []piece {
	best := make([]float64, len(w)+1)
	from, ids := make([]int, len(w)+1), make([]int, len(w)+1)
	for j := 1; j <= len(w); j++ {
		best[j] = math.Inf(-1)
	}
	for i := range w {
		single := false
		for j := i + 1; j <= min(len(w), i+m.longest); j++ {
			id, ok := m.ids[joined(w[i:j])]
			if !ok {
				continue
			}
			single = single || j == i+1
			if x := best[i] + m.scores[id]; x > best[j] {
				best[j], from[j], ids[j] = x, i, id
			}
		}
		if x := best[i] + m.unkCost; !single && x > best[i+1] {
			best[i+1], from[i+1], ids[i+1] = x, i, m.unk
		}
	}
	n := len(out)
	for j := len(w); j > 0; j = from[j] {
		p := piece{ids[j], w[from[j]].start, w[j-1].end, at}
		if k := len(out); k > n && p.id == m.unk && out[k-1].id == m.unk { // neighbours that are unknown are one
			out[k-1].start = p.start
			continue
		}
		out = append(out, p)
	}
	for a, b := n, len(out)-1; a < b; a, b = a+1, b-1 {
		out[a], out[b] = out[b], out[a]
	}
	return out
}
