package engine

import (
	"fairtouch/touch"
)

// Training is the data that a model will learn from, checked by the same groups
// before anything is trained.
type Training struct {
	File       string     `yaml:"file"`
	Database   string     `yaml:"database"`   // URL, or $NAME of an environment variable
	Table      string     `yaml:"table"`      // name or schema.name
	Label      string     `yaml:"label"`      // column that the model learns; default: the specification's label
	Positive   []string   `yaml:"positive"`   // labels that mean yes; default: as the specification's
	Attributes Attributes `yaml:"attributes"` // where they have other columns or bands than in the decisions; by name
}

// ForTraining is the specification of the training data: the label takes the
// decision's place, so that its rates compare by group. Conditions, scores and
// weights are about decisions, and don't carry over. The error names a part that
// is missing.
func (s *Spec) ForTraining() (Spec, error) {
	t := s.Training
	if t == nil {
		return Spec{}, touch.Fielderr("training", "is not in the specification: name a file or a table, and the label's column")
	}
	out := *s
	out.Data = Data{File: t.File, Database: t.Database, Table: t.Table}
	out.Prediction, out.Label = t.Label, ""
	if out.Prediction == "" {
		out.Prediction = s.Label
	}
	out.Positive = Positive{Prediction: t.Positive}
	if len(t.Positive) == 0 {
		out.Positive.Prediction = s.Positive.Label
	}
	out.Score, out.Where, out.Weight, out.Metrics, out.Training = Score{}, Where{}, "", nil, nil
	out.Attributes = append(Attributes(nil), s.Attributes...)
	for _, a := range t.Attributes {
		name, found := a.Name, false
		if name == "" {
			name = a.Column
		}
		for i := range out.Attributes {
			if out.Attributes[i].Name == name {
				a.Name, out.Attributes[i], found = name, a, true
			}
		}
		if !found {
			return Spec{}, touch.Fielderr("training.attributes", "%s is not among the attributes", name)
		}
	}
	if out.Prediction == "" {
		return Spec{}, touch.Fielderr("training.label", "name the column that the model learns")
	}
	return out, out.validate()
}
