package c2pa

import (
	"crypto/sha256"
	"time"

	"github.com/fxamacker/cbor/v2"

	"fairtouch/touch"
)

// Labels of what a manifest holds.
const (
	labelClaim      = "c2pa.claim.v2"
	labelSignature  = "c2pa.signature"
	labelAssertions = "c2pa.assertions"
	labelActions    = "c2pa.actions.v2"
	labelDataHash   = "c2pa.hash.data"
	labelIngredient = "c2pa.ingredient.v3"
)

const sha = "sha256"

type hashedURI struct {
	URL  string `cbor:"url"`
	Alg  string `cbor:"alg,omitempty"`
	Hash []byte `cbor:"hash"`
}

type generator struct {
	Name    string `cbor:"name"`
	Version string `cbor:"version,omitempty"`
}

type claim struct {
	InstanceID string      `cbor:"instanceID"`
	Generator  generator   `cbor:"claim_generator_info"`
	Signature  string      `cbor:"signature"`
	Created    []hashedURI `cbor:"created_assertions"`
	Title      string      `cbor:"dc:title,omitempty"`
	Alg        string      `cbor:"alg"`
}

type actions struct {
	Actions []action `cbor:"actions"`
}

type action struct {
	Action     string      `cbor:"action"`
	When       time.Time   `cbor:"when,omitzero"`
	Agent      *generator  `cbor:"softwareAgent,omitempty"`
	Source     string      `cbor:"digitalSourceType,omitempty"`
	Parameters *parameters `cbor:"parameters,omitempty"`
}

type parameters struct {
	Ingredients []hashedURI `cbor:"ingredients,omitempty"`
}

type exclusion struct {
	Start  int `cbor:"start"`
	Length int `cbor:"length"`
}

type dataHash struct {
	Exclusions []exclusion `cbor:"exclusions,omitempty"`
	Name       string      `cbor:"name,omitempty"`
	Alg        string      `cbor:"alg"`
	Hash       []byte      `cbor:"hash"`
	Pad        []byte      `cbor:"pad"`
}

type ingredient struct {
	Title          string     `cbor:"dc:title,omitempty"`
	Format         string     `cbor:"dc:format,omitempty"`
	Relationship   string     `cbor:"relationship"`
	Results        results    `cbor:"validationResults"`
	ActiveManifest hashedURI  `cbor:"activeManifest"`
	ClaimSignature *hashedURI `cbor:"claimSignature,omitempty"`
}

type results struct {
	Active status `cbor:"activeManifest"`
}

type status struct {
	Success       []code `cbor:"success"`
	Informational []code `cbor:"informational"`
	Failure       []code `cbor:"failure"`
}

type code struct {
	Code        string `cbor:"code"`
	URL         string `cbor:"url,omitempty"`
	Explanation string `cbor:"explanation,omitempty"`
}

// encode writes CBOR deterministically, with times as tagged text (RFC 8949,
// 3.4.1), which the specification's "tdate" asks for.
func encode(v any) ([]byte, error) {
	o := cbor.CoreDetEncOptions()
	o.Time, o.TimeTag = cbor.TimeRFC3339, cbor.EncTagRequired
	m, err := o.EncMode()
	if err != nil {
		return nil, touch.Wrap(touch.Internal, err, "content credentials can't be written")
	}
	b, err := m.Marshal(v)
	return b, touch.Wrap(touch.Internal, err, "content credentials can't be written")
}

// decode reads CBOR of strangers; what it doesn't know is passed over.
func decode(b []byte, v any) error {
	m, err := cbor.DecOptions{DupMapKey: cbor.DupMapKeyEnforcedAPF, MaxNestedLevels: 16, MaxArrayElements: 4096, MaxMapPairs: 4096, TimeTag: cbor.DecTagOptional}.DecMode()
	if err != nil {
		return touch.Wrap(touch.Internal, err, "content credentials can't be read")
	}
	if err := m.Unmarshal(b, v); err != nil {
		return errBoxes
	}
	return nil
}

// part is an assertion on its way into a manifest.
type part struct {
	label string
	box   []byte
}

// newPart makes an assertion's box and the reference to it, which hashes the
// box without its header.
func newPart(label string, v any) (part, hashedURI, error) {
	b, err := encode(v)
	if err != nil {
		return part{}, hashedURI{}, err
	}
	p := part{label, superbox(typeCBOR, label, box("cbor", b))}
	sum := sha256.Sum256(p.box[8:])
	return p, hashedURI{URL: "self#jumbf=" + labelAssertions + "/" + label, Hash: sum[:]}, nil
}
