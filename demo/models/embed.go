package models

import (
	"embed"
	"io/fs"
)

//go:embed card.json dictionary.yaml lead-lightgbm.txt lead-xgboost.ubj MODEL_CARD.md *.csv
var files embed.FS

// The models' ids, as the card has them.
const (
	LightGBMID = "lead-lightgbm"
	XGBoostID  = "lead-xgboost"
)

// FS holds the models, the card, the dictionary, and the reliability and bias tables.
func FS() fs.FS { return files }

// LightGBM is the first lead scorer, in LightGBM's text format.
func LightGBM() []byte { return read("lead-lightgbm.txt") }

// XGBoost is the second lead scorer, in XGBoost's UBJSON format.
func XGBoost() []byte { return read("lead-xgboost.ubj") }

// Dictionary is the data dictionary of both models, in YAML.
func Dictionary() []byte { return read("dictionary.yaml") }

// CardText is the model card for people, in Markdown.
func CardText() []byte { return read("MODEL_CARD.md") }

// read cannot fail: the compiler embedded the name.
func read(name string) []byte {
	b, _ := files.ReadFile(name)
	return b
}
