package law

import (
	"slices"
	"strings"
	"time"

	"fairtouch/touch"
)

// members are the Member States of the European Union, and the three EEA
// states, where the GDPR applies too (EEA Joint Committee Decision 154/2018).
// The EEA states are asked every EU rule: the stricter reading, since the AI
// Act's incorporation into the EEA Agreement isn't something we can evidence.
var members = [...]string{
	"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
	"IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
	"IS", "LI", "NO",
}

// zone is the widest span of UTC offsets in minutes that a place sees in a
// year, summer time included.
type zone struct {
	place      string
	west, east int
}

// zones replaces a time-zone database, which would make answers depend on the
// machine. A place that isn't listed takes the whole earth: the earliest start
// of a duty and the latest start of a permission that anyone could claim.
var zones = [...]zone{
	{"EU", -4 * 60, 4 * 60}, // Martinique to Réunion: outermost regions are Union territory
	{"DE", 60, 120}, {"ES", 0, 120}, {"FR", -4 * 60, 4 * 60}, {"UK", 0, 60},
	{"US", -11 * 60, 10 * 60}, // American Samoa to Guam
	{"US-CA", -480, -420}, {"US-CO", -420, -360}, {"US-UT", -420, -360},
	{"US-NY", -300, -240}, {"US-ME", -300, -240}, {"US-TX", -420, -300},
	{"CA", -480, -150}, {"CA-QC", -300, -180}, {"KR", 540, 540}, {"CN", 480, 480},
}

func dayIn(place string, at time.Time) day {
	west, east := -12*60, 14*60
	for _, z := range zones {
		if z.place == place {
			west, east = z.west, z.east
		}
	}
	u := at.UTC()
	return day{
		east: dateOf(u.Add(time.Duration(east) * time.Minute)),
		west: dateOf(u.Add(time.Duration(west) * time.Minute)),
	}
}

// normalPlace upper-cases a place and resolves the one common alias.
func normalPlace(p string) string {
	p = strings.ToUpper(strings.TrimSpace(p))
	if p == "GB" {
		return "UK"
	}
	if rest, ok := strings.CutPrefix(p, "GB-"); ok {
		return "UK-" + rest
	}
	return p
}

// within reports whether rules of `rules` are asked for `place`: the place
// itself, what it is a part of, and, when only the whole is known ("US"), each
// of its parts, because any of them may be the right one.
func within(rules, place string) bool {
	switch {
	case rules == place,
		strings.HasPrefix(place, rules+"-"), // US for US-CA
		strings.HasPrefix(rules, place+"-"): // US-CA for US
		return true
	}
	country, _, _ := strings.Cut(place, "-")
	if rules == "EU" {
		return slices.Contains(members[:], country)
	}
	return place == "EU" && slices.Contains(members[:], rules)
}

// resolve lists which of the known places' rules must be asked. ok is false if
// the set is empty or one of its places is covered by no rule at all: then the
// strict default is every known place.
func resolve(js []touch.Jurisdiction, known []string) (places []string, ok bool) {
	for _, k := range known {
		for _, j := range js {
			if within(k, normalPlace(j.Place)) {
				places = append(places, k)
				break
			}
		}
	}
	for _, j := range js {
		p := normalPlace(j.Place)
		if p == "" || !slices.ContainsFunc(known, func(k string) bool { return within(k, p) }) {
			return known, false
		}
	}
	if len(js) == 0 {
		return known, false
	}
	return places, true
}
