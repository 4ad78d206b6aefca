package marks

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
)

// SVG: XMP lies in a metadata element (XMP specification, part 3, 1.1.9).

// svgPacket finds the XMP within the first metadata element that is the root's
// child, and where a new one would go: right after the root's start tag.
func svgPacket(b []byte) (from, to, after int, selfClosed bool, err error) {
	d := xml.NewDecoder(bytes.NewReader(b))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	depth, open := 0, -1
	for {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return 0, 0, 0, false, errBroken
		}
		at := int(d.InputOffset())
		switch t := tok.(type) {
		case xml.StartElement:
			depth++
			if depth == 1 && t.Name.Local == "svg" {
				after, selfClosed = at, bytes.HasSuffix(b[:at], []byte("/>"))
			}
			if depth == 2 && t.Name.Local == "metadata" && from == 0 {
				open = at
			}
		case xml.EndElement:
			if depth == 2 && open >= 0 && from == 0 {
				from = open
				to = from + max(0, bytes.LastIndex(b[from:at], []byte("</")))
			}
			depth--
		}
	}
	if depth != 0 || after == 0 {
		return 0, 0, 0, false, errBroken
	}
	return from, to, after, selfClosed, nil
}

func readSVG(b []byte) ([]byte, error) {
	from, to, _, _, err := svgPacket(b)
	if err != nil || len(prefixesOf(string(b[from:to]), rdfNS)) == 0 {
		// RDF whose prefix is bound on the root is found through the root.
		if err == nil && to > from && bytes.Contains(b[from:to], []byte(":RDF")) {
			return nil, errBroken
		}
		return nil, err
	}
	return b[from:to], nil
}

func writeSVG(b, packet []byte) ([]byte, error) {
	from, to, after, selfClosed, err := svgPacket(b)
	if err != nil {
		return nil, err
	}
	if len(prefixesOf(string(b[from:to]), rdfNS)) > 0 {
		return slices.Concat(b[:from], packet, b[to:]), nil
	}
	if selfClosed {
		return nil, errBroken // a picture without content
	}
	return slices.Concat(b[:after], []byte("<metadata>"), packet, []byte("</metadata>"), b[after:]), nil
}
