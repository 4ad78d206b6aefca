package onnx

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// bpe joins neighbouring bytes in the order in which joining was learnt
// (Sennrich et al. 2016), over bytes written as printable characters, as GPT-2's
// and RoBERTa's tokenisers do.
type bpe struct {
	vocab map[string]int
	rank  map[[2]string]int
	sign  [256]string
}

func readBPE(raw json.RawMessage) (encoder, error) {
	var in struct {
		Vocab        map[string]int  `json:"vocab"`
		Merges       json.RawMessage `json:"merges"`
		ByteFallback bool            `json:"byte_fallback"`
		Suffix       string          `json:"end_of_word_suffix"`
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, fmt.Errorf("has a BPE model that can't be read: %w", err)
	}
	if in.ByteFallback || in.Suffix != "" {
		return nil, errors.New("has a BPE model that isn't byte-level, which isn't known here")
	}
	m := &bpe{vocab: in.Vocab, rank: map[[2]string]int{}, sign: byteSigns()}
	for _, s := range m.sign {
		if _, ok := m.vocab[s]; !ok {
			return nil, errors.New("has a BPE model that isn't byte-level, which isn't known here")
		}
	}
	var pairs [][2]string
	if json.Unmarshal(in.Merges, &pairs) != nil {
		var lines []string
		if err := json.Unmarshal(in.Merges, &lines); err != nil {
			return nil, errors.New("has a BPE model whose merges can't be read")
		}
		for _, l := range lines {
			a, b, _ := strings.Cut(l, " ")
			pairs = append(pairs, [2]string{a, b})
		}
	}
	for i, p := range pairs {
		m.rank[p] = i
	}
	return m, nil
}

// byteSigns is how GPT-2 writes a byte: printable ones as they are, the others
// in order from U+0100.
func byteSigns() (out [256]string) {
	next := rune(256)
	for b := range 256 {
		r := rune(b)
		if !(r >= '!' && r <= '~' || r >= 0xA1 && r <= 0xAC || r >= 0xAE) {
			r = next
			next++
		}
		out[b] = string(r)
	}
	return out
}

func (m *bpe) forget(s string) { delete(m.vocab, s) }
func (m *bpe) size() int       { return largest(m.vocab) + 1 }

// longestWord is how many characters are joined at once. No word of a language
// is longer; joining takes time that grows with the square of it.
const longestWord = 256

func (m *bpe) encode(w []char, out []piece, at int) []piece {
	for len(w) > longestWord {
		out, w = m.encode(w[:longestWord], out, at), w[longestWord:]
	}
	type part struct {
		s          string
		start, end int
	}
	var ps []part
	for _, c := range w {
		for _, b := range []byte(string(c.r)) {
			ps = append(ps, part{m.sign[b], c.start, c.end})
		}
	}
	for len(ps) > 1 {
		best, k := len(m.rank), -1
		for i := 0; i+1 < len(ps); i++ {
			if r, ok := m.rank[[2]string{ps[i].s, ps[i+1].s}]; ok && r < best {
				best, k = r, i
			}
		}
		if k < 0 {
			break
		}
		ps[k] = part{ps[k].s + ps[k+1].s, ps[k].start, ps[k+1].end}
		ps = append(ps[:k+1], ps[k+2:]...)
	}
	for _, p := range ps {
		id, ok := m.vocab[p.s]
		if !ok {
			continue // a merge that the vocabulary lacks; checked files have none
		}
		out = append(out, piece{id, p.start, p.end, at})
	}
	return out
}
