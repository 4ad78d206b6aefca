package pii

import "strings"

// clickParams are the click ids that ad platforms append to addresses.
var clickParams = " gclid gbraid wbraid dclid fbclid msclkid ttclid twclid li_fat_id yclid igshid scid epik rdt_cid irclickid mc_eid _hsenc _hsmi vero_id mkt_tok "

var cookieParams = " _ga _gid _fbp _fbc _gcl_au _uetsid _uetvid _pin_unauth _ttp _scid ajs_anonymous_id ajs_user_id amplitude_id mp_distinct_id hubspotutk __hstc _hjid optimizelyenduserid cid client_id visitor_id "

var deviceParams = " idfa gaid aaid adid advertising_id advertisingid ifa idfv android_id device_ifa rdid oaid "

// equals reads key=value where the key names an advertising or cookie id.
func (sc *scan) equals(i int) int {
	if i < sc.done {
		return i + 1
	}
	return max(i+1, sc.param(i, len(sc.text)))
}

func (sc *scan) param(i, limit int) int {
	t := sc.text
	k := i
	for k > 0 && (isAlnum(t[k-1]) || t[k-1] == '_') && i-k < 24 {
		k--
	}
	if k == i {
		return i + 1
	}
	key := " " + strings.ToLower(t[k:i]) + " "
	var typ Type
	switch {
	case strings.Contains(clickParams, key):
		typ = ClickID
	case strings.Contains(cookieParams, key):
		typ = CookieID
	case strings.Contains(deviceParams, key):
		typ = ADID
	default:
		return i + 1
	}
	j := i + 1
	for j < limit && (isAlnum(t[j]) || strings.IndexByte("-_.%~", t[j]) >= 0) {
		j++
	}
	for j > i+1 && t[j-1] == '.' {
		j--
	}
	if v := t[i+1 : j]; len(v) < 8 || !strings.ContainsAny(v, "0123456789") && len(v) < 20 || sameByte(v) {
		return i + 1
	}
	h := sc.hitOf(typ, i+1, j, 0.9, 0.9, "adid", semantic)
	h.firm = true
	sc.emit(h)
	return j
}

func sameByte(v string) bool { return strings.Count(v, v[:1])+strings.Count(v, "-") == len(v) }

// uuid reports a UUID as a device's advertising id where a word says so.
func (sc *scan) uuid(start, end int) {
	v := sc.text[start:end]
	if !clearBefore(sc.text, start) || !clearAfter(sc.text, end) || strings.Trim(v, "0-") == "" {
		return
	}
	id := sc.id(ADID)
	if _, pro, _ := sc.support(id, start, end); pro {
		sc.emit(sc.hitOf(ADID, start, end, 0.5, 0.5, "adid", semantic))
	}
}

// cookie finds GA1.2.1234567890.1600000000 and fb.1.1600000000000.123 at group s.
func (sc *scan) cookie(s int) {
	c, t := &sc.cl, sc.text
	if s+3 >= c.n || c.sep[s+1] != '.' || c.sep[s+2] != '.' || c.sep[s+3] != '.' {
		return
	}
	w := strings.ToUpper(t[c.g[s].start:c.g[s].end])
	ga := (w == "GA1" || w == "GS1") && c.g[s+2].len() >= 6 && c.g[s+3].len() == 10
	fb := w == "FB" && c.g[s+1].len() == 1 && c.g[s+2].len() == 13
	if !ga && !fb || !clearBefore(t, c.g[s].start) {
		return
	}
	end := c.g[s+3].end
	for end < len(t) && (isAlnum(t[end]) || t[end] == '_' || t[end] == '-') {
		end++
	}
	h := sc.hitOf(CookieID, c.g[s].start, end, 0.8, 0.8, "adid", semantic)
	h.firm = true
	sc.emit(h)
	sc.done = max(sc.done, end)
}

// hashed finds an MD5, SHA-1 or SHA-256 in hexadecimal that a word calls an
// e-mail's hash. A hash of an address is still personal: every ad platform joins
// on it.
func (sc *scan) hashed(g group) {
	v := sc.text[g.start:g.end]
	if n := len(v); n != 32 && n != 40 && n != 64 || !hexRun(v) || !clearBefore(sc.text, g.start) || !clearAfter(sc.text, g.end) {
		return
	}
	id := sc.id(HashedEmail)
	if _, pro, _ := sc.support(id, g.start, g.end); pro {
		sc.emit(sc.hitOf(HashedEmail, g.start, g.end, 0.5, 0.5, "hash", semantic))
	}
}
