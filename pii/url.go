package pii

import "strings"

// colon finds schemes and IPv6 addresses.
func (sc *scan) colon(i int) int {
	t := sc.text
	if i < sc.done {
		return sc.done
	}
	if i+2 < len(t) && t[i+1] == '/' && t[i+2] == '/' {
		return sc.scheme(i)
	}
	if i+1 < len(t) && (t[i+1] == ':' || kind[t[i+1]]&isHex != 0) {
		return sc.ipv6(i)
	}
	return i + 1
}

// scheme reads a URL whose "://" begins at i (RFC 3986).
func (sc *scan) scheme(i int) int {
	t := sc.text
	start := i
	for start > sc.done && letterAt(t[start-1]) && i-start < 12 {
		start--
	}
	s := strings.ToLower(t[start:i])
	if s != "http" && s != "https" && s != "ftp" && s != "ftps" && s != "ws" && s != "wss" {
		return i + 3
	}
	host := i + 3
	if k := strings.IndexByte(t[host:min(len(t), host+80)], '@'); k > 0 && !strings.ContainsAny(t[host:host+k], "/ \n\t\"'") {
		host += k + 1
	}
	end, ok := sc.domain(host, false)
	if !ok {
		if e, isIP := dottedQuad(t, host); isIP {
			end, ok = e, true
		}
	}
	if !ok {
		return i + 3
	}
	sc.url(start, pathEnd(t, end), 0.6)
	return max(end, i+3)
}

// pathEnd reads port, path, query and fragment, and leaves closing punctuation.
func pathEnd(t string, i int) int {
	if i < len(t) && t[i] == ':' && i+1 < len(t) && digitAt(t[i+1]) {
		for i++; i < len(t) && digitAt(t[i]); i++ {
		}
	}
	if i >= len(t) || t[i] != '/' && t[i] != '?' && t[i] != '#' {
		return i
	}
	from := i
	for i < len(t) && t[i] > ' ' && t[i] != '"' && t[i] != '<' && t[i] != '>' && t[i] != '`' && t[i] != 0x7F && t[i] != '|' && t[i] != '{' && t[i] != '}' {
		i++
	}
	for i > from && strings.IndexByte(".,;:!?'*", t[i-1]) >= 0 || i > from && unbalanced(t[from:i]) {
		i--
	}
	return i
}

func unbalanced(s string) bool {
	switch s[len(s)-1] {
	case ')':
		return strings.Count(s, ")") > strings.Count(s, "(")
	case ']':
		return strings.Count(s, "]") > strings.Count(s, "[")
	}
	return false
}

func (sc *scan) url(start, end int, score float64) {
	t := sc.text
	h := sc.hitOf(URL, start, end, score, score, "url", semantic)
	h.firm = true
	if start > 0 && end < len(t) && (t[start-1] == '"' || t[start-1] == '\'') && t[end] == t[start-1] && sc.s.opts.Overlaps {
		h.start, h.end = start-1, end+1 // Presidio's quoted form holds the quotes
	}
	sc.emit(h)
	sc.inURL(start, end)
	sc.done = end
}

// inURL looks for what parameters carry: addresses and click ids.
func (sc *scan) inURL(start, end int) {
	t := sc.text
	for i := start; i < end; i++ {
		switch t[i] {
		case '=':
			sc.param(i, end)
		case '@':
			from := strings.LastIndexAny(t[start:i], "=/?&:")
			e, ok := sc.domain(i+1, true)
			if from >= 0 && ok && e <= end && start+from+1 < i {
				h := sc.hitOf(EmailAddress, start+from+1, e, 0.5, 1, "email", semantic)
				h.firm = true
				sc.emit(h)
			}
		}
	}
}

// dot finds domains that are written without a scheme.
func (sc *scan) dot(i int) int {
	t := sc.text
	if i < sc.done || i == 0 || i+1 >= len(t) || !letterAt(t[i+1]) || kind[t[i-1]]&isDomain == 0 {
		return i + 1
	}
	start := i
	for start > sc.done && kind[t[start-1]]&isDomain != 0 {
		start--
	}
	if start > 0 && (t[start-1] == '@' || t[start-1] == '.' || t[start-1] == '_' || t[start-1] == '/' || t[start-1] == '\\' || t[start-1] >= 0x80) {
		return i + 1
	}
	end, ok := sc.domain(start, false)
	if !ok || !clearAfter(t, end) && t[end] != '_' {
		return i + 1
	}
	if end < len(t) && (t[end] == '@' || t[end] == '(' || t[end] == '\\') {
		return i + 1
	}
	if !sc.plausibleDomain(t[start:end]) {
		return i + 1
	}
	sc.url(start, pathEnd(t, end), 0.5)
	return max(end, i+1)
}

// plausibleDomain refuses sentences without a space ("end.So") and file names:
// a bare name is written in small letters, and its suffix is no file type.
func (sc *scan) plausibleDomain(d string) bool {
	last := d[strings.LastIndexByte(d, '.')+1:]
	first := d[:strings.IndexByte(d, '.')]
	if strings.HasPrefix(strings.ToLower(d), "www.") {
		return strings.Count(d, ".") >= 2
	}
	switch strings.ToLower(last) {
	case "md", "py", "rs", "sh", "pl", "so", "zip", "mov", "ps", "cc", "name", "java", "id":
		return strings.Count(d, ".") >= 2
	}
	return last == strings.ToLower(last) && !(len(first) < 2 && len(last) == 2) || d == strings.ToUpper(d) && len(first) > 2 && len(last) == 3
}
