package prints

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"testing"
)

// scene is a picture with some structure, of a size; seed makes it another one.
func scene(w, h int, seed float64) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for x := range w {
		for y := range h {
			u, v := float64(x)/float64(w), float64(y)/float64(h)
			g := 128 + 60*math.Sin(7*u+seed)*math.Cos(5*v*seed) + 50*math.Sin(seed*13*u*v+3*v)
			m.Set(x, y, color.RGBA{uint8(g), uint8(g * 0.8), uint8(255 - g), 255})
		}
	}
	return m
}

func asPNG(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func of(t *testing.T, b []byte) Print {
	t.Helper()
	p, err := OfImage(b)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAResizedAndResavedPictureIsRecognised(t *testing.T) {
	for seed := 1.0; seed < 9; seed++ {
		first := of(t, asPNG(t, scene(640, 480, seed)))
		var b bytes.Buffer
		if err := jpeg.Encode(&b, scene(200, 150, seed), &jpeg.Options{Quality: 60}); err != nil {
			t.Fatal(err)
		}
		small := of(t, b.Bytes())
		if d := Distance(first.Picture, small.Picture); first.Picture == 0 || d > Near || first.Exact == small.Exact {
			t.Errorf("scene %v: distance %d", seed, d)
		}
		if d := Distance(first.Picture, of(t, asPNG(t, scene(640, 480, seed+9))).Picture); d <= Near {
			t.Errorf("scene %v is taken for another: distance %d", seed, d)
		}
	}
}

func TestAnEvenPictureFitsNoOther(t *testing.T) {
	if p := of(t, asPNG(t, image.NewGray(image.Rect(0, 0, 50, 50)))); p.Picture != 0 || p.Exact == "" {
		t.Errorf("%+v", p)
	}
	if p := of(t, []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)); p.Picture != 0 || p.Exact == "" {
		t.Errorf("%+v", p)
	}
}

func TestTheSameTextIsRecognisedHoweverItIsEncoded(t *testing.T) {
	a, b := OfText("Gr\u00fc\u00dfe\nJo"), OfText("  Gru\u0308\u00dfe\r\nJo\n")
	if a.Form != b.Form || a.Exact == b.Exact {
		t.Errorf("%+v %+v", a, b)
	}
	if OfText("Gruesse\nJo").Form == a.Form {
		t.Error("another text is taken for it")
	}
}
