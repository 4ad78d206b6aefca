package pii

import (
	"context"
	"errors"
	"fmt"
)

// Model finds names by other means than the built-in ones: a network that the
// caller brings. An implementation is safe for concurrent use.
type Model interface {
	// Name is what evidence calls the model.
	Name() string
	// Find returns the names in text, by byte. language is BCP 47, "" where it
	// isn't known. An error means that nothing is known about the text: the caller
	// must refuse it, never go on as if it held nothing.
	Find(ctx context.Context, text, language string) ([]Named, error)
}

// Named is what a Model found.
type Named struct {
	Type       Type
	Start, End int     // bytes, at the borders of characters
	Score      float64 // 0 to 1
	Says       string  // the evidence in words, without the value
}

// surest is the most that a model's word counts: 1 is for what is proved, and
// callers set it as the threshold of what they don't want to see.
const surest = 0.999

// ErrModel marks a text that the Model didn't answer for. Nothing may be
// concluded about it: refuse it, or ask again.
var ErrModel = errors.New("pii: the model of names did not answer")

// Find is ScanIn together with Options.Model: its names join the other findings
// under the same thresholds, allow lists and types. It fails with ErrModel where
// the model does not answer or answers with places that the text hasn't got.
func (s *Scanner) Find(ctx context.Context, text string, in Context) ([]Finding, error) {
	if !s.asksModel() {
		return s.all(text, in, nil)
	}
	return s.all(text, in, func(part string) ([]Finding, error) { return s.named(ctx, part, in.Language) })
}

// asksModel: a scan for types that no model names, or for structured types
// alone, needs no model.
func (s *Scanner) asksModel() bool { return s.opts.Model != nil && s.names }

func (s *Scanner) named(ctx context.Context, text, language string) ([]Finding, error) {
	got, err := s.opts.Model.Find(ctx, text, language)
	if err != nil {
		return nil, errors.Join(ErrModel, err)
	}
	out := make([]Finding, 0, len(got))
	for _, n := range got {
		if n.Start < 0 || n.End > len(text) || n.Start >= n.End || n.Score != n.Score || n.Score < 0 || n.Score > 1 {
			return nil, fmt.Errorf("%w: %s named a place outside the text", ErrModel, s.opts.Model.Name())
		}
		out = append(out, Finding{Type: n.Type, Start: n.Start, End: n.End, Score: min(n.Score, surest), Base: n.Score, Detector: "onnx", proof: modelled, says: n.Says})
	}
	return out, nil
}
