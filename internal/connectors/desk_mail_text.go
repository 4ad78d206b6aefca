package connectors

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/text/encoding/htmlindex"

	"fairtouch/touch"
)

// maxMailDepth bounds parts within parts, maxMailText the text of one, in bytes.
const (
	maxMailDepth = 6
	maxMailText  = 1 << 20
)

// formOf reads the plain fields of a form; files are passed over.
func formOf(boundary string, body []byte) (url.Values, error) {
	out := url.Values{}
	r := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		p, err := r.NextPart()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if p.FileName() != "" {
			continue
		}
		b, err := io.ReadAll(io.LimitReader(p, maxReply))
		if err != nil {
			return nil, err
		}
		out.Add(p.FormName(), string(b))
	}
}

// mailText is the first plain text of a message.
func mailText(kind, coding string, body io.Reader, depth int) (string, error) {
	none := touch.Errorf(touch.Invalid, "the message has no plain text; let the mail program send plain text too")
	if kind == "" {
		kind = "text/plain"
	}
	media, params, err := mime.ParseMediaType(kind)
	if err != nil || depth > maxMailDepth {
		return "", none
	}
	if strings.HasPrefix(media, "multipart/") {
		r := multipart.NewReader(body, params["boundary"])
		for {
			p, err := r.NextRawPart()
			if err != nil {
				return "", none
			}
			if p.FileName() != "" {
				continue
			}
			if s, err := mailText(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p, depth+1); err == nil {
				return s, nil
			}
		}
	}
	if media != "text/plain" {
		return "", none
	}
	switch strings.ToLower(strings.TrimSpace(coding)) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	if set := params["charset"]; set != "" {
		e, err := htmlindex.Get(set)
		if err != nil {
			return "", touch.Errorf(touch.Invalid, "the message's character set is not known")
		}
		body = e.NewDecoder().Reader(body)
	}
	b, err := io.ReadAll(io.LimitReader(body, maxMailText))
	if err != nil {
		return "", none
	}
	return strings.ToValidUTF8(strings.ReplaceAll(string(b), "\r\n", "\n"), "�"), nil
}

var (
	// quoteHead ends with a colon and is followed by what is quoted, in any
	// language; programs that quote below a line of their own draw it.
	quoteHead = regexp.MustCompile(`:\s*$`)
	quoteRule = regexp.MustCompile(`^(-{2,}\s?[^-]{3,60}\s?-{2,}|_{20,})$`)
)

// Unquoted is a mail's own text: without what it quotes, and without a signature
// (RFC 3676, 4.3). What stands between two quotations stays.
func Unquoted(s string) string {
	lines := strings.Split(s, "\n")
	var out []string
	for i, l := range lines {
		t := strings.TrimSpace(l)
		if l == "-- " || quoteRule.MatchString(t) {
			break
		}
		if strings.HasPrefix(t, ">") || quoteHead.MatchString(t) && quotes(lines[i+1:]) || quotes(lines[i+1:]) && strings.HasPrefix(t, "On ") {
			continue
		}
		out = append(out, l)
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

// quotes reports whether the next line that isn't empty is a quotation.
func quotes(lines []string) bool {
	for _, l := range lines {
		if t := strings.TrimSpace(l); t != "" {
			return strings.HasPrefix(t, ">")
		}
	}
	return false
}
