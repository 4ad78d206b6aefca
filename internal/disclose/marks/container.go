package marks

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"hash/crc32"
	"io"
	"slices"

	"fairtouch/internal/disclose/marks/c2pa"
	"fairtouch/touch"
)

// container finds and places the manifest store of Content Credentials in one
// kind of file (C2PA specification 2.4, appendix A).
type container struct {
	// find returns the store, nil for none; the file without it; and where it lies.
	find func(image []byte) (store, bare []byte, at c2pa.Span, err error)
	// place puts a store into a file that has none, and says which bytes of the
	// result a hash must leave out.
	place func(bare, store []byte) ([]byte, c2pa.Span, error)
}

var errTwoStores = touch.Errorf(touch.Invalid, "the image holds more than one set of content credentials, which counts as none; export it again from where it was made")

// JPEG: APP11 segments of ISO/IEC 19566-5, annex D. Each has "JP", the number of
// the box, the number of the segment, and repeats the box's header.
const (
	jpegJUMBF   = 0xeb
	jumbfHead   = 2 + 2 + 4 + 8
	jumbfMax    = 0xffff - 2 - jumbfHead
	boxInstance = 0x0211
)

type piece struct {
	from, to int
	n        uint16
	body     []byte
}

func findJPEG(b []byte) (store, bare []byte, at c2pa.Span, err error) {
	var pieces []piece
	var ours []uint16
	err = segments(b, func(m byte, from, to int, p []byte) bool {
		if m == jpegJUMBF && len(p) >= jumbfHead && string(p[:2]) == "JP" && string(p[12:16]) == "jumb" {
			x := piece{from, to, binary.BigEndian.Uint16(p[2:]), p}
			pieces = append(pieces, x)
			if len(p) >= jumbfHead+12 && string(p[20:28]) == "jumdc2pa" {
				ours = append(ours, x.n)
			}
		}
		return false
	})
	if err != nil || len(ours) == 0 {
		return nil, b, at, err
	}
	if len(ours) > 1 {
		return nil, nil, at, errTwoStores
	}
	end := 0
	for _, x := range pieces {
		if x.n != ours[0] {
			continue
		}
		if store == nil {
			at.Start, store = x.from, append(store, x.body[8:16]...)
			bare = append(bare, b[:x.from]...)
		} else {
			bare = append(bare, b[end:x.from]...)
		}
		store, end = append(store, x.body[16:]...), x.to
	}
	at.Length = end - at.Start
	return store, append(bare, b[end:]...), at, nil
}

func placeJPEG(b, store []byte) ([]byte, c2pa.Span, error) {
	at := 2
	err := segments(b, func(m byte, _, to int, p []byte) bool { // after JFIF, Exif and XMP
		if m == 0xe0 || m == 0xe1 {
			at = to
			return false
		}
		return true
	})
	if err != nil {
		return nil, c2pa.Span{}, err
	}
	var out []byte
	for i, rest := uint32(1), store[8:]; len(rest) > 0; i++ {
		n := min(len(rest), jumbfMax)
		out = append(out, 0xff, jpegJUMBF)
		out = binary.BigEndian.AppendUint16(out, uint16(2+jumbfHead+n))
		out = binary.BigEndian.AppendUint16(append(out, "JP"...), boxInstance)
		out = append(binary.BigEndian.AppendUint32(out, i), store[:8]...)
		out, rest = append(out, rest[:n]...), rest[n:]
	}
	return slices.Concat(b[:at], out, b[at:]), c2pa.Span{Start: at, Length: len(out)}, nil
}

// PNG: one chunk "caBX" right before the pixels: exiftool 12 loses sight of Exif
// that comes after it.
func findPNG(b []byte) (store, bare []byte, at c2pa.Span, err error) {
	if _, _, _, _, err := pngPacket(b); err != nil { // its shape is whole
		return nil, nil, at, err
	}
	bare = b
	for i := len(pngHead); i+12 <= len(b); {
		n := int(binary.BigEndian.Uint32(b[i:]))
		if string(b[i+4:i+8]) == "caBX" {
			if store != nil {
				return nil, nil, at, errTwoStores
			}
			store, bare, at = b[i+8:i+8+n], slices.Concat(b[:i], b[i+12+n:]), c2pa.Span{Start: i, Length: 12 + n}
		}
		if string(b[i+4:i+8]) == "IEND" {
			break
		}
		i += 12 + n
	}
	return store, bare, at, nil
}

func placePNG(b, store []byte) ([]byte, c2pa.Span, error) {
	if _, _, _, _, err := pngPacket(b); err != nil {
		return nil, c2pa.Span{}, err
	}
	at := len(pngHead)
	for string(b[at+4:at+8]) != "IDAT" {
		if string(b[at+4:at+8]) == "IEND" {
			return nil, c2pa.Span{}, errBroken
		}
		at += 12 + int(binary.BigEndian.Uint32(b[at:]))
	}
	body := append([]byte("caBX"), store...)
	chunk := append(binary.BigEndian.AppendUint32(nil, uint32(len(store))), body...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(body))
	return slices.Concat(b[:at], chunk, b[at:]), c2pa.Span{Start: at, Length: len(chunk)}, nil
}

// WebP: one chunk "C2PA", the last of the file.
func findWebP(b []byte) (store, bare []byte, at c2pa.Span, err error) {
	if _, err := chunksOf(b); err != nil {
		return nil, nil, at, err
	}
	bare = b
	for i := 12; i+8 <= len(b); {
		n := int(binary.LittleEndian.Uint32(b[i+4:]))
		if n > len(b)-i-8 {
			return nil, nil, at, errBroken
		}
		end := min(len(b), i+8+n+n%2)
		if string(b[i:i+4]) == "C2PA" {
			if store != nil {
				return nil, nil, at, errTwoStores
			}
			store, bare, at = b[i+8:i+8+n], slices.Concat(b[:i], b[end:]), c2pa.Span{Start: i, Length: end - i}
			binary.LittleEndian.PutUint32(bare[4:], uint32(len(bare)-8))
		}
		i = end
	}
	return store, bare, at, nil
}

func placeWebP(b, store []byte) ([]byte, c2pa.Span, error) {
	chunks, err := chunksOf(b)
	if err != nil {
		return nil, c2pa.Span{}, err
	}
	out := slices.Clone(b)
	if len(out)%2 == 1 {
		out = append(out, 0)
	}
	if chunks[0].name != "VP8X" {
		return nil, c2pa.Span{}, errBroken // Mark has made it so
	}
	at := c2pa.Span{Start: len(out)}
	out = binary.LittleEndian.AppendUint32(append(out, "C2PA"...), uint32(len(store)))
	if out = append(out, store...); len(store)%2 == 1 {
		out = append(out, 0)
	}
	at.Length = len(out) - at.Start
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out, at, nil
}

// SVG: base64 in an element of C2PA's namespace within metadata; the hash leaves
// out the base64 alone.
const (
	svgOpen  = `<c2pa:manifest xmlns:c2pa="http://c2pa.org/manifest">`
	svgClose = `</c2pa:manifest>`
)

func findSVG(b []byte) (store, bare []byte, at c2pa.Span, err error) {
	if _, _, _, _, err := svgPacket(b); err != nil {
		return nil, nil, at, err
	}
	from, to, inner, err := svgManifest(b)
	if err != nil || to == 0 {
		return nil, b, at, err
	}
	at = inner
	text := bytes.Join(bytes.Fields(b[at.Start:at.Start+at.Length]), nil)
	if store, err = base64.StdEncoding.DecodeString(string(text)); err != nil {
		return nil, nil, at, touch.Errorf(touch.Invalid, "the image's content credentials are damaged")
	}
	return store, slices.Concat(b[:from], b[to:]), at, nil
}

// svgManifest finds the element, whatever its prefix, and the text in it.
func svgManifest(b []byte) (from, to int, inner c2pa.Span, err error) {
	d := xml.NewDecoder(bytes.NewReader(b))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	open := -1
	for before := 0; ; {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return from, to, inner, nil
		}
		if err != nil {
			return 0, 0, inner, errBroken
		}
		at := int(d.InputOffset())
		switch t := tok.(type) {
		case xml.StartElement:
			if t.Name.Local == "manifest" && t.Name.Space != "" && bytes.Contains(b[before:at], []byte(`http://c2pa.org/manifest`)) {
				if to != 0 {
					return 0, 0, inner, errTwoStores
				}
				from, open = before, at
			}
		case xml.EndElement:
			if open >= 0 && t.Name.Local == "manifest" {
				inner, to, open = c2pa.Span{Start: open, Length: before - open}, at, -1
			}
		}
		before = at
	}
}

func placeSVG(b, store []byte) ([]byte, c2pa.Span, error) {
	_, to, _, _, err := svgPacket(b)
	if err != nil || to == 0 {
		return nil, c2pa.Span{}, errBroken // Mark has made the metadata
	}
	text := base64.StdEncoding.EncodeToString(store)
	return slices.Concat(b[:to], []byte(svgOpen), []byte(text), []byte(svgClose), b[to:]), c2pa.Span{Start: to + len(svgOpen), Length: len(text)}, nil
}
