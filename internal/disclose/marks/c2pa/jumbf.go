package c2pa

import (
	"bytes"
	"encoding/binary"

	"fairtouch/touch"
)

// A box of JUMBF: four bytes of length, four of type, then the body. A superbox
// ("jumb") begins with a description ("jumd"): a UUID, a byte of toggles, a label.

// uuidTail follows the four letters in the UUIDs that C2PA and JUMBF use.
const uuidTail = "\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71"

// The types of superboxes, by the first four bytes of their UUID.
const (
	typeStore      = "c2pa"
	typeManifest   = "c2ma"
	typeAssertions = "c2as"
	typeClaim      = "c2cl"
	typeSignature  = "c2cs"
	typeCBOR       = "cbor"
)

// toggles: the box can be asked for by its label, and has one.
const toggles = 0x03

func box(kind string, body ...[]byte) []byte {
	n := 8
	for _, b := range body {
		n += len(b)
	}
	out := append(binary.BigEndian.AppendUint32(make([]byte, 0, n), uint32(n)), kind...)
	for _, b := range body {
		out = append(out, b...)
	}
	return out
}

func superbox(kind, label string, kids ...[]byte) []byte {
	d := box("jumd", []byte(kind+uuidTail), []byte{toggles}, []byte(label), []byte{0})
	return box("jumb", append([][]byte{d}, kids...)...)
}

// node is a box as it was read.
type node struct {
	kind  string // of the box
	use   string // a superbox's type, as above
	label string
	body  []byte // after the header; what a reference to the box hashes
	raw   []byte
	kids  []node
}

// maxDepth and maxBoxes bound what a hostile file can ask for.
const (
	maxDepth = 8
	maxBoxes = 4096
)

var errBoxes = touch.Errorf(touch.Invalid, "the image's content credentials are damaged")

// parse reads the boxes of a body.
func parse(b []byte, depth int, left *int) ([]node, error) {
	var out []node
	for len(b) > 0 {
		if *left--; len(b) < 8 || depth > maxDepth || *left < 0 {
			return nil, errBoxes
		}
		n := binary.BigEndian.Uint32(b)
		if n < 8 || uint64(n) > uint64(len(b)) { // 0 ("to the end") and 1 (64 bits) aren't used by C2PA
			return nil, errBoxes
		}
		x := node{kind: string(b[4:8]), body: b[8:n], raw: b[:n]}
		if x.kind == "jumb" {
			if err := x.open(depth, left); err != nil {
				return nil, err
			}
		}
		out, b = append(out, x), b[n:]
	}
	return out, nil
}

// open reads a superbox's description and what it holds.
func (x *node) open(depth int, left *int) error {
	kids, err := parse(x.body, depth+1, left)
	if err != nil {
		return err
	}
	if len(kids) == 0 || kids[0].kind != "jumd" || len(kids[0].body) < 17 {
		return errBoxes
	}
	d := kids[0].body
	x.use, x.kids = string(d[:4]), kids[1:]
	if d[16]&2 != 0 {
		label, _, ok := bytes.Cut(d[17:], []byte{0})
		if !ok {
			return errBoxes
		}
		x.label = string(label)
	}
	return nil
}

// child is the only kid of a type, or nil.
func (x *node) child(use string) *node {
	var found *node
	for i := range x.kids {
		if x.kids[i].use == use {
			if found != nil {
				return nil
			}
			found = &x.kids[i]
		}
	}
	return found
}

// content is the body of a superbox's first content box of a kind, or nil.
func (x *node) content(kind string) []byte {
	for i := range x.kids {
		if x.kids[i].kind == kind {
			return x.kids[i].body
		}
	}
	return nil
}
