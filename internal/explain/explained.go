package explain

import (
	"slices"
	"strings"

	"sync"

	"fairtouch/internal/model"
	"fairtouch/touch"
	"fairtouch/treeshap"
)

// Kit explains one model with one dictionary. It is immutable but for its pool
// of scratch memory, and safe for concurrent use.
type Kit struct {
	model  *treeshap.Model
	reader *reader
	alarms []string
	pool   sync.Pool
}

// NewKit joins a model and a dictionary that explains all of its features.
// Models of several classes are refused: a person is told of one answer.
func NewKit(m *treeshap.Model, dictionary []byte) (*Kit, error) {
	if m.Classes() != 1 {
		return nil, touch.Errorf(touch.Unsupported, "a model of %d classes can't be explained to a person; use one score", m.Classes())
	}
	d, err := ParseDictionary(dictionary, m.Features())
	if err != nil {
		return nil, err
	}
	k := &Kit{model: m, reader: newReader(d, m.Features()), alarms: d.Alarms(m.Features())}
	k.pool.New = func() any { return m.NewScratch() }
	return k, nil
}

// Dictionary is the kit's dictionary.
func (k *Kit) Dictionary() *Dictionary { return k.reader.dict }

// Stored is what the record keeps of an explanation, so that a customer's page
// is rendered from what happened and never by a newer model.
type Stored struct {
	Margin   float64   `json:"margin"`   // log-odds, before calibration
	Line     float64   `json:"line"`     // margin at which the action changes
	Base     float64   `json:"base"`     // the model's mean margin
	Residual float64   `json:"residual"` // sum of contributions minus margin
	Reasons  []Reason  `json:"reasons"`
	Row      []float64 `json:"-"` // for the counterfactual at first view; sealed apart
	Features []string  `json:"features"`
	Contribs []float64 `json:"contributions"` // one a feature, log-odds
	Dict     string    `json:"dictionary"`
	Alarms   []string  `json:"alarms,omitzero"` // inputs on the stop-list
}

// Explained is an answer with its reasons. Only Answer and Bare make one.
type Explained struct {
	answer model.Answer
	text   touch.Explanation
	public touch.Explanation // without facts about accounts
	stored Stored
}

// Answer explains what the model said, exactly. It fails when the
// contributions don't add up to the margin: then nothing is shown.
func (k *Kit) Answer(a model.Answer, locale string, held []string) (Explained, error) {
	if a.Decision() == "" {
		return Explained{}, touch.Errorf(touch.Internal, "an explanation was asked for before the model answered")
	}
	row := a.Safe().Row()
	n := len(k.reader.features)
	if len(row) != n {
		return Explained{}, touch.Errorf(touch.Internal, "the model that answered has other inputs than its explanation")
	}
	s := k.pool.Get().(*treeshap.Scratch)
	defer k.pool.Put(s)
	contribs := make([]float64, n+1)
	if err := k.model.Explain(s, row, contribs); err != nil {
		return Explained{}, touch.Wrap(touch.Internal, err, "the explanation doesn't add up to the answer, so neither is given")
	}
	st := Stored{Margin: a.Raw().Margin, Line: a.Raw().Line, Base: contribs[n], Residual: s.Residual(),
		Features: k.reader.features, Contribs: contribs[:n], Row: row, Dict: k.reader.dict.hash, Alarms: k.alarms}
	st.Reasons = k.reader.reasons(row, st.Contribs)
	notUsed := k.reader.notUsed(held, locale)
	return Explained{
		answer: a, stored: st,
		text:   touch.Explanation{Locale: locale, Sentences: k.reader.sentences(st.Reasons, row, locale, true), NotUsed: notUsed},
		public: touch.Explanation{Locale: locale, Sentences: k.reader.sentences(st.Reasons, row, locale, false), NotUsed: notUsed},
	}, nil
}

// Counterfactual searches for what would have changed the answer, from a
// stored row. It is computed at first view or send, never inline.
// Facts about accounts are part of it only with accounts.
func (k *Kit) Counterfactual(row []float64, line float64, locale string, accounts bool) (string, []Move) {
	if len(row) != len(k.reader.features) {
		return k.reader.dict.Changed.None.In(locale), nil
	}
	sc := &scorer{m: k.model}
	moves := k.reader.search(sc, row, line, accounts)
	return k.reader.word(row, moves, sc.Score(row) >= line, locale), moves
}

// Speaks reports whether the dictionary has a locale or its parent; where it has
// not, Render and Counterfactual speak English.
func (k *Kit) Speaks(locale string) bool {
	base, _, _ := strings.Cut(strings.ToLower(locale), "-")
	return slices.Contains(k.reader.dict.Locales, base) || slices.Contains(k.reader.dict.Locales, strings.ToLower(locale))
}

// Render words a stored explanation anew in a locale, from its stored row.
func (k *Kit) Render(st Stored, row []float64, locale string, accounts bool, held []string) touch.Explanation {
	return touch.Explanation{Locale: locale, Sentences: k.reader.sentences(st.Reasons, row, locale, accounts),
		NotUsed: k.reader.notUsed(held, locale)}
}

type scorer struct {
	m   *treeshap.Model
	dst [1]float64
}

func (s *scorer) Score(row []float64) float64 {
	return s.m.Margin(s.dst[:0], row)[0]
}

func (s *scorer) Thresholds(f int) []float64 { return s.m.Thresholds(f) }

// Bare is for answers without exact attributions: generated text, or a
// vendor's result. It invents none and says so.
func Bare(a model.Answer, locale, sentence string) (Explained, error) {
	if a.Decision() == "" {
		return Explained{}, touch.Errorf(touch.Internal, "an explanation was asked for before the model answered")
	}
	t := touch.Explanation{Locale: locale, Sentences: []string{sentence}}
	return Explained{answer: a, text: t, public: t}, nil
}

// Decision is the decision that the explanation belongs to.
func (e Explained) Decision() touch.DecisionID { return e.answer.Decision() }

// Answer is what was explained.
func (e Explained) Answer() model.Answer { return e.answer }

// Text is the explanation with facts about accounts, for the company's staff
// and for a person who has identified themselves.
func (e Explained) Text() touch.Explanation { return e.text }

// Public is the explanation without facts about accounts, for whoever holds the link.
func (e Explained) Public() touch.Explanation { return e.public }

// Stored is what the record keeps.
func (e Explained) Stored() Stored { return e.stored }

// Against reports whether the i-th sentence's reason counted against the answer.
func (k *Kit) Against(st Stored, i int) bool {
	return i < len(st.Reasons) && st.Reasons[i].Share < 0
}
