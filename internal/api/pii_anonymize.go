package api

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"unicode/utf8"

	"fairtouch/pii"
)

// operatorDoc is an operator with Presidio's parameters.
type operatorDoc struct {
	Type        string  `json:"type"`
	NewValue    *string `json:"new_value"`
	MaskingChar *string `json:"masking_char"`
	CharsToMask *int    `json:"chars_to_mask"`
	FromEnd     *bool   `json:"from_end"`
	HashType    string  `json:"hash_type"`
	Salt        string  `json:"salt"`
	Key         string  `json:"key"`
}

func (d operatorDoc) operator() (pii.Operator, error) {
	o := pii.Operator{Kind: d.Type, HashType: d.HashType, Salt: []byte(d.Salt), Key: []byte(d.Key)}
	if d.Type == "mask" {
		switch {
		case d.MaskingChar == nil:
			return o, fmt.Errorf("Expected parameter masking_char")
		case d.CharsToMask == nil:
			return o, fmt.Errorf("Expected parameter chars_to_mask")
		case d.FromEnd == nil:
			return o, fmt.Errorf("Expected parameter from_end")
		}
		o.MaskingChar, o.CharsToMask, o.FromEnd = *d.MaskingChar, *d.CharsToMask, *d.FromEnd
	}
	if d.NewValue != nil {
		if o.NewValue = *d.NewValue; o.NewValue == "" && d.Type == "replace" {
			o.Kind = "redact" // a replacement by nothing
		}
	}
	return o, o.Check()
}

func operators(in map[string]operatorDoc) (map[string]pii.Operator, error) {
	out := map[string]pii.Operator{}
	for name, d := range in {
		o, err := d.operator()
		if err != nil {
			return nil, err
		}
		out[name] = o
	}
	return out, nil
}

// place is a stretch of text in code points.
type place struct {
	Entity pii.Type `json:"entity_type"`
	Start  *int     `json:"start"`
	End    *int     `json:"end"`
	Score  float64  `json:"score"`
}

// runeOffsets gives the byte of each code point.
func runeOffsets(text string) []int {
	out := make([]int, 0, len(text)+1)
	for i := range text {
		out = append(out, i)
	}
	return append(out, len(text))
}

// bytes turns a place into bytes; "" says what is wrong with it.
func (p place) bytes(at []int) (start, end int, wrong string) {
	switch {
	case p.Entity == "":
		return 0, 0, "Invalid input, result must contain entity_type"
	case p.Start == nil || p.End == nil:
		return 0, 0, "Invalid input, result must contain start and end"
	case *p.Start < 0 || *p.End < *p.Start:
		return 0, 0, fmt.Sprintf("Invalid input, start index %d must be smaller than end index %d", *p.Start, *p.End)
	case *p.End > len(at)-1:
		return 0, 0, fmt.Sprintf("Invalid analyzer result, start: %d and end: %d, while text length is only %d.", *p.Start, *p.End, len(at)-1)
	}
	return at[*p.Start], at[*p.End], ""
}

// itemDoc is what an operator made, in code points of the new text.
type itemDoc struct {
	Start    int      `json:"start"`
	End      int      `json:"end"`
	Entity   pii.Type `json:"entity_type"`
	Text     string   `json:"text"`
	Operator string   `json:"operator"`
}

type engineDoc struct {
	Text  string    `json:"text"`
	Items []itemDoc `json:"items"`
}

// engine lists the items from the text's end, as Presidio does.
func engine(text string, items []pii.Item) engineDoc {
	out := engineDoc{text, make([]itemDoc, 0, len(items))}
	for _, it := range slices.Backward(items) {
		out.Items = append(out.Items, itemDoc{it.RuneFrom, it.RuneTo, it.Type, it.Text, it.Operator})
	}
	return out
}

func (c *call) presidioAnonymize() error {
	var in struct {
		Text        string                 `json:"text"`
		Results     []place                `json:"analyzer_results"`
		Anonymizers map[string]operatorDoc `json:"anonymizers"`
	}
	if err := c.lenient(&in); err != nil {
		return c.unhappy(http.StatusUnprocessableEntity, "the body is not the JSON of an anonymizer request")
	}
	if in.Text == "" {
		return c.unhappy(http.StatusUnprocessableEntity, "Invalid input, text can not be empty")
	}
	ops, err := operators(in.Anonymizers)
	if err != nil {
		return c.unhappy(http.StatusUnprocessableEntity, "Invalid input, "+err.Error())
	}
	at := runeOffsets(in.Text)
	var fs []pii.Finding
	for _, p := range in.Results {
		start, end, wrong := p.bytes(at)
		if wrong != "" {
			return c.unhappy(http.StatusUnprocessableEntity, wrong)
		}
		fs = append(fs, pii.Finding{Type: p.Entity, Start: start, End: end, Score: p.Score})
	}
	text, items, err := pii.Anonymise(in.Text, fs, ops, rand.Reader)
	if err != nil {
		return c.unhappy(http.StatusUnprocessableEntity, "Invalid input, "+err.Error())
	}
	doc := engine(text, items)
	c.send(http.StatusOK, &doc)
	return nil
}

func (c *call) presidioDeanonymize() error {
	var in struct {
		Text          string                 `json:"text"`
		Results       []place                `json:"anonymizer_results"`
		Deanonymizers map[string]operatorDoc `json:"deanonymizers"`
	}
	if err := c.lenient(&in); err != nil {
		return c.unhappy(http.StatusUnprocessableEntity, "the body is not the JSON of a deanonymizer request")
	}
	if in.Text == "" || !utf8.ValidString(in.Text) {
		return c.unhappy(http.StatusUnprocessableEntity, "Invalid input, text can not be empty")
	}
	ops, err := operators(in.Deanonymizers)
	if err != nil {
		return c.unhappy(http.StatusUnprocessableEntity, "Invalid input, "+err.Error())
	}
	at := runeOffsets(in.Text)
	var items []pii.Item
	for _, p := range in.Results {
		start, end, wrong := p.bytes(at)
		if wrong != "" {
			return c.unhappy(http.StatusUnprocessableEntity, wrong)
		}
		_, named := ops[string(p.Entity)]
		if _, all := ops["DEFAULT"]; !named && !all {
			return c.unhappy(http.StatusUnprocessableEntity, "Invalid input, no deanonymizer for a result's entity_type")
		}
		items = append(items, pii.Item{Type: p.Entity, Start: start, End: end})
	}
	text, done, err := pii.Deanonymise(in.Text, items, ops)
	if err != nil {
		return c.unhappy(http.StatusUnprocessableEntity, "Invalid input, "+err.Error())
	}
	doc := engine(text, done)
	c.send(http.StatusOK, &doc)
	return nil
}

func (c *call) presidioAnonymizers() error {
	c.send(http.StatusOK, pii.Operators())
	return nil
}

func (c *call) presidioDeanonymizers() error {
	c.send(http.StatusOK, []string{"decrypt", "keep"})
	return nil
}
