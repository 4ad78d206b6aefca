package marks

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"fairtouch/touch"
)

func picture() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 9, 7))
	for i := range 9 {
		m.Set(i, i%7, color.RGBA{uint8(i * 20), 80, 200, 255})
	}
	return m
}

func decode(t testing.TB, s string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const svgFile = `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><title>Sun &amp; sea</title><rect width="2" height="2"/></svg>`

func images(t testing.TB) map[string][]byte {
	t.Helper()
	var j, p bytes.Buffer
	if err := jpeg.Encode(&j, picture(), nil); err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(&p, picture()); err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"jpeg": j.Bytes(), "png": p.Bytes(), "svg": []byte(svgFile),
		"webp lossy":    decode(t, "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"),
		"webp lossless": decode(t, "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="),
	}
}

func TestAGeneratedImageSaysSo(t *testing.T) {
	for name, b := range images(t) {
		for _, s := range []Source{Generated, Composite} {
			out, err := Mark(b, s)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if got, err := Read(out); err != nil || got != s {
				t.Errorf("%s: reads %q %v", name, got, err)
			}
			if again, err := Mark(out, s); err != nil || !bytes.Equal(again, out) {
				t.Errorf("%s: a second mark changes it", name)
			}
			if got, err := Read(b); err != nil || got != "" {
				t.Errorf("%s: an unmarked image says %q %v", name, got, err)
			}
		}
	}
}

func TestNotAPixelChanges(t *testing.T) {
	all := images(t)
	for name, dec := range map[string]func([]byte) (image.Image, error){
		"jpeg": func(b []byte) (image.Image, error) { return jpeg.Decode(bytes.NewReader(b)) },
		"png":  func(b []byte) (image.Image, error) { return png.Decode(bytes.NewReader(b)) }, // checks the checksums, too
	} {
		out, err := Mark(all[name], Generated)
		if err != nil {
			t.Fatal(err)
		}
		was, err := dec(all[name])
		if err != nil {
			t.Fatal(err)
		}
		is, err := dec(out)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for x := range 9 {
			for y := range 7 {
				if was.At(x, y) != is.At(x, y) {
					t.Fatalf("%s: pixel %d,%d", name, x, y)
				}
			}
		}
	}
	for _, name := range []string{"webp lossy", "webp lossless"} {
		out, err := Mark(all[name], Generated)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(out, all[name][12:]) || string(out[12:16]) != "VP8X" || out[20]&webpXMP == 0 || int(binary.LittleEndian.Uint32(out[4:])) != len(out)-8 || len(out)%2 != 0 {
			t.Errorf("%s: % x", name, out[:40])
		}
	}
}

const rights = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description r:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:rights="© Jo"/></r:RDF></x:xmpmeta>`

// Whoever wrote metadata before keeps it.
func TestExistingMetadataStays(t *testing.T) {
	for name, b := range images(t) {
		f, err := formatOf(b)
		if err != nil {
			t.Fatal(err)
		}
		with, err := f.write(b, []byte(rights))
		if err != nil {
			t.Fatal(name, err)
		}
		out, err := Mark(with, Generated)
		if err != nil {
			t.Fatal(name, err)
		}
		packet, err := f.read(out)
		if err != nil || !bytes.Contains(packet, []byte(`dc:rights="© Jo"`)) || sourceIn(packet) != Generated || bytes.Count(out, []byte("xmpmeta ")) != 1 {
			t.Errorf("%s: %s %v", name, packet, err)
		}
	}
}

// A composite image with a generated part isn't made less by a second tool.
func TestAMarkIsNeverWeakened(t *testing.T) {
	for name, b := range images(t) {
		out, err := Mark(b, Generated)
		if err != nil {
			t.Fatal(err)
		}
		if out, err = Mark(out, Composite); err != nil {
			t.Fatal(err)
		}
		if got, _ := Read(out); got != Generated {
			t.Errorf("%s: %q", name, got)
		}
	}
	other := strings.Replace(rights, `dc:rights=`, `xmlns:i="`+extNS+`" i:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture" dc:rights=`, 1)
	out, err := merge([]byte(other), Composite)
	if err != nil || sourceIn(out) != Composite || strings.Contains(string(out), "digitalCapture") {
		t.Errorf("%s %v", out, err)
	}
}

func TestADamagedImageIsRefused(t *testing.T) {
	all := images(t)
	all["nothing"], all["text"], all["open svg"] = nil, []byte("hello"), []byte("<svg><g>")
	for name, b := range all {
		cut := b[:len(b)*2/3]
		if strings.HasPrefix(name, "jpeg") {
			cut = b[:30]
		}
		if _, err := Mark(cut, Generated); touch.CodeOf(err) != touch.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Mark(all["png"], "made by hand"); touch.CodeOf(err) != touch.Invalid {
		t.Error("an unknown source was written")
	}
}

func FuzzMark(f *testing.F) {
	for _, b := range images(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		out, err := Mark(b, Generated)
		if err != nil {
			return
		}
		if got, err := Read(out); err != nil || got != Generated {
			t.Fatalf("a marked image reads %q %v", got, err)
		}
	})
}
