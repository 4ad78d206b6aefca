package names

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// go test ./pii/names -run TestTrainTheModel -corpus DIR writes data/model.bin.gz
// from DIR/train.jsonl (pii/train/corpus.py). Without the flag nothing is
// trained, and the test checks the committed model instead.
var (
	corpusDir = flag.String("corpus", "", "directory of train.jsonl")
	dropout   = flag.Float64("dropout", 0.2, "share of features left out while learning")
	rare      = flag.Int("rare", 8, "fewest corrections of a feature that is kept")
	least     = flag.Float64("least", 1.5, "least weight that is kept, of 127")
	runs      = flag.Int("runs", 4, "trainings that are averaged")
	epochs    = flag.Int("epochs", 6, "passes over the corpus")
)

type example struct {
	Lang  string
	Fresh *bool
	Text  string
	Spans []struct {
		Type       string
		Start, End int
	}
}

var kindNames = []string{"PERSON", "LOCATION", "ORGANIZATION", "ADDRESS", "NRP"}

func readExamples(t testing.TB, path string) (out []example) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r *bufio.Scanner
	if strings.HasSuffix(path, ".gz") {
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		r = bufio.NewScanner(z)
	} else {
		r = bufio.NewScanner(f)
	}
	r.Buffer(nil, 1<<20)
	for r.Scan() {
		var e example
		if err := json.Unmarshal(r.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}

// gold labels the tokens of d by the example's spans, which count code points.
func gold(d *document, e *example) []uint8 {
	at := make([]int, 0, len(e.Text)+1)
	for i := range e.Text {
		at = append(at, i)
	}
	at = append(at, len(e.Text))
	tags := make([]uint8, len(d.tok))
	for _, s := range e.Spans {
		k := -1
		for i, n := range kindNames {
			if n == s.Type {
				k = i
			}
		}
		if k < 0 || s.End >= len(at)+1 || honorific(string([]rune(e.Text)[s.Start:s.End])) {
			continue
		}
		first := true
		for i := range d.tok {
			if int(d.tok[i].start) >= at[s.Start] && int(d.tok[i].start) < at[s.End] {
				tags[i] = uint8(2 + 2*k)
				if first {
					tags[i] = uint8(1 + 2*k)
				}
				first = false
			}
		}
	}
	return tags
}

func honorific(s string) bool {
	return strings.Contains(" mr. mrs. ms. dr. miss mr mrs ms dr ", " "+strings.ToLower(s)+" ")
}

// trainer keeps weights and their running sums.
type trainer struct {
	w, sum [][16]float32
	stamp  [][16]int32
	step   int32
	seen   []int32 // updates of a bucket
}

func (tr *trainer) update(f uint32, tag uint8, by float32) {
	tr.sum[f][tag] += float32(tr.step-tr.stamp[f][tag]) * tr.w[f][tag]
	tr.stamp[f][tag] = tr.step
	tr.w[f][tag] += by
	tr.seen[f]++
}

func (tr *trainer) best(feat []uint32, prev uint8) uint8 {
	var sum [tagCount]float32
	for _, f := range feat {
		for t := range sum {
			sum[t] += tr.w[f][t]
		}
	}
	var tag uint8
	top := float32(-1e30)
	for t := range uint8(tagCount) {
		if t > 0 && t%2 == 0 && prev != t && prev != t-1 {
			continue
		}
		if sum[t] > top {
			top, tag = sum[t], t
		}
	}
	return tag
}

func (tr *trainer) learn(g *Tagger, e *example, rnd *rand.Rand, d *document) (errors int) {
	g.prepare(e.Text, d)
	want := gold(d, e)
	// A lexicon never holds every name: some are hidden while learning.
	hide := false
	for i := range d.tok {
		if want[i] == 0 || want[i]%2 == 1 {
			hide = want[i] != 0 && rnd.IntN(10) < 2
		}
		if hide {
			d.tok[i].flags &= Common
		}
	}
	var feat, right [48]uint32
	prev, prev2, began := uint8(0), uint8(0), uint8(0)
	for i := range d.tok {
		if !d.tok[i].hot && prev == 0 {
			prev2, prev, began = prev, 0, 0
			continue
		}
		tr.step++
		f := d.features(i, prev, prev2, began, feat[:0])
		f = drop(f, rnd, right[:0])
		got := tr.best(f, prev)
		w := want[i]
		if w > 0 && w%2 == 0 && prev != w && prev != w-1 {
			w-- // the beginning was missed: begin here
		}
		if got != w {
			errors++
			for _, x := range f {
				tr.update(x, w, 1)
				tr.update(x, got, -1)
			}
		}
		began = d.begun(i, got, began)
		prev2, prev = prev, got
	}
	return errors
}

func newTrainer() *trainer {
	return &trainer{w: make([][16]float32, buckets), sum: make([][16]float32, buckets), stamp: make([][16]int32, buckets), seen: make([]int32, buckets)}
}

func (tr *trainer) train(t *testing.T, g *Tagger, data []example, rnd *rand.Rand) {
	d := new(document)
	for ep := range *epochs {
		rnd.Shuffle(len(data), func(i, j int) { data[i], data[j] = data[j], data[i] })
		wrong := 0
		for i := range data {
			wrong += tr.learn(g, &data[i], rnd, d)
		}
		t.Logf("epoch %d: %d errors", ep+1, wrong)
	}
}

// take adds another run's averaged weights: several orders of the corpus
// agree on what matters.
func (tr *trainer) take(one *trainer, of float32) {
	for f := range tr.w {
		for t := range tagCount {
			sum := one.sum[f][t] + float32(one.step-one.stamp[f][t])*one.w[f][t]
			tr.w[f][t] += sum / float32(one.step) / of
		}
		tr.seen[f] += one.seen[f]
	}
}

// quantised scales the weights to a signed byte.
func (tr *trainer) quantised() []row {
	out := make([]row, buckets)
	scale := float32(0)
	for f := range tr.w {
		for t := range tagCount {
			if a := max(tr.w[f][t], -tr.w[f][t]); a > scale {
				scale = a
			}
		}
	}
	unit := min(scale, 24) / 127
	for f := range tr.w {
		if tr.seen[f] < int32(*rare**runs) {
			continue // what was corrected seldom says little
		}
		for t := range tagCount {
			x := tr.w[f][t] / unit
			x = max(-127, min(127, x))
			if x > float32(*least) || x < -float32(*least) {
				if x > 0 {
					out[f][t] = int16(x + 0.5)
				} else {
					out[f][t] = int16(x - 0.5)
				}
			}
		}
	}
	return out
}

func pack(rows []row) []byte {
	var raw []byte
	last := 0
	for f := range rows {
		mask := uint16(0)
		for t := range tagCount {
			if rows[f][t] != 0 {
				mask |= 1 << t
			}
		}
		if mask == 0 {
			continue
		}
		raw = binary.AppendUvarint(raw, uint64(f-last))
		last = f
		raw = binary.LittleEndian.AppendUint16(raw, mask)
		for t := range tagCount {
			if rows[f][t] != 0 {
				raw = append(raw, byte(int8(rows[f][t])))
			}
		}
	}
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, 9)
	_, _ = z.Write(raw)
	_ = z.Close()
	return b.Bytes()
}

func TestTrainTheModel(t *testing.T) {
	if *corpusDir == "" {
		if n := len(unpack(packedModel)); n != buckets {
			t.Fatalf("the committed model has %d rows, want %d", n, buckets)
		}
		return
	}
	data := readExamples(t, filepath.Join(*corpusDir, "train.jsonl"))
	g := &Tagger{lex: Words()}
	all := newTrainer()
	for run := range uint64(*runs) {
		one := newTrainer()
		one.train(t, g, data, rand.New(rand.NewPCG(20261124, run)))
		all.take(one, float32(*runs))
	}
	b := pack(all.quantised())
	if err := os.WriteFile("data/model.bin.gz", b, 0o644); err != nil {
		t.Fatal(err)
	}
	g.weights = unpack(b)
	for _, f := range []string{"test.jsonl", "devtest.jsonl"} {
		measure(t, g, readExamples(t, filepath.Join(*corpusDir, f)), f)
	}
}

// drop leaves each feature out now and then, so that none is relied on alone.
func drop(f []uint32, rnd *rand.Rand, out []uint32) []uint32 {
	for i, x := range f {
		if i < 2 || rnd.Float64() >= *dropout {
			out = append(out, x)
		}
	}
	return out
}

type counts struct{ tp, fp, fn int }

func (c counts) String() string {
	p, r := float64(c.tp)/float64(max(1, c.tp+c.fp)), float64(c.tp)/float64(max(1, c.tp+c.fn))
	return fmt.Sprintf("P %.3f R %.3f F2 %.3f n=%d", p, r, 5*p*r/max(1e-9, 4*p+r), c.tp+c.fn)
}

// measure prints agreement at IoU 0.9, by kind and language.
func measure(t *testing.T, g *Tagger, data []example, name string) map[string]counts {
	by := map[string]counts{}
	for _, e := range data {
		var got [][3]int
		for _, s := range g.Find(e.Text) {
			got = append(got, [3]int{int(s.Kind), utf8.RuneCountInString(e.Text[:s.Start]), utf8.RuneCountInString(e.Text[:s.End])})
		}
		used := make([]bool, len(got))
		for _, s := range e.Spans {
			hit := false
			for i, x := range got {
				in, un := min(x[2], s.End)-max(x[1], s.Start), max(x[2], s.End)-min(x[1], s.Start)
				if !used[i] && kindNames[x[0]] == s.Type && in > 0 && float64(in) >= 0.9*float64(un) {
					used[i], hit = true, true
					break
				}
			}
			known := false
			for _, k := range kindNames {
				known = known || k == s.Type
			}
			if !known {
				continue
			}
			for _, k := range []string{"ALL", s.Type, e.Lang} {
				c := by[k]
				if hit {
					c.tp++
				} else {
					c.fn++
				}
				by[k] = c
			}
		}
		for i, x := range got {
			if !used[i] {
				for _, k := range []string{"ALL", kindNames[x[0]], e.Lang} {
					c := by[k]
					c.fp++
					by[k] = c
				}
			}
		}
	}
	for _, k := range append([]string{"ALL", "en", "de", "fr", "es", "it", "nl", "pt"}, kindNames...) {
		t.Logf("%s %-13s %v", name, k, by[k])
	}
	return by
}
