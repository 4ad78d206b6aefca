package models

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
)

// Card is what was written down when the models were trained.
type Card struct {
	Version  int               `json:"version"`
	Data     Data              `json:"data"`
	Split    Split             `json:"split"`
	Seed     int               `json:"seed"`
	Versions map[string]string `json:"versions"` // of the tools, by name
	Models   []Model           `json:"models"`
}

// Data names the data set.
type Data struct {
	Name          string            `json:"name"`
	Licence       string            `json:"licence"`
	Rows          int               `json:"rows"`
	ContentSHA256 string            `json:"content_sha256"` // of the uncompressed file
	NotUsed       map[string]string `json:"not_used"`       // column -> why it is not an input
}

// Split holds the three slices by time. Nothing was chosen by the test slice.
type Split struct {
	Fit       Slice `json:"fit"`
	Calibrate Slice `json:"calibrate"`
	Test      Slice `json:"test"`
}

// Slice is the rows From (included) to To (not included), 0-based.
type Slice struct {
	From       int     `json:"from"`
	To         int     `json:"to"`
	FirstMonth string  `json:"first_month"` // 2008-05
	LastMonth  string  `json:"last_month"`
	YesRate    float64 `json:"yes_rate"`
}

// Model is one trained model.
type Model struct {
	ID          string             `json:"id"`
	File        string             `json:"file"`
	SHA256      string             `json:"sha256"` // of the file, hexadecimal
	Kind        string             `json:"kind"`   // lightgbm (text), xgboost (UBJSON)
	Trees       int                `json:"trees"`
	Params      map[string]any     `json:"params"`   // as the trainer got them
	Features    []Feature          `json:"features"` // in the order of the model's input
	Calibration Calibration        `json:"calibration"`
	Bands       []Band             `json:"bands"` // highest first; the last one starts at 0
	Metrics     Metrics            `json:"metrics"`
	BandTable   BandTable          `json:"band_table"`
	Reliability Reliability        `json:"reliability"`          // on the test slice
	AuditFile   string             `json:"audit_file"`           // rates by group at the highest band, as CSV
	AgeGap      map[string]float64 `json:"age_gap"`              // feature -> mean log-odds of people of 60 or more less that of others, test slice
	GainShare   map[string]float64 `json:"gain_share"`           // feature -> share of the training gain
	Shuffled    map[string]float64 `json:"auc_lost_if_shuffled"` // on the test slice, mean of five
}

// Feature is one input. Numbers must lie in Min..Max.
type Feature struct {
	Name     string   `json:"name"`
	Kind     string   `json:"kind"`     // numeric, category
	Category string   `json:"category"` // of data: contact_history, account, profile, campaign
	Values   []string `json:"values,omitempty"`
	Min      *float64 `json:"min,omitempty"`
	Max      *float64 `json:"max,omitempty"`
}

// Code is the number that stands for a category's value: its index, or, for a
// value that is not listed, the length of the list.
func (f *Feature) Code(value string) float64 {
	for i, v := range f.Values {
		if v == value {
			return float64(i)
		}
	}
	return float64(len(f.Values))
}

// Calibration maps a margin (log-odds) to a probability.
type Calibration struct {
	Method string  `json:"method"` // logistic: 1/(1+exp(-(a+b*margin)))
	A      float64 `json:"a"`
	B      float64 `json:"b"`
}

// Probability is the calibrated chance of a yes, in 0..1.
func (c Calibration) Probability(margin float64) float64 {
	return 1 / (1 + math.Exp(-(c.A + c.B*margin)))
}

// Margin is the margin at which the calibrated chance is p, 0 < p < 1.
func (c Calibration) Margin(p float64) float64 {
	return (math.Log(p/(1-p)) - c.A) / c.B
}

// Band is a range of the calibrated chance and what is done in it.
type Band struct {
	Name    string  `json:"name"`     // hot, warm, cold
	AtLeast float64 `json:"at_least"` // calibrated chance
	Action  string  `json:"action"`   // call, email, none
}

// Band is the band of a calibrated chance: the first whose border it reaches.
func (m *Model) Band(p float64) Band {
	for _, b := range m.Bands {
		if p >= b.AtLeast {
			return b
		}
	}
	return m.Bands[len(m.Bands)-1]
}

// Model finds a model by its id, or returns nil.
func (c *Card) Model(id string) *Model {
	for i := range c.Models {
		if c.Models[i].ID == id {
			return &c.Models[i]
		}
	}
	return nil
}

// ReadCard reads the card. Keys that are not in the types above are refused.
func ReadCard() (Card, error) {
	var c Card
	d := json.NewDecoder(bytes.NewReader(read("card.json")))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return Card{}, fmt.Errorf("the demo's model card is not right; run demo/train/train.py again: %w", err)
	}
	return c, nil
}
