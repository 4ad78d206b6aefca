package pii

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// The full size is what the goal speaks of: go test ./pii -run LookAlikes -lookalikes 10
var lookalikeMB = flag.Int("lookalikes", 1, "MB of generated order numbers, SKUs, links and hashes")

// generator makes text that holds no personal data but looks like it, and
// plants some that is, with its place.
type generator struct {
	r    *rand.Rand
	b    strings.Builder
	gold []Span
}

func (g *generator) digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = '0' + byte(g.r.IntN(10))
	}
	return string(b)
}

func (g *generator) letters(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = 'A' + byte(g.r.IntN(26))
	}
	return string(b)
}

func (g *generator) hex(n int) string {
	s := sha256.Sum256([]byte(g.digits(20)))
	h := hex.EncodeToString(s[:])
	return h[:n]
}

func (g *generator) uuid() string {
	return g.hex(8) + "-" + g.hex(4) + "-" + g.hex(4) + "-" + g.hex(4) + "-" + g.hex(12)
}

// noise is one line without personal data.
func (g *generator) noise() string {
	d := g.digits
	switch g.r.IntN(18) {
	case 0:
		return "Order " + d(8+g.r.IntN(9)) + " was shipped"
	case 1:
		return "order_id=" + d(16)
	case 2:
		return "SKU " + g.letters(3) + "-" + d(5) + "-" + g.letters(2)
	case 3:
		return "sku," + g.letters(2) + d(7) + "," + d(9) + "," + d(2) + "." + d(2)
	case 4:
		return "https://shop.test.com/p/" + d(9) + "?utm_source=news&utm_campaign=" + d(10) + "&utm_id=" + d(12)
	case 5:
		return "https://t.co/" + g.letters(4) + d(6) + "?order=" + d(16)
	case 6:
		return "request " + g.uuid()
	case 7:
		return g.uuid() + " " + g.uuid()
	case 8:
		return "sha256:" + g.hex(64)
	case 9:
		return "commit " + g.hex(40) + " tree " + g.hex(40)
	case 10:
		return "Tracking number 1Z" + g.letters(3) + d(11)
	case 11:
		return d(9) + ";" + d(10) + ";" + d(11) + ";" + d(12)
	case 12:
		return "Invoice " + d(4) + "-" + d(6) + " total " + d(3) + "." + d(2)
	case 13:
		return "ts=" + "17" + d(8) + " seq=" + d(13) + " trace=" + g.hex(32)
	case 14:
		return "part no. " + g.letters(1) + d(8) + ", batch " + d(6) + "-" + d(4)
	case 15:
		return "ref " + d(3) + "-" + d(7) + "-" + d(7)
	case 16:
		return fmt.Sprintf(`{"id":%s,"cart":"%s","qty":%d}`, d(15), g.hex(24), g.r.IntN(9))
	}
	return d(16) + "\t" + d(13) + "\t" + d(14)
}

func (g *generator) card() string {
	v := "4" + g.digits(14)
	for c := byte('0'); ; c++ {
		if luhn([]byte(v + string(c))) {
			return v + string(c)
		}
	}
}

// plant writes a line with a value that has a checksum.
func (g *generator) plant() {
	var lead, v string
	var t Type
	switch g.r.IntN(3) {
	case 0:
		lead, v, t = "please charge my card ", g.card(), CreditCard
	case 1:
		v, t = fixIBAN("DE00"+g.digits(18), "DE00"+g.digits(18)), IBANCode
		lead = "pay into "
	default:
		c := g.card()
		lead, v, t = "card: ", c[:4]+" "+c[4:8]+" "+c[8:12]+" "+c[12:], CreditCard
	}
	g.b.WriteString(lead)
	g.gold = append(g.gold, Span{t, g.b.Len(), g.b.Len() + len(v)})
	g.b.WriteString(v + "\n")
}

func lookalikes(size int) *generator {
	g := &generator{r: rand.New(rand.NewPCG(4, 2026))}
	for i := 0; g.b.Len() < size; i++ {
		if i%40 == 39 {
			g.plant()
		} else {
			g.b.WriteString(g.noise() + "\n")
		}
	}
	return g
}

func TestOrderNumbersAndHashesAreNotTakenForPeoplesNumbers(t *testing.T) {
	g := lookalikes(*lookalikeMB << 20)
	text := g.b.String()
	gold := map[Span]bool{}
	for _, s := range g.gold {
		gold[s] = true
	}
	right, wrong := 0, map[Type]int{}
	example := map[Type]string{}
	for _, f := range scanner(t, Options{NoNames: true}).Scan(text) {
		if !f.Checked() {
			if f.Type == USDriverLicense || strings.HasSuffix(string(f.Type), "PASSPORT") {
				wrong[f.Type]++
				example[f.Type] = text[max(0, f.Start-30):min(len(text), f.End+10)]
			}
			continue
		}
		if gold[Span{f.Type, f.Start, f.End}] {
			right++
		} else {
			wrong[f.Type]++
			example[f.Type] = text[max(0, f.Start-30):min(len(text), f.End+10)]
		}
	}
	bad := 0
	for typ, n := range wrong {
		bad += n
		t.Logf("%s: %d taken wrongly, such as %q", typ, n, example[typ])
	}
	p := float64(right) / float64(right+bad)
	t.Logf("%d MB: %d of %d planted values found, %d others, precision %.4f", *lookalikeMB, right, len(g.gold), bad, p)
	if p < 0.995 || right*1000 < 999*len(g.gold) {
		t.Errorf("precision %.4f (goal 0.995), found %d of %d", p, right, len(g.gold))
	}
}

func TestNoDriverLicenceIsSeenInProse(t *testing.T) {
	s := scanner(t, Options{NoNames: true})
	for _, text := range []string{"INTRODUCTORY offer: 20% off all orders over 100 in H1 2026.", "the public license of H1 and INTRODUCTORY chapters", "Q3 2025, B2B, 3M, A4 paper, 747-400, F150", "Call 24/7! Save 50% on 1000 items in 2024-25."} {
		for _, f := range s.Scan(text) {
			t.Errorf("%q: %s %q", text, f.Type, f.Text(text))
		}
	}
}
