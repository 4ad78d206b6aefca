package statement

import (
	"time"

	"fairtouch/touch"
)

// Version is a published statement.
type Version struct {
	Number   int                `json:"version"`
	Hash     string             `json:"hash"` // of the facts and every text: its name
	Facts    Facts              `json:"facts"`
	Sections map[string]Section `json:"sections"`
	Day      string             `json:"describes"` // UTC date that it describes
	By       touch.UserID       `json:"by"`
	At       time.Time          `json:"at"`
}

// Make writes a version of the facts as of a time. The hash covers facts, texts
// and day, not who published it.
func (b *Book) Make(f Facts, by touch.UserID, at time.Time) Version {
	v := Version{Facts: f, Sections: b.Write(&f, at), Day: at.UTC().Format(time.DateOnly), By: by, At: at.UTC()}
	v.Hash = v.name()
	return v
}

func (v *Version) name() string {
	return hashOf(struct {
		Facts    Facts
		Sections map[string]Section
		Day      string
	}{v.Facts, v.Sections, v.Day})
}

// Genuine reports whether the version still is what its name says.
func (v *Version) Genuine() bool { return v.Hash != "" && v.Hash == v.name() }

// Describes reports whether the facts are still those of the version.
func (v *Version) Describes(now *Facts) bool { return v.Facts.Hash() == now.Hash() }

// In picks the section of the first language wanted that there is, else English.
func (v *Version) In(wanted ...string) Section {
	for _, l := range wanted {
		if s, ok := v.Sections[l]; ok {
			return s
		}
	}
	return v.Sections["en"]
}
