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
	What     string           `json:"what"` // marked, rendered
	// Three things that are kept apart: it was made ready (At), handed to its
	// channel, and seen on a device. Zero is not known, never no.
	Channel   touch.Channel `json:"channel,omitzero"`
	Delivered time.Time     `json:"delivered,omitzero"`
	Shown     time.Time     `json:"shown,omitzero"`

	How      string `json:"how,omitzero"`      // it was recognised: exact, form, picture
	Distance int    `json:"distance,omitzero"` // in bits of 64, for pictures
}

// Sent is content that was rendered with its disclosure, and its proof.
type Sent struct {
	Rendered
	Known Known  `json:"known"`
	SHA   string `json:"sha256"`      // of text, HTML and spoken line, each after its length
	Token string `json:"shown_token"` // whoever shows the output says so with it, once
}
