package demo

import (
	"fmt"
	"strings"
)

// Person is the invented person around a call. The fixed seed gives the same
// person for the same call on every machine.
type Person struct {
	ExternalID string // the bank's own number
	Name       string
	Email      string // at example.com, which nobody can receive
	Country    string // ISO 3166-1, or with a subdivision ("US-CA"); "" is unknown
	Locale     string
	Consent    Consent
}

// Consent is what the invented person said.
type Consent int

// What people said, in the invented proportions of Someone.
const (
	Agreed Consent = iota // to personal offers by AI, and to calls
	AgreedThenWithdrew
	NeverAsked      // no permission of any kind
	CallsButNotAI   // to calls, and no to AI
	ObjectedToAll   // to direct marketing as such
	AgreedNotToCall // to AI, but not to calls
	BrowserSaysNo   // agreed, and the browser sends Global Privacy Control
)

// mix is splitmix64: the same numbers everywhere, independent of any library.
type mix uint64

func (m *mix) next() uint64 {
	*m += 0x9e3779b97f4a7c15
	z := uint64(*m)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (m *mix) n(n int) int { return int(m.next() % uint64(n)) }

var first = strings.Fields("Ada Ben Carla David Elena Felix Greta Hugo Ines Jonas Karin Leo Maria Nils Olga Paul Quirin Rosa Samuel Tara Ulla Viktor Wanda Xaver Yara Zeno Anna Bruno Clara Diego Eva Franz")
var last = strings.Fields("Adler Bach Costa Dubois Eriksen Fuchs Garcia Hansen Ivanov Jansen Keller Lopez Martin Novak Olsen Pereira Quint Rossi Silva Torres Ueda Vogel Weber Xu Yilmaz Zimmer")

type place struct {
	country, locale string
	share           int // of 1000
}

// places are invented: the real campaign ran in Portugal.
var places = []place{
	{"PT", "pt", 330}, {"DE", "de", 250}, {"ES", "es", 120}, {"FR", "fr", 110}, {"AT", "de", 40},
	{"GB", "en", 50}, {"US-CA", "en", 30}, {"US-CO", "en", 10}, {"US-UT", "en", 10}, {"CA-QC", "fr", 15},
	{"CA", "en", 15}, {"", "en", 20},
}

var said = []struct {
	c     Consent
	share int // of 1000
}{
	{Agreed, 800}, {AgreedThenWithdrew, 25}, {NeverAsked, 60}, {CallsButNotAI, 35}, {ObjectedToAll, 30},
	{AgreedNotToCall, 35}, {BrowserSaysNo, 15},
}

// Someone is the person around the i-th call.
func Someone(i int) Person {
	m := mix(uint64(i)*0x2545f4914f6cdd1d + 20261124)
	p := Person{ExternalID: fmt.Sprintf("BANK-%06d", i+1)}
	f, l := first[m.n(len(first))], last[m.n(len(last))]
	p.Name = f + " " + l
	p.Email = strings.ToLower(f+"."+l) + fmt.Sprint(i+1) + "@example.com"
	at := places[pick(m.n(1000), len(places), func(j int) int { return places[j].share })]
	p.Country, p.Locale = at.country, at.locale
	p.Consent = said[pick(m.n(1000), len(said), func(j int) int { return said[j].share })].c
	return p
}

func pick(x, n int, share func(int) int) int {
	for j := range n {
		if x -= share(j); x < 0 {
			return j
		}
	}
	return n - 1
}
