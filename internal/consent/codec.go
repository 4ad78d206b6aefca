package consent

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"io"
	"slices"

	jsonv2 "github.com/go-json-experiment/json"

	"fairtouch/touch"
)

// packFrom is the size in bytes from which a projection is compressed before it
// is sealed. Below, as with the few permissions that most people have, reading
// plain JSON is quicker than what the smaller row saves.
const packFrom = 1 << 10

// packed marks a compressed projection; plain JSON begins with a brace.
const packed = 1

// unpackLimit bounds what a packed projection may hold, in bytes.
const unpackLimit = 16 << 20

// encode writes a projection for sealing. The person's own act is left out where
// it is the yes that stands beside it.
func (p *Projection) encode() ([]byte, error) {
	slim := Projection{Entries: slices.Clone(p.Entries)}
	for i := range slim.Entries {
		if en := &slim.Entries[i]; en.Act != nil && en.Yes != nil && *en.Act == *en.Yes {
			en.Act = nil
		}
	}
	b, err := json.Marshal(&slim)
	if err != nil || len(b) < packFrom {
		return b, touch.Wrap(touch.Internal, err, "permissions can't be written")
	}
	var out bytes.Buffer
	out.WriteByte(packed)
	w, err := flate.NewWriter(&out, flate.BestSpeed)
	if err == nil {
		_, err = w.Write(b)
	}
	if err == nil {
		err = w.Close()
	}
	return out.Bytes(), touch.Wrap(touch.Internal, err, "permissions can't be written")
}

// decode reads what encode wrote, now or in an earlier version.
func decode(b []byte) (*Projection, error) {
	if len(b) > 0 && b[0] == packed {
		var err error
		if b, err = io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(b[1:])), unpackLimit)); err != nil {
			return nil, touch.Wrap(touch.Tampered, err, "a person's permissions can't be read")
		}
	}
	p := &Projection{}
	if err := jsonv2.Unmarshal(b, p); err != nil {
		return nil, touch.Wrap(touch.Tampered, err, "a person's permissions can't be read")
	}
	for i := range p.Entries {
		if en := &p.Entries[i]; en.Act == nil && en.Yes != nil && en.Yes.Act {
			en.Act = en.Yes
		}
	}
	return p, nil
}
