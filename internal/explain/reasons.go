package explain

import (
	"math"
	"sort"
	"strconv"
)

// MaxSentences is how many a person gets: more are not likely to be helpful
// (12 CFR 1002.9, official interpretation 9(b)(2)-1).
const MaxSentences = 4

// Reason is one concept's share of the answer.
type Reason struct {
	Concept string  `json:"concept"`
	Share   float64 `json:"share"` // sum of its features' Shapley values, in the margin's unit (log-odds)
	Account bool    `json:"account,omitzero"`
	Banded  []Band  `json:"values"`
}

// Band is a feature's value as it is stored and shown: a category, or the band
// that a number lies in.
type Band struct {
	Feature string `json:"feature"`
	Value   string `json:"value"`
}

// reader holds what reasons are made from, resolved once per model.
type reader struct {
	dict     *Dictionary
	features []string
	concept  []int // index of a feature's concept
	entries  []*Feature
}

func newReader(d *Dictionary, features []string) *reader {
	r := &reader{dict: d, features: features, concept: make([]int, len(features)), entries: make([]*Feature, len(features))}
	for i, name := range features {
		r.entries[i] = d.Feature(name)
		for j := range d.Concepts {
			if d.Concepts[j].ID == r.entries[i].Concept {
				r.concept[i] = j
			}
		}
	}
	return r
}

// value renders a model input for the record: missing, category or band.
func (r *reader) value(i int, x float64) string {
	f := r.entries[i]
	switch {
	case math.IsNaN(x):
		return "missing"
	case f.Kind == "category":
		if c := int(x); c >= 0 && c < len(f.Values) {
			return f.Values[c]
		}
		return "other"
	case len(f.Bands) == 0:
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	k := sort.SearchFloat64s(f.Bands, math.Nextafter(x, math.Inf(1)))
	switch k {
	case 0:
		return "below " + num(f.Bands[0])
	case len(f.Bands):
		return num(f.Bands[k-1]) + " or more"
	}
	return num(f.Bands[k-1]) + " to under " + num(f.Bands[k])
}

func num(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// reasons groups contributions by concept and ranks them: towards the answer
// that was given first by size, whatever their sign; ties by the dictionary's
// order, so that a replay gives the same sentences.
func (r *reader) reasons(row, contribs []float64) []Reason {
	out := make([]Reason, len(r.dict.Concepts))
	for j := range out {
		out[j] = Reason{Concept: r.dict.Concepts[j].ID, Account: r.dict.Concepts[j].Account}
	}
	for i := range r.features {
		c := &out[r.concept[i]]
		c.Share += contribs[i]
		c.Banded = append(c.Banded, Band{r.features[i], r.value(i, row[i])})
	}
	sort.SliceStable(out, func(a, b int) bool { return math.Abs(out[a].Share) > math.Abs(out[b].Share) })
	return out
}

// sentences words the leading reasons. A reason that moved the answer by less
// than a twentieth of the largest is left out, and so is one of no size.
func (r *reader) sentences(reasons []Reason, row []float64, locale string, accounts bool) []string {
	var out []string
	for i := range reasons {
		re := &reasons[i]
		if len(out) == MaxSentences || re.Share == 0 || math.Abs(re.Share) < math.Abs(reasons[0].Share)/20 {
			break
		}
		c := r.dict.Concept(re.Concept)
		if re.Account && !accounts {
			out = append(out, c.General.In(locale))
			continue
		}
		s := r.pick(c, row)
		if re.Share > 0 {
			out = append(out, s.Toward.In(locale))
		} else {
			out = append(out, s.Against.In(locale))
		}
	}
	return out
}

func (r *reader) pick(c *Concept, row []float64) *Sentence {
	for i := range c.Sentences {
		if r.fits(&c.Sentences[i], row) {
			return &c.Sentences[i]
		}
	}
	return &c.Sentences[len(c.Sentences)-1]
}

func (r *reader) fits(s *Sentence, row []float64) bool {
	if s.Feature == "" {
		return true
	}
	for i, name := range r.features {
		if name != s.Feature {
			continue
		}
		if s.Above != nil && !(row[i] > *s.Above) || s.Below != nil && !(row[i] < *s.Below) {
			return false
		}
		if len(s.Is) == 0 {
			return true
		}
		v := r.value(i, row[i])
		for _, want := range s.Is {
			if v == want {
				return true
			}
		}
	}
	return false
}

// notUsed words what is held but was not an input.
func (r *reader) notUsed(held []string, locale string) []string {
	var out []string
	for i := range r.dict.Held {
		h := &r.dict.Held[i]
		for _, name := range held {
			if name == h.Name {
				out = append(out, h.Words.In(locale))
			}
		}
	}
	if len(out) > 0 {
		out = append(out, r.dict.StandIn.In(locale))
	}
	return out
}
