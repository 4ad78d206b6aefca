package disclose

import (
	"time"

	"fairtouch/internal/disclose/marks"
	"fairtouch/touch"
)

// OutputSpec says what an output is before it is marked or registered.
type OutputSpec struct {
	Source   marks.Source     // of an image
	Decision touch.DecisionID // that stands behind it; "" for none
}

// Output is a marked image with its place in the register of fingerprints.
type Output struct {
	Image []byte
	Said  marks.Said
	Known Known
}

// Known is an entry of the register of fingerprints.
type Known struct {
	ID       string           `json:"id"`
	Decision touch.DecisionID `json:"decision,omitzero"`
	Receipt  touch.EventID    `json:"receipt"`
	Media    string           `json:"media"`
	Source   string           `json:"digital_source_type,omitzero"`
	At       time.Time        `json:"at"`
	How      string           `json:"how,omitzero"`      // it was recognised: exact, form, picture
	Distance int              `json:"distance,omitzero"` // in bits of 64, for pictures
}
