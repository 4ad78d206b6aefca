package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"fairtouch/pii"
	"fairtouch/touch"
)

// analyzeAsk is Presidio's AnalyzerRequest.
type analyzeAsk struct {
	Text      json.RawMessage `json:"text"`
	Language  string          `json:"language"`
	Entities  []pii.Type      `json:"entities"`
	Threshold *float64        `json:"score_threshold"`
	Process   bool            `json:"return_decision_process"`
	AdHoc     []struct {
		Name     string   `json:"name"`
		Entity   pii.Type `json:"supported_entity"`
		Patterns []struct {
			Name  string  `json:"name"`
			Regex string  `json:"regex"`
			Score float64 `json:"score"`
		} `json:"patterns"`
		Deny      []string `json:"deny_list"`
		DenyScore float64  `json:"deny_list_score"`
		Context   []string `json:"context"`
	} `json:"ad_hoc_recognizers"`
	Context    []string `json:"context"`
	Allow      []string `json:"allow_list"`
	AllowMatch string   `json:"allow_list_match"`
}

type explanationDoc struct {
	Recognizer  string   `json:"recognizer"`
	PatternName *string  `json:"pattern_name"`
	Pattern     *string  `json:"pattern"`
	Original    float64  `json:"original_score"`
	Score       float64  `json:"score"`
	Text        string   `json:"textual_explanation"`
	Improvement float64  `json:"score_context_improvement"`
	Word        string   `json:"supportive_context_word"`
	Validation  *bool    `json:"validation_result"`
	RegexFlags  *int     `json:"regex_flags"`
	Languages   []string `json:"-"`
}

// resultDoc is Presidio's RecognizerResult.
type resultDoc struct {
	Entity      pii.Type        `json:"entity_type"`
	Start       int             `json:"start"`
	End         int             `json:"end"`
	Score       float64         `json:"score"`
	Explanation *explanationDoc `json:"analysis_explanation"`
}

// unhappy answers in Presidio's own error shape.
func (c *call) unhappy(status int, message string) error {
	c.send(status, map[string]string{"error": message})
	return nil
}

// lenient reads a body as Presidio does: names that aren't known are passed over.
func (c *call) lenient(v any) error {
	b, err := c.body()
	if err != nil {
		return err
	}
	defer release(b)
	return json.Unmarshal(b.Bytes(), v)
}

// texts reads a string or a list of strings.
func (a *analyzeAsk) texts() (list []string, batch, ok bool) {
	var one string
	if json.Unmarshal(a.Text, &one) == nil && one != "" {
		return []string{one}, false, true
	}
	ok = json.Unmarshal(a.Text, &list) == nil && len(list) > 0
	return list, true, ok
}

func (a *analyzeAsk) options() pii.Options {
	o := pii.Options{Types: a.Entities, Overlaps: true, Threshold: -1, Words: a.Context}
	if len(a.Entities) == 0 {
		o.Threshold = 0.35 // beneath it lies what only a named type makes likely
	}
	if a.Threshold != nil && (*a.Threshold > 0 || len(a.Entities) > 0) {
		o.Threshold = *a.Threshold
	}
	if o.Threshold == 0 {
		o.Threshold = -1
	}
	if strings.EqualFold(a.AllowMatch, "regex") {
		o.AllowPatterns = a.Allow
	} else {
		o.Allow = a.Allow
	}
	for _, r := range a.AdHoc {
		for _, p := range r.Patterns {
			o.Patterns = append(o.Patterns, pii.Pattern{Type: r.Entity, Name: r.Name, Regexp: p.Regex, Score: p.Score, Context: r.Context})
		}
		if len(r.Deny) > 0 {
			o.Deny = append(o.Deny, pii.DenyList{Type: r.Entity, Values: r.Deny, Score: r.DenyScore})
		}
	}
	return o
}

func (c *call) presidioAnalyze() error {
	var in analyzeAsk
	if err := c.lenient(&in); err != nil {
		return c.unhappy(http.StatusInternalServerError, "the body is not the JSON of an analyzer request")
	}
	texts, batch, ok := in.texts()
	if !ok {
		return c.unhappy(http.StatusInternalServerError, "No text provided")
	}
	if in.Language == "" {
		return c.unhappy(http.StatusInternalServerError, "No language provided")
	}
	o := in.options()
	o.Model = c.s.cfg.Names
	s, err := pii.New(o)
	if err != nil {
		return c.unhappy(http.StatusInternalServerError, err.Error())
	}
	lists := make([][]resultDoc, len(texts))
	for i, t := range texts {
		lists[i] = []resultDoc{}
		fs, err := s.Find(c.r.Context(), t, pii.Context{Words: in.Context, Language: in.Language})
		if err != nil {
			return c.unhappy(http.StatusInternalServerError, touch.AsError(unread(err)).Message)
		}
		for _, f := range fs {
			lists[i] = append(lists[i], in.result(f))
		}
		slices.SortStableFunc(lists[i], func(a, b resultDoc) int {
			if a.Score != b.Score {
				return map[bool]int{true: -1, false: 1}[a.Score > b.Score]
			}
			return a.Start - b.Start
		})
	}
	if batch {
		c.send(http.StatusOK, lists)
	} else {
		c.send(http.StatusOK, lists[0])
	}
	return nil
}

func (a *analyzeAsk) result(f pii.Finding) resultDoc {
	r := resultDoc{Entity: f.Type, Start: f.RuneFrom, End: f.RuneTo, Score: f.Score}
	if a.Process {
		e := &explanationDoc{Recognizer: f.Detector, Original: f.Base, Score: f.Score, Text: f.Evidence(), Word: f.ContextWord(), Improvement: max(0, f.Score-f.Base)}
		if f.Checked() {
			yes := true
			e.Validation, e.Improvement = &yes, 0
		}
		r.Explanation = e
	}
	return r
}

func (c *call) presidioRecognizers() error {
	out := []string{}
	for _, t := range pii.Types() {
		var b strings.Builder
		for _, w := range strings.Split(string(t), "_") {
			if len(w) > 3 {
				w = w[:1] + strings.ToLower(w[1:])
			}
			b.WriteString(w)
		}
		out = append(out, b.String()+"Recognizer")
	}
	if c.s.cfg.Names != nil {
		out = append(out, "OnnxRecognizer")
	}
	c.send(http.StatusOK, out)
	return nil
}

func (c *call) presidioEntities() error {
	c.send(http.StatusOK, pii.Types())
	return nil
}

func (c *call) presidioHealth() error {
	c.raw(http.StatusOK, "text/plain; charset=utf-8", []byte("Presidio Analyzer service is up"))
	return nil
}
