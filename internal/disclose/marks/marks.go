// Package marks writes into an image that a machine made it: IPTC's
// DigitalSourceType in XMP, in JPEG, PNG, WebP and SVG.
//
// It changes metadata only; pixels stay byte for byte. XMP that is there is
// merged with, never replaced, and a source type that is there is kept unless it
// says less. What a mark says is a claim of whoever wrote it: marks can be
// stripped, and their absence proves nothing.
package marks

import (
	"bytes"
	"strings"

	"fairtouch/touch"
)

// Source is a value of IPTC's digital source type vocabulary
// (https://cv.iptc.org/newscodes/digitalsourcetype/, read through the project's
// field note of 2026-11-23).
type Source string

// The sources that marketing AI needs.
const (
	Generated Source = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
	Composite Source = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
)

// Namespaces of XMP.
const (
	extNS = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
	rdfNS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
)

// maxImage bounds what is read, in bytes.
const maxImage = 64 << 20

// Mark returns the image with the mark. The format is told from its first bytes;
// another one is Invalid. An image that says what it is to say is returned as it is.
func Mark(image []byte, s Source) ([]byte, error) {
	if s != Generated && s != Composite {
		return nil, touch.Errorf(touch.Invalid, "an image can be marked as generated or as composite, not as %q", string(s))
	}
	f, err := formatOf(image)
	if err != nil {
		return nil, err
	}
	packet, err := f.read(image)
	if err != nil {
		return nil, err
	}
	if has := sourceIn(packet); has == s || has == Generated {
		return image, nil // a part that is generated doesn't make the whole less so
	}
	merged, err := merge(packet, s)
	if err != nil {
		return nil, err
	}
	return f.write(image, merged)
}

// Read returns what an image says of its source; "" for nothing.
func Read(image []byte) (Source, error) {
	f, err := formatOf(image)
	if err != nil {
		return "", err
	}
	packet, err := f.read(image)
	return sourceIn(packet), err
}

// format finds and replaces the XMP packet of one kind of file; read returns nil
// for none.
type format struct {
	read  func(image []byte) ([]byte, error)
	write func(image, packet []byte) ([]byte, error)
	media string
	store container
}

func formatOf(image []byte) (format, error) {
	head := image[:min(len(image), 1024)]
	switch {
	case len(image) > maxImage:
		return format{}, touch.Errorf(touch.Invalid, "the image is larger than 64 MB; make it smaller")
	case bytes.HasPrefix(image, []byte{0xff, 0xd8, 0xff}):
		return format{readJPEG, writeJPEG, "image/jpeg", container{findJPEG, placeJPEG}}, nil
	case bytes.HasPrefix(image, []byte(pngHead)):
		return format{readPNG, writePNG, "image/png", container{findPNG, placePNG}}, nil
	case len(image) >= 12 && string(image[:4]) == "RIFF" && string(image[8:12]) == "WEBP":
		return format{readWebP, writeWebP, "image/webp", container{findWebP, placeWebP}}, nil
	case bytes.Contains(head, []byte("<svg")):
		return format{readSVG, writeSVG, "image/svg+xml", container{findSVG, placeSVG}}, nil
	}
	return format{}, touch.Errorf(touch.Invalid, "this is no JPEG, PNG, WebP or SVG image; convert it to one of them")
}

var errBroken = touch.Errorf(touch.Invalid, "the image is damaged; export it again")

// sourceIn finds the source type in a packet, written as an attribute or as an
// element, under whatever prefix the packet binds to IPTC's namespace.
func sourceIn(packet []byte) Source {
	s := string(packet)
	for _, prefix := range prefixesOf(s, extNS) {
		name := prefix + ":DigitalSourceType"
		for _, form := range [][2]string{{name + `="`, `"`}, {name + `='`, `'`}, {"<" + name + ">", "</"}, {"<" + name + ` rdf:resource="`, `"`}} {
			if i := strings.Index(s, form[0]); i >= 0 {
				rest := s[i+len(form[0]):]
				if j := strings.Index(rest, form[1]); j >= 0 {
					return Source(strings.TrimSpace(rest[:j]))
				}
			}
		}
	}
	return ""
}

// prefixesOf lists the prefixes that are bound to a namespace.
func prefixesOf(s, ns string) (out []string) {
	for _, q := range []string{`"`, `'`} {
		for from := 0; ; {
			i := strings.Index(s[from:], "="+q+ns+q)
			if i < 0 {
				break
			}
			at := from + i
			if j := strings.LastIndex(s[:at], "xmlns:"); j >= 0 && !strings.ContainsAny(s[j+6:at], " \t\r\n<>") {
				out = append(out, s[j+6:at])
			}
			from = at + 1
		}
	}
	return out
}

// merge puts the source into a packet, or makes one. A packet without an RDF
// element is refused rather than replaced.
func merge(packet []byte, s Source) ([]byte, error) {
	if len(bytes.TrimSpace(packet)) == 0 {
		return []byte("<?xpacket begin=\"\ufeff\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n<rdf:RDF xmlns:rdf=\"" + rdfNS + "\">\n" +
			description("rdf", s) + "</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>"), nil
	}
	text := string(packet)
	for _, prefix := range prefixesOf(text, rdfNS) {
		if old := sourceIn(packet); old != "" {
			return []byte(strings.ReplaceAll(text, string(old), string(s))), nil
		}
		if i := strings.LastIndex(text, "</"+prefix+":RDF>"); i >= 0 {
			return []byte(text[:i] + description(prefix, s) + text[i:]), nil
		}
	}
	return nil, touch.Errorf(touch.Invalid, "the image's XMP metadata can't be read; export it again")
}

func description(rdf string, s Source) string {
	return "<" + rdf + `:Description ` + rdf + `:about="" xmlns:Iptc4xmpExt="` + extNS + "\">\n<Iptc4xmpExt:DigitalSourceType>" + string(s) + "</Iptc4xmpExt:DigitalSourceType>\n</" + rdf + ":Description>\n"
}
