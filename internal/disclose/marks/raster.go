package marks

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"slices"

	"fairtouch/touch"
)

// JPEG: XMP lies in an APP1 segment (XMP specification, part 3, 1.1.3).
const jpegXMP = "http://ns.adobe.com/xap/1.0/\x00"

// segments calls f with each segment before the pixels: where it begins and ends,
// and its payload. It stops where f says so.
func segments(b []byte, f func(marker byte, from, to int, payload []byte) bool) error {
	for i := 2; i+4 <= len(b); {
		if b[i] != 0xff {
			return errBroken
		}
		if b[i+1] == 0xff { // fill
			i++
			continue
		}
		if b[i+1] == 0xda || b[i+1] == 0xd9 {
			return nil
		}
		n := int(binary.BigEndian.Uint16(b[i+2:]))
		if n < 2 || i+2+n > len(b) {
			return errBroken
		}
		if f(b[i+1], i, i+2+n, b[i+4:i+2+n]) {
			return nil
		}
		i += 2 + n
	}
	return errBroken
}

func jpegPacket(b []byte) (from, to int, packet []byte, err error) {
	err = segments(b, func(m byte, f, t int, p []byte) bool {
		if m == 0xe1 && bytes.HasPrefix(p, []byte(jpegXMP)) {
			from, to, packet = f, t, p[len(jpegXMP):]
		}
		return packet != nil
	})
	return from, to, packet, err
}

func readJPEG(b []byte) ([]byte, error) {
	_, _, p, err := jpegPacket(b)
	return p, err
}

func writeJPEG(b, packet []byte) ([]byte, error) {
	n := 2 + len(jpegXMP) + len(packet)
	if n > 0xffff {
		return nil, touch.Errorf(touch.Invalid, "the image's metadata is too long for one segment of a JPEG; shorten it, or use PNG")
	}
	from, to, old, err := jpegPacket(b)
	if err != nil {
		return nil, err
	}
	if old == nil { // after JFIF and Exif, which readers expect first
		from = 2
		err = segments(b, func(m byte, _, t int, p []byte) bool {
			if m == 0xe0 || m == 0xe1 && bytes.HasPrefix(p, []byte("Exif\x00")) {
				from = t
				return false
			}
			return true
		})
		to = from
	}
	seg := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(n))
	return slices.Concat(b[:from], seg, []byte(jpegXMP), packet, b[to:]), err
}

// PNG: XMP lies in an uncompressed iTXt chunk (XMP specification, part 3, 1.1.5).
const (
	pngHead = "\x89PNG\r\n\x1a\n"
	pngXMP  = "XML:com.adobe.xmp\x00\x00\x00\x00\x00"
)

// pngPacket finds the packet's chunk, and where the image's header ends.
func pngPacket(b []byte) (from, to, header int, packet []byte, err error) {
	for i := len(pngHead); i+12 <= len(b); {
		n := int(binary.BigEndian.Uint32(b[i:]))
		if n < 0 || n > len(b)-i-12 {
			return 0, 0, 0, nil, errBroken
		}
		name, body := string(b[i+4:i+8]), b[i+8:i+8+n]
		switch {
		case name == "IHDR":
			header = i + 12 + n
		case name == "iTXt" && bytes.HasPrefix(body, []byte(pngXMP)):
			from, to, packet = i, i+12+n, body[len(pngXMP):]
		case name == "iTXt" && bytes.HasPrefix(body, []byte(pngXMP[:18])):
			return 0, 0, 0, nil, touch.Errorf(touch.Invalid, "the image's XMP metadata is compressed or translated; export it again without that")
		case name == "IEND":
			if header == 0 {
				return 0, 0, 0, nil, errBroken
			}
			return from, to, header, packet, nil
		}
		i += 12 + n
	}
	return 0, 0, 0, nil, errBroken
}

func readPNG(b []byte) ([]byte, error) {
	_, _, _, p, err := pngPacket(b)
	return p, err
}

func writePNG(b, packet []byte) ([]byte, error) {
	from, to, header, old, err := pngPacket(b)
	if err != nil {
		return nil, err
	}
	if old == nil {
		from, to = header, header
	}
	body := slices.Concat([]byte("iTXt"), []byte(pngXMP), packet)
	chunk := append(binary.BigEndian.AppendUint32(nil, uint32(len(body)-4)), body...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(body))
	return slices.Concat(b[:from], chunk, b[to:]), nil
}

// WebP: XMP lies in a chunk of its own, which a flag of VP8X announces
// (RFC 9649, 2.7).
const webpXMP = 0x04

type riff struct {
	name string
	body []byte
}

func chunksOf(b []byte) (out []riff, err error) {
	if n := int(binary.LittleEndian.Uint32(b[4:])); n < 4 || n+8 > len(b) {
		return nil, errBroken
	}
	for i := 12; i+8 <= len(b); {
		n := int(binary.LittleEndian.Uint32(b[i+4:]))
		if n < 0 || n > len(b)-i-8 {
			return nil, errBroken
		}
		out = append(out, riff{string(b[i : i+4]), b[i+8 : i+8+n]})
		i += 8 + n + n%2
	}
	if len(out) == 0 {
		return nil, errBroken
	}
	return out, nil
}

func readWebP(b []byte) ([]byte, error) {
	chunks, err := chunksOf(b)
	for _, c := range chunks {
		if c.name == "XMP " {
			return c.body, err
		}
	}
	return nil, err
}

func writeWebP(b, packet []byte) ([]byte, error) {
	chunks, err := chunksOf(b)
	if err != nil {
		return nil, err
	}
	if chunks[0].name != "VP8X" {
		x, err := extended(chunks[0])
		if err != nil {
			return nil, err
		}
		chunks = slices.Insert(chunks, 0, x)
	}
	if len(chunks[0].body) < 10 {
		return nil, errBroken
	}
	chunks[0].body = slices.Clone(chunks[0].body)
	chunks[0].body[0] |= webpXMP
	chunks = slices.DeleteFunc(chunks, func(c riff) bool { return c.name == "XMP " })
	chunks = append(chunks, riff{"XMP ", packet})
	out := []byte("RIFF\x00\x00\x00\x00WEBP")
	for _, c := range chunks {
		out = binary.LittleEndian.AppendUint32(append(out, c.name...), uint32(len(c.body)))
		if out = append(out, c.body...); len(c.body)%2 == 1 {
			out = append(out, 0)
		}
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out, nil
}

// extended makes the header that a simple file lacks: its canvas is its picture.
func extended(c riff) (riff, error) {
	var w, h int
	flags := byte(0)
	switch {
	case c.name == "VP8 " && len(c.body) >= 10 && bytes.Equal(c.body[3:6], []byte{0x9d, 0x01, 0x2a}):
		w, h = int(binary.LittleEndian.Uint16(c.body[6:])&0x3fff), int(binary.LittleEndian.Uint16(c.body[8:])&0x3fff)
	case c.name == "VP8L" && len(c.body) >= 5 && c.body[0] == 0x2f:
		bits := binary.LittleEndian.Uint32(c.body[1:])
		w, h = int(bits&0x3fff)+1, int(bits>>14&0x3fff)+1
		if bits>>28&1 == 1 {
			flags = 0x10 // alpha
		}
	}
	if w == 0 || h == 0 {
		return riff{}, errBroken
	}
	w, h = w-1, h-1
	return riff{"VP8X", []byte{flags, 0, 0, 0, byte(w), byte(w >> 8), byte(w >> 16), byte(h), byte(h >> 8), byte(h >> 16)}}, nil
}
