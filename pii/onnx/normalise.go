package onnx

import (
	"encoding/json"
	"fmt"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// normalisers reads the normaliser of a tokenizer.json.
func normalisers(d *doc) ([]normaliser, error) {
	if d == nil {
		return nil, nil
	}
	one := func(f normaliser) ([]normaliser, error) { return []normaliser{f}, nil }
	switch d.Type {
	case "Sequence":
		var out []normaliser
		for i := range d.Normalizers {
			fs, err := normalisers(&d.Normalizers[i])
			if err != nil {
				return nil, err
			}
			out = append(out, fs...)
		}
		return out, nil
	case "BertNormalizer":
		return bertNormaliser(d), nil
	case "NFC":
		return one(compose(norm.NFC))
	case "NFKC":
		return one(compose(norm.NFKC))
	case "NFD":
		return one(each(decompose(norm.NFD)))
	case "NFKD":
		return one(each(decompose(norm.NFKD)))
	case "Lowercase":
		return one(each(lowercase))
	case "StripAccents":
		return one(each(noMarks))
	case "Strip":
		return one(strip(yes(d.Left, true), yes(d.Right, true)))
	case "Replace":
		return replacing(d)
	case "Prepend":
		return one(prepend([]rune(d.Prepend)))
	case "Precompiled":
		m, err := readCharsmap(d.Charsmap)
		if err != nil {
			return nil, err
		}
		return one(m.apply)
	}
	return nil, fmt.Errorf("has the normalizer %q, which isn't known here", d.Type)
}

func bertNormaliser(d *doc) []normaliser {
	var out []normaliser
	if yes(d.CleanText, true) {
		out = append(out, each(clean))
	}
	if yes(d.Chinese, true) {
		out = append(out, each(apart))
	}
	small := yes(d.Lowercase, true)
	if yes(d.StripAccents, small) {
		out = append(out, each(decompose(norm.NFD)), each(noMarks))
	}
	if small {
		out = append(out, each(lowercase))
	}
	return out
}

func strip(left, right bool) normaliser {
	return func(in []char) []char {
		for left && len(in) > 0 && unicode.IsSpace(in[0].r) {
			in = in[1:]
		}
		for right && len(in) > 0 && unicode.IsSpace(in[len(in)-1].r) {
			in = in[:len(in)-1]
		}
		return in
	}
}

func prepend(what []rune) normaliser {
	return func(in []char) []char {
		if len(in) == 0 {
			return in
		}
		out := make([]char, 0, len(in)+len(what))
		for _, r := range what {
			out = append(out, char{r, in[0].start, in[0].end})
		}
		return append(out, in...)
	}
}

// replacing reads a Replace: of a string, or of the one expression that
// tokenizers use, two spaces and more.
func replacing(d *doc) ([]normaliser, error) {
	var p struct{ String, Regex string }
	if err := json.Unmarshal(d.Pattern, &p); err != nil {
		return nil, fmt.Errorf("has a Replace without a pattern")
	}
	with := []rune(d.Content)
	switch {
	case p.Regex == " {2,}":
		return []normaliser{func(in []char) []char { return replaceRuns(in, with) }}, nil
	case p.String != "":
		return []normaliser{func(in []char) []char { return replaceAll(in, []rune(p.String), with) }}, nil
	}
	return nil, fmt.Errorf("has a Replace of the expression %q, which isn't known here", p.Regex)
}

func replaceRuns(in []char, with []rune) []char {
	var out []char
	for i := 0; i < len(in); {
		j := i
		for j < len(in) && in[j].r == ' ' {
			j++
		}
		if j-i < 2 {
			out = append(out, in[i])
			i++
			continue
		}
		for _, r := range with {
			out = append(out, char{r, in[i].start, in[j-1].end})
		}
		i = j
	}
	return out
}

func replaceAll(in []char, what, with []rune) []char {
	var out []char
	for i := 0; i < len(in); {
		k := 0
		for k < len(what) && i+k < len(in) && in[i+k].r == what[k] {
			k++
		}
		if k < len(what) {
			out = append(out, in[i])
			i++
			continue
		}
		for _, r := range with {
			out = append(out, char{r, in[i].start, in[i+k-1].end})
		}
		i += k
	}
	return out
}
