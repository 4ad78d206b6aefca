package onnx

import (
	"context"
	"fmt"
	"math"
	"unicode"
	"unicode/utf8"

	"fairtouch/pii"
)

// judged is a word with what the network thinks of it.
type judged struct {
	start, end int
	label      int
	p          float64 // probability of that label's name, whatever its prefix
}

// Find implements pii.Model. It can be stopped between two windows.
func (m *Model) Find(ctx context.Context, text, _ string) ([]pii.Named, error) {
	ps := m.tok.encode(text)
	if len(ps) == 0 {
		return nil, ctx.Err()
	}
	probs, err := m.probabilities(ctx, ps)
	if err != nil {
		return nil, err
	}
	return m.join(text, m.words(ps, probs)), nil
}

// probabilities runs the network over windows that overlap. A piece in two of
// them counts where it stands farther from the window's edge.
func (m *Model) probabilities(ctx context.Context, ps []piece) ([][]float64, error) {
	out := make([][]float64, len(ps))
	room := m.window - len(m.tok.before) - len(m.tok.after)
	over := room / 4
	for from := 0; ; from += room - over {
		to := min(len(ps), from+room)
		part, err := m.one(ctx, ps[from:to])
		if err != nil {
			return nil, err
		}
		keep := from
		if from > 0 {
			keep += over / 2 // before it, the window before knows better
		}
		copy(out[keep:to], part[keep-from:])
		if to == len(ps) {
			return out, nil
		}
	}
}

// one is the softmax of the logits of one window's pieces.
func (m *Model) one(ctx context.Context, ps []piece) ([][]float64, error) {
	ids := append([]int(nil), m.tok.before...)
	for _, p := range ps {
		ids = append(ids, p.id)
	}
	logits, err := m.net.logits(ctx, append(ids, m.tok.after...), m.tok.pad)
	if err != nil {
		return nil, err
	}
	n := m.net.labels
	out := make([][]float64, len(ps))
	for i := range ps {
		at := (len(m.tok.before) + i) * n
		out[i] = softmax(logits[at : at+n])
	}
	return out, nil
}

func softmax(x []float32) []float64 {
	top := x[0]
	for _, v := range x {
		top = max(top, v)
	}
	out, sum := make([]float64, len(x)), 0.
	for i, v := range x {
		out[i] = math.Exp(float64(v - top))
		sum += out[i]
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}

// words joins the pieces of a word; its probabilities are their mean, so that a
// name is never cut inside a word.
func (m *Model) words(ps []piece, probs [][]float64) []judged {
	var out []judged
	for i := 0; i < len(ps); {
		sum := make([]float64, m.net.labels)
		j := i
		for ; j < len(ps) && ps[j].word == ps[i].word; j++ {
			for k, p := range probs[j] {
				sum[k] += p
			}
		}
		w := judged{start: ps[i].start, end: ps[j-1].end}
		for k := range sum {
			if sum[k] > sum[w.label] {
				w.label = k
			}
		}
		for k := range sum {
			if m.conf.labels[k].word == m.conf.labels[w.label].word {
				w.p += sum[k] / float64(j-i)
			}
		}
		w.p = min(1, w.p) // the sum of rounded parts
		out = append(out, w)
		i = j
	}
	return out
}

// join makes names of neighbouring words of one label.
func (m *Model) join(text string, ws []judged) []pii.Named {
	var out []pii.Named
	for i := 0; i < len(ws); {
		l := m.conf.labels[ws[i].label]
		sum, least := ws[i].p, ws[i].p
		j := i + 1
		for ; j < len(ws); j++ {
			if k := m.conf.labels[ws[j].label]; k.word != l.word || k.begins {
				break
			}
			sum, least = sum+ws[j].p, min(least, ws[j].p)
		}
		if l.typ != "" {
			start, end := trim(text, ws[i].start, ws[j-1].end)
			if start < end {
				out = append(out, pii.Named{Type: l.typ, Start: start, End: end, Score: sum / float64(j-i), Says: m.says(l.word, j-i, sum/float64(j-i), least)})
			}
		}
		i = j
	}
	return out
}

func (m *Model) says(word string, n int, mean, least float64) string {
	if n == 1 {
		return fmt.Sprintf("the model %s reads %s with probability %.2f", m.name, word, mean)
	}
	return fmt.Sprintf("the model %s reads %s over %d words with probability %.2f on average and %.2f at least", m.name, word, n, mean, least)
}

// trim leaves spaces out of a name, and takes in the marks and joiners that
// belong to its last character: they have no piece of their own.
func trim(text string, start, end int) (int, int) {
	for start < end {
		r, n := utf8.DecodeRuneInString(text[start:end])
		if !unicode.IsSpace(r) {
			break
		}
		start += n
	}
	for start < end {
		r, n := utf8.DecodeLastRuneInString(text[start:end])
		if !unicode.IsSpace(r) {
			break
		}
		end -= n
	}
	for start < end && end < len(text) {
		r, n := utf8.DecodeRuneInString(text[end:])
		if !unicode.Is(unicode.M, r) && r != 0x200D {
			break
		}
		end += n
	}
	return start, end
}
