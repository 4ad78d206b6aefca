package consent

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"io"
	"slices"
	"sync"

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

// A packer's tables cost more to make than a projection costs to pack.
var (
	packers = sync.Pool{New: func() any {
		w, err := flate.NewWriter(nil, flate.BestSpeed)
		if err != nil {
			panic(err) // the level is a constant that it knows
		}
		return w
	}}
	unpackers = sync.Pool{New: func() any { return flate.NewReader(bytes.NewReader(nil)) }}
)

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
	w := packers.Get().(*flate.Writer)
	defer packers.Put(w)
	w.Reset(&out)
	if _, err = w.Write(b); err == nil {
		err = w.Close()
	}
	return out.Bytes(), touch.Wrap(touch.Internal, err, "permissions can't be written")
}

// decode reads what encode wrote, now or in an earlier version.
func decode(b []byte) (*Projection, error) {
	if len(b) > 0 && b[0] == packed {
		r := unpackers.Get().(io.ReadCloser)
		defer unpackers.Put(r)
		err := r.(flate.Resetter).Reset(bytes.NewReader(b[1:]), nil)
		if err == nil {
			b, err = io.ReadAll(io.LimitReader(r, unpackLimit))
		}
		if err != nil {
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
