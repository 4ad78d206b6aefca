package pii

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// proseText is text without personal data; denseText has a value in every few
// words.
func proseText(size int) string {
	words := strings.Fields("the customer would like to know when the parcel arrives and whether the price of the blue jacket still holds because our summer offer ends soon thank you for writing to us we will answer as quickly as we can and hope that you enjoy what you bought in our shop")
	r := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for b.Len() < size {
		n := 8 + r.IntN(10)
		for i := range n {
			w := words[r.IntN(len(words))]
			if i == 0 {
				w = strings.ToUpper(w[:1]) + w[1:]
			} else {
				b.WriteByte(' ')
			}
			b.WriteString(w)
		}
		b.WriteString(". ")
		if r.IntN(6) == 0 {
			b.WriteString("\n\n")
		}
	}
	return b.String()
}

func denseText(size int) string {
	g := &generator{r: rand.New(rand.NewPCG(3, 4))}
	names := strings.Fields("Maria Schneider John Miller Claire Dupont Luca Rossi Sofia Almeida Pieter Jansen")
	for g.b.Len() < size {
		d := g.digits
		fmt.Fprintf(&g.b, "Hi, I am %s, mail %s.%s@shop%s.com or call +49 30 %s. My card %s, IBAN %s, SSN 321-45-%s, from 10.%d.3.4 on 2024-05-%02d.\n",
			names[g.r.IntN(len(names))], strings.ToLower(g.letters(5)), strings.ToLower(g.letters(6)), d(2), d(7), g.card(), fixIBAN("DE00"+d(18), "DE00"+d(18)), d(4), g.r.IntN(255), 1+g.r.IntN(28))
	}
	return g.b.String()
}

// busyText is a letter: prose with a value every hundred bytes or so.
func busyText(size int) string {
	prose, dense := proseText(size), denseText(size)
	var b strings.Builder
	lines := strings.Split(dense, "\n")
	for i := 0; b.Len() < size; i++ {
		b.WriteString(prose[i*700 : i*700+700])
		b.WriteString("\n" + lines[i] + "\n")
	}
	return b.String()
}

func benchScan(b *testing.B, text string, o Options) {
	s := scanner(b, o)
	s.Scan(text[:1000])
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n = len(s.Scan(text))
	}
	b.ReportMetric(float64(n)/float64(len(text))*1e3, "finds/KB")
}

// Goals: structured types 300 MB/s on prose and 100 MB/s on dense text; with
// names 20 MB/s; one thread.
func BenchmarkStructuredProse(b *testing.B) { benchScan(b, proseText(1<<20), Options{NoNames: true}) }

func BenchmarkStructuredBusy(b *testing.B) { benchScan(b, busyText(1<<20), Options{NoNames: true}) }

func BenchmarkNamesBusy(b *testing.B) { benchScan(b, busyText(1<<20), Options{}) }

func BenchmarkStructuredDense(b *testing.B) { benchScan(b, denseText(1<<20), Options{NoNames: true}) }

func BenchmarkStructuredLookAlikes(b *testing.B) {
	benchScan(b, lookalikes(1<<20).b.String(), Options{NoNames: true})
}

func BenchmarkNamesProse(b *testing.B) { benchScan(b, proseText(1<<20), Options{}) }

func BenchmarkNamesDense(b *testing.B) { benchScan(b, denseText(1<<20), Options{}) }

func BenchmarkStructuredDense100MB(b *testing.B) {
	benchScan(b, strings.Repeat(denseText(1<<20), 100), Options{NoNames: true})
}

// BenchmarkOneKilobyte reports the 99th percentile of one scan of 1 KB, names
// included (goal: under 1 ms).
func BenchmarkOneKilobyte(b *testing.B) {
	s, text := scanner(b, Options{}), denseText(4000)[:1024]
	s.Scan(text)
	var took []time.Duration
	for b.Loop() {
		at := time.Now()
		s.Scan(text)
		took = append(took, time.Since(at))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds())/1e3, "p99-µs")
}

func BenchmarkRestoreStream(b *testing.B) {
	s := scanner(b, Options{})
	text := denseText(64 << 10)
	ses, _ := NewSession(make([]byte, 16))
	safe, _, err := ses.Protect(text, s.Scan(text))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(safe)))
	for b.Loop() {
		r := ses.Restorer()
		for i := 0; i < len(safe); i += 7 {
			r.Write(safe[i:min(len(safe), i+7)])
		}
		r.Flush()
	}
}

// TestScanningIsLinear: four times the text takes about four times as long.
func TestScanningIsLinear(t *testing.T) {
	s := scanner(t, Options{})
	for _, text := range []string{strings.Repeat("John ", 1<<15), strings.Repeat("1\n", 1<<15), strings.Repeat("New York, ", 1<<13), strings.Repeat("a\n\nB 1 ", 1<<13), denseText(1 << 18), strings.Repeat("1", 1<<18), strings.Repeat("1-", 1<<17), strings.Repeat("a@", 1<<17), strings.Repeat("<", 1<<18), strings.Repeat("a.b", 1<<16), strings.Repeat("1:", 1<<17), strings.Repeat("http://a.com/", 1<<14), strings.Repeat("A 1 ", 1<<16), strings.Repeat("+1(", 1<<16)} {
		best := func(n int) time.Duration {
			least := time.Hour
			for range 3 {
				at := time.Now()
				s.Scan(text[:n])
				least = min(least, time.Since(at))
			}
			return least
		}
		small, large := best(len(text)/8), best(len(text))
		if large > 24*small+20*time.Millisecond {
			t.Errorf("%q…: %v for an eighth, %v for the whole", text[:4], small, large)
		}
	}
}
