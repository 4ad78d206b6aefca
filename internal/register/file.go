package register

import (
	"fairtouch/touch"
)

// maxFile bounds a register file in bytes.
const maxFile = 16 << 20

// File is a register as one YAML or JSON document, for import and export.
type File struct {
	Parts        `yaml:",inline"`
	Systems      []System       `json:"systems,omitzero" yaml:"systems"`
	Significance []Significance `json:"significance,omitzero" yaml:"significance"`
	Attestations []Attestation  `json:"attestations,omitzero" yaml:"attestations"`
}

// ParseFile reads and validates a register file. A missing link or an unknown
// licence isn't an error: it is imported, and Check blocks on it.
func ParseFile(data []byte) (*File, error) {
	if len(data) > maxFile {
		return nil, touch.Errorf(touch.TooLarge, "a register file may have %d bytes; this one has %d", maxFile, len(data))
	}
	var f File
	if err := decode(data, &f); err != nil {
		return nil, touch.Wrap(touch.Invalid, err, "the register file can't be read: %s", firstLine(err))
	}
	l, err := SeedLicences()
	if err != nil {
		return nil, err
	}
	if _, err := NewGraph(f.Parts, l); err != nil {
		return nil, err
	}
	seen := map[touch.SystemID]bool{}
	for i := range f.Systems {
		s := &f.Systems[i]
		if seen[s.ID] {
			return nil, touch.Fielderr(at("systems", i, "id"), "system %.40q appears twice", string(s.ID))
		}
		seen[s.ID] = true
		if err := s.Validate(); err != nil {
			e := touch.AsError(err)
			return nil, touch.Fielderr(at("systems", i, e.Field), "%s", e.Message)
		}
	}
	return &f, f.judgements()
}

func (f *File) judgements() error {
	for i, s := range f.Significance {
		if err := s.Validate(); err != nil {
			e := touch.AsError(err)
			return touch.Fielderr(at("significance", i, e.Field), "%s", e.Message)
		}
	}
	for i, a := range f.Attestations {
		if a.User == "" || !a.On.known() {
			return touch.Fielderr(at("attestations", i, "user"), "an attestation needs a user and a date")
		}
		if err := firstErr(a.On.check(at("attestations", i, "on")), a.Until.check(at("attestations", i, "until"))); err != nil {
			return err
		}
	}
	return nil
}
