package consent

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"fairtouch/touch"
)

// Whatever was said is read back as it was, packed or not, and as it was
// written before there was packing.
func TestProjectionsComeBackWhole(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	plain, small := 0, 0
	for range 2000 {
		p := &Projection{}
		for n := range r.IntN(30) {
			if e := randomEvent(r, n); e.Validate() == nil {
				p.Apply(&e)
			}
		}
		want, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		b, err := p.encode()
		if err != nil {
			t.Fatal(err)
		}
		plain, small = plain+len(want), small+len(b)
		for _, stored := range [][]byte{b, want} {
			got, err := decode(stored)
			if err != nil {
				t.Fatal(err)
			}
			if again, err := json.Marshal(got); err != nil || string(again) != string(want) {
				t.Fatalf("%v\n%s\n%s", err, again, want)
			}
		}
	}
	if small*2 > plain {
		t.Errorf("packing took %d bytes to %d only", plain, small)
	}
}

func TestDamagedProjectionsAreRefused(t *testing.T) {
	for _, b := range [][]byte{nil, {}, {packed}, {packed, 255, 0, 7}, []byte("{"), []byte(`{"entries":3}`), []byte("x")} {
		if p, err := decode(b); touch.CodeOf(err) != touch.Tampered {
			t.Errorf("%q was read as %+v: %v", b, p, err)
		}
	}
}
