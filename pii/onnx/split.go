package onnx

import (
	"fmt"
	"strings"
	"unicode"
)

// splitter cuts a stretch into words and appends them.
type splitter func(out [][]char, in []char) [][]char

// splitters reads the pre-tokenizer of a tokenizer.json.
func splitters(d *doc) ([]splitter, error) {
	if d == nil {
		return nil, nil
	}
	one := func(f splitter) ([]splitter, error) { return []splitter{f}, nil }
	switch d.Type {
	case "Sequence":
		var out []splitter
		for i := range d.Pretokenizers {
			fs, err := splitters(&d.Pretokenizers[i])
			if err != nil {
				return nil, err
			}
			out = append(out, fs...)
		}
		return out, nil
	case "BertPreTokenizer":
		return []splitter{spaces, marks}, nil
	case "WhitespaceSplit":
		return one(spaces)
	case "Whitespace":
		return []splitter{spaces, wordsAndSigns}, nil
	case "Punctuation":
		return one(marks)
	case "Metaspace":
		return metaspace(d)
	case "ByteLevel":
		return byteLevel(d)
	}
	return nil, fmt.Errorf("has the pre-tokenizer %q, which isn't known here", d.Type)
}

// spaces cuts at white space and drops it.
func spaces(out [][]char, in []char) [][]char {
	from := 0
	for i, c := range in {
		if unicode.Is(unicode.White_Space, c.r) {
			if i > from {
				out = append(out, in[from:i])
			}
			from = i + 1
		}
	}
	if from < len(in) {
		out = append(out, in[from:])
	}
	return out
}

// marks makes every mark a word.
func marks(out [][]char, in []char) [][]char {
	from := 0
	for i, c := range in {
		if mark(c.r) {
			if i > from {
				out = append(out, in[from:i])
			}
			out = append(out, in[i:i+1])
			from = i + 1
		}
	}
	if from < len(in) {
		out = append(out, in[from:])
	}
	return out
}

// wordsAndSigns parts runs of word characters from runs of other signs.
func wordsAndSigns(out [][]char, in []char) [][]char {
	word := func(r rune) bool { return r == '_' || unicode.In(r, unicode.L, unicode.M, unicode.Nd, unicode.Pc) }
	for i := 0; i < len(in); {
		j := i
		for j < len(in) && word(in[j].r) == word(in[i].r) {
			j++
		}
		out = append(out, in[i:j])
		i = j
	}
	return out
}

// metaspace writes a sign for each space and cuts before it, as SentencePiece's
// tokenisers do.
func metaspace(d *doc) ([]splitter, error) {
	sign := []rune(d.Replacement)
	if len(sign) != 1 {
		return nil, fmt.Errorf("has a Metaspace whose replacement is not one character")
	}
	scheme := d.PrependScheme
	if scheme == "" {
		scheme = map[bool]string{true: "always", false: "never"}[yes(d.AddPrefixSpace, true)]
	}
	cut := yes(d.Split, true)
	return []splitter{func(out [][]char, in []char) [][]char {
		if len(in) == 0 {
			return out
		}
		w := make([]char, 0, len(in)+1)
		first := scheme == "always" || scheme == "first" && in[0].start == 0
		if first && in[0].r != ' ' && in[0].r != sign[0] {
			w = append(w, char{sign[0], in[0].start, in[0].end})
		}
		for _, c := range in {
			if c.r == ' ' {
				c.r = sign[0]
			}
			w = append(w, c)
		}
		from := 0
		for i := 1; cut && i < len(w); i++ {
			if w[i].r == sign[0] {
				out = append(out, w[from:i])
				from = i
			}
		}
		return append(out, w[from:])
	}}, nil
}

// byteLevel cuts as GPT-2's tokeniser does: endings such as 's, and runs of
// letters, digits or signs, each with the space before it.
func byteLevel(d *doc) ([]splitter, error) {
	prefix, cut := yes(d.AddPrefixSpace, true), yes(d.UseRegex, true)
	return []splitter{func(out [][]char, in []char) [][]char {
		if prefix && len(in) > 0 && !unicode.IsSpace(in[0].r) {
			in = append([]char{{' ', in[0].start, in[0].end}}, in...)
		}
		if !cut {
			return append(out, in)
		}
		for len(in) > 0 {
			n := gptWord(in)
			out = append(out, in[:n])
			in = in[n:]
		}
		return out
	}}, nil
}

// gptWord is how many characters the first word has.
func gptWord(in []char) int {
	if in[0].r == '\'' {
		for _, e := range []string{"s", "t", "re", "ve", "m", "ll", "d"} {
			if len(in) > len(e) && strings.HasPrefix(joined(in[1:min(len(in), 3)]), e) {
				return 1 + len(e)
			}
		}
	}
	i := 0
	if in[0].r == ' ' && len(in) > 1 && !unicode.IsSpace(in[1].r) {
		i = 1
	}
	if unicode.IsSpace(in[i].r) {
		for i < len(in) && unicode.IsSpace(in[i].r) {
			i++
		}
		if i < len(in) && i > 1 {
			i-- // the last one belongs to what follows
		}
		return i
	}
	k := sort(in[i].r)
	for i < len(in) && sort(in[i].r) == k {
		i++
	}
	return i
}

// sort tells letters, digits, spaces and signs apart.
func sort(r rune) int {
	switch {
	case unicode.IsLetter(r):
		return 1
	case unicode.IsNumber(r):
		return 2
	case unicode.IsSpace(r):
		return 3
	}
	return 4
}
