package onnx

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"fairtouch/pii"
)

// label is one of config.json's id2label: what a piece is, and whether it may
// begin there or goes on.
type label struct {
	typ    pii.Type // "" is nothing that is reported
	word   string   // the label without its prefix
	begins bool     // B, S and U: a name begins here even right after another
}

// names are the words that networks use for what joins the findings. Others,
// such as MISC and DATE, are left to the rest of the detector.
var names = map[string]pii.Type{
	"PER": pii.Person, "PERS": pii.Person, "PERSON": pii.Person, "NAME": pii.Person, "GIVENNAME": pii.Person, "FIRSTNAME": pii.Person, "MIDDLENAME": pii.Person, "SURNAME": pii.Person, "LASTNAME": pii.Person,
	"LOC": pii.Location, "LOCATION": pii.Location, "GPE": pii.Location, "CITY": pii.Location, "STATE": pii.Location, "COUNTRY": pii.Location, "COUNTY": pii.Location,
	"ORG": pii.Organization, "ORGANIZATION": pii.Organization, "ORGANISATION": pii.Organization, "COMPANY": pii.Organization, "COMPANYNAME": pii.Organization, "CORP": pii.Organization, "CORPORATION": pii.Organization,
	"ADDRESS": pii.Address, "STREET": pii.Address, "STREETADDRESS": pii.Address, "BUILDINGNUM": pii.Address, "BUILDINGNUMBER": pii.Address, "ZIPCODE": pii.Address, "POSTCODE": pii.Address,
	"NORP": pii.NRP, "NRP": pii.NRP,
}

// config is what is read of a config.json.
type config struct {
	labels    []label
	positions int // pieces that one run may have, special ones included; 0: not said
}

func readConfig(b []byte) (config, error) {
	var in struct {
		Labels    map[string]string `json:"id2label"`
		Positions int               `json:"max_position_embeddings"`
		Kind      string            `json:"model_type"`
		Pad       int               `json:"pad_token_id"`
	}
	if err := json.Unmarshal(b, &in); err != nil {
		return config{}, fmt.Errorf("config.json is no JSON of a model: %w", err)
	}
	if len(in.Labels) == 0 {
		return config{}, errors.New("config.json has no id2label")
	}
	c := config{labels: make([]label, len(in.Labels)), positions: in.Positions}
	for id, name := range in.Labels {
		i, err := strconv.Atoi(id)
		if err != nil || i < 0 || i >= len(c.labels) {
			return config{}, fmt.Errorf("config.json's id2label doesn't count from 0 to %d", len(in.Labels)-1)
		}
		c.labels[i] = readLabel(name)
	}
	if strings.Contains(in.Kind, "roberta") || in.Kind == "camembert" { // they count positions from after the padding token's
		c.positions -= in.Pad + 1
	}
	for _, l := range c.labels {
		if l.typ != "" {
			return c, nil
		}
	}
	return config{}, errors.New("config.json's labels name no people, places, organisations or addresses, such as B-PER, LOC or ORG")
}

// readLabel takes B-PER, I-PER, S-ORG, PER and the like apart.
func readLabel(s string) label {
	l := label{word: s}
	if len(s) > 2 && (s[1] == '-' || s[1] == '_') && strings.IndexByte("BIESLU", s[0]) >= 0 {
		l.word, l.begins = s[2:], strings.IndexByte("BSU", s[0]) >= 0
	}
	l.typ = names[strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToUpper(l.word))]
	return l
}
