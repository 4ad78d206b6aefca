package onnx

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"fairtouch/pii"
)

type golden struct {
	Text   string
	Pieces [][4]int
	Logits [][]float32
	Found  [][4]any
}

func goldens(t testing.TB, path string) (out []golden) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	if len(out) == 0 {
		t.Fatal("no texts")
	}
	return out
}

func model(t testing.TB, name string) *Model {
	t.Helper()
	m, err := Open(os.DirFS(filepath.Join("testdata", name)), name)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func samePieces(t *testing.T, tok *tokenizer, g golden) {
	t.Helper()
	got := tok.encode(g.Text)
	words, last := -1, -1
	for i, p := range got {
		if p.word != last {
			words, last = words+1, p.word
		}
		if i < len(g.Pieces) && ([2]int{p.id, p.start} != [2]int(g.Pieces[i][:2]) || !sameEnd(g.Text, g.Pieces[i][2], p.end)) {
			t.Errorf("%q: piece %d is %v, the reference has %v", g.Text, i, p, g.Pieces[i])
			return
		}
	}
	if len(got) != len(g.Pieces) {
		t.Errorf("%q: %d pieces, the reference has %d", g.Text, len(got), len(g.Pieces))
	}
}

// sameEnd: where a letter and its mark became one character, the reference
// leaves the mark out of the piece, and we don't.
func sameEnd(text string, want, got int) bool {
	return got == want || got > want && strings.Trim(text[want:got], "\u0301\u0302\u0303\u200d") == ""
}

func TestPiecesAreThoseThatTheNetworkLearnt(t *testing.T) {
	for _, name := range []string{"cased", "unigram"} {
		b, err := os.ReadFile("testdata/tokenizers/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		tok, err := readTokenizer(b)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range goldens(t, "testdata/tokenizers/"+name+".golden.json") {
			samePieces(t, tok, g)
		}
	}
}

func TestLogitsAndNamesAreThoseOfTheReferenceRuntime(t *testing.T) {
	for _, name := range []string{"older", "newer"} {
		m := model(t, name)
		names := 0
		for _, g := range goldens(t, "testdata/"+name+"/golden.json") {
			samePieces(t, m.tok, g)
			sameProbabilities(t, m, g)
			got, err := m.Find(t.Context(), g.Text, "")
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(g.Found) {
				t.Errorf("%s, %q: found %v, want %v", name, g.Text, got, g.Found)
				continue
			}
			for i, n := range got {
				names++
				w := g.Found[i]
				if string(n.Type) != w[0].(string) || n.Start != int(w[1].(float64)) || n.End != int(w[2].(float64)) || math.Abs(n.Score-w[3].(float64)) > 1e-4 {
					t.Errorf("%s, %q: found %v, want %v", name, g.Text, n, w)
				}
			}
		}
		if names < 15 {
			t.Errorf("%s found %d names: too few to say anything", name, names)
		}
	}
}

// sameProbabilities holds the logits of a text that fits one window to 1e-4,
// and those of longer ones through their softmax.
func sameProbabilities(t *testing.T, m *Model, g golden) {
	t.Helper()
	ps := m.tok.encode(g.Text)
	if len(ps) == 0 {
		return
	}
	probs, err := m.probabilities(t.Context(), ps)
	if err != nil {
		t.Fatal(err)
	}
	for i := range ps {
		for k, p := range softmax(g.Logits[i]) {
			if math.Abs(p-probs[i][k]) > 1e-4 {
				t.Fatalf("%q: piece %d has probability %v of label %d, want %v", g.Text, i, probs[i][k], k, p)
			}
		}
	}
	if len(ps)+2 > m.window {
		return
	}
	ids := append([]int(nil), m.tok.before...)
	for _, p := range ps {
		ids = append(ids, p.id)
	}
	got, err := m.net.logits(t.Context(), append(ids, m.tok.after...), m.tok.pad)
	if err != nil {
		t.Fatal(err)
	}
	for i := range ps {
		for k, want := range g.Logits[i] {
			if x := got[(i+len(m.tok.before))*m.net.labels+k]; math.Abs(float64(x-want)) > 1e-4 {
				t.Fatalf("%q: piece %d has logit %v for label %d, want %v", g.Text, i, x, k, want)
			}
		}
	}
}

func TestWhatTheModelFindsJoinsTheOtherFindings(t *testing.T) {
	s, err := pii.New(pii.Options{Model: model(t, "older")})
	if err != nil {
		t.Fatal(err)
	}
	text := "👩‍👩‍👧 Mail Zorblax Vandermoo\r\nat z@example.org: order 12"
	fs, err := s.Find(t.Context(), text, pii.Context{})
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	for _, f := range fs {
		seen = append(seen, string(f.Type)+" "+f.Text(text)+" "+string([]rune(text)[f.RuneFrom:f.RuneTo]))
		if f.Type == pii.Person && (f.Detector != "onnx" || !strings.Contains(f.Evidence(), "the model older reads PER over 2 words with probability 0.8") || strings.Contains(f.Evidence(), "Zorblax")) {
			t.Errorf("evidence %q by %s", f.Evidence(), f.Detector)
		}
	}
	if want := "PERSON Zorblax Vandermoo Zorblax Vandermoo|EMAIL_ADDRESS z@example.org z@example.org"; strings.Join(seen, "|") != want {
		t.Errorf("found %q, want %q", seen, want)
	}
	for _, o := range []pii.Options{{Thresholds: map[pii.Type]float64{pii.Person: 0.9999}}, {Types: []pii.Type{pii.EmailAddress}}, {NoNames: true}, {Allow: []string{"zorblax vandermoo"}}} {
		o.Model = model(t, "older")
		if s, err = pii.New(o); err != nil {
			t.Fatal(err)
		}
		fs, err := s.Find(t.Context(), text, pii.Context{})
		if err != nil || len(fs) != 1 || fs[0].Type != pii.EmailAddress {
			t.Errorf("%+v: found %v, %v; the name is below the threshold, unwanted or allowed", o.Thresholds, fs, err)
		}
	}
}

func TestAModelThatDoesNotAnswerIsNeverNoFindings(t *testing.T) {
	s, err := pii.New(pii.Options{Model: model(t, "newer")})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if fs, err := s.Find(ctx, "Zorblax, z@example.org", pii.Context{}); !errors.Is(err, pii.ErrModel) || fs != nil {
		t.Errorf("a stopped scan answered %v, %v", fs, err)
	}
	defer func() {
		if recover() == nil {
			t.Error("Scan went on without its model")
		}
	}()
	s.Scan("Zorblax")
}

func TestLanguagesHaveTheirOwnModelsAndUnknownOnesAllOfThem(t *testing.T) {
	c := Choice{Default: model(t, "older"), By: map[string]pii.Model{"de": model(t, "newer")}}
	for language, want := range map[string]string{"de-AT": "newer", "de": "newer", "fr": "older", "": "older, newer"} {
		var got []string
		for _, m := range c.readers(language) {
			got = append(got, m.Name())
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%q is read by %v, want %s", language, got, want)
		}
	}
	only := Choice{By: map[string]pii.Model{"de": model(t, "newer")}}
	if got, err := only.Find(t.Context(), "call Zorblax", "fr"); err != nil || len(got) == 0 {
		t.Errorf("a language without a model of its own was read by none: %v, %v", got, err)
	}
}

// files is a whole model, to be broken.
func files(t testing.TB) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	for _, n := range []string{"config.json", "tokenizer.json", "model.onnx"} {
		b, err := os.ReadFile("testdata/older/" + n)
		if err != nil {
			t.Fatal(err)
		}
		out[n] = &fstest.MapFile{Data: b}
	}
	return out
}

func TestABrokenModelIsOneClearError(t *testing.T) {
	if _, err := Open(files(t), "whole"); err != nil {
		t.Fatal(err)
	}
	edit := func(name, old, by string) func(fstest.MapFS) {
		return func(f fstest.MapFS) {
			s := string(f[name].Data)
			if !strings.Contains(s, old) {
				t.Fatalf("%s has no %q", name, old)
			}
			f[name].Data = []byte(strings.ReplaceAll(s, old, by))
		}
	}
	for what, c := range map[string]struct {
		hurt func(fstest.MapFS)
		says string
	}{
		"no config":          {func(f fstest.MapFS) { delete(f, "config.json") }, "there is no config.json"},
		"no network":         {func(f fstest.MapFS) { delete(f, "model.onnx") }, "there is no model.onnx"},
		"no labels":          {edit("config.json", "id2label", "labels"), "no id2label"},
		"labels of no names": {func(f fstest.MapFS) { f["config.json"].Data = []byte(`{"id2label":{"0":"NEG","1":"POS"}}`) }, "name no people"},
		"a label too many":   {edit("config.json", `"0": "O"`, `"9": "O", "0": "O"`), "10 labels"},
		"other tokeniser":    {edit("tokenizer.json", `"WordPiece"`, `"WordLevel"`), `the model "WordLevel"`},
		"unknown normaliser": {edit("tokenizer.json", `"BertNormalizer"`, `"Nmt"`), `normalizer "Nmt"`},
		"larger vocabulary":  {edit("tokenizer.json", `"vocab": {`, `"vocab": {"zz": 9999,`), "don't belong together"},
		"half a network":     {func(f fstest.MapFS) { f["model.onnx"].Data = f["model.onnx"].Data[:1000] }, "model.onnx"},
		"no network at all":  {func(f fstest.MapFS) { f["model.onnx"].Data = []byte("<html>") }, "model.onnx"},
		"empty network":      {func(f fstest.MapFS) { f["model.onnx"].Data = nil }, "model.onnx"},
		"unknown operator":   {edit("model.onnx", "ReduceMean", "ReduceXean"), "ReduceXean"},
		"too short windows":  {edit("config.json", "512", "5"), "too few"},
	} {
		f := files(t)
		c.hurt(f)
		_, err := Open(f, "broken")
		if err == nil || !errors.Is(err, ErrFiles) || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", what, err)
		} else {
			t.Logf("%s: %v", what, err)
		}
	}
}

func TestATextCannotHoldControlTokens(t *testing.T) {
	for _, p := range []string{"older/tokenizer.json", "newer/tokenizer.json", "tokenizers/unigram.json"} {
		b, err := os.ReadFile("testdata/" + p)
		if err != nil {
			t.Fatal(err)
		}
		tok, err := readTokenizer(b)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range tok.encode("a [SEP] </s> <s> [CLS] <pad>") {
			for _, id := range append(append([]int{tok.pad}, tok.before...), tok.after...) {
				if q.id == id && q.id != 0 {
					t.Errorf("%s reads the control token %d in a text, at %d", p, id, q.start)
				}
			}
		}
	}
}

func FuzzOffsetsLieAtCharactersBorders(f *testing.F) {
	var toks []*tokenizer
	for _, p := range []string{"older/tokenizer.json", "newer/tokenizer.json", "tokenizers/unigram.json"} {
		b, err := os.ReadFile("testdata/" + p)
		if err != nil {
			f.Fatal(err)
		}
		tok, err := readTokenizer(b)
		if err != nil {
			f.Fatal(err)
		}
		toks = append(toks, tok)
	}
	for _, s := range []string{"Zo\u0301rblax 👩‍👩‍👧\r\n", "\xff\xfe İ Ⅻ", "क्ष ﬁ '\u200d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		border := map[int]bool{len(text): true}
		for i := range text {
			border[i] = true
		}
		for _, tok := range toks {
			last := 0
			for _, p := range tok.encode(text) {
				if p.start < last || p.end < p.start || !border[p.start] || !border[p.end] {
					t.Fatalf("%q: piece %v", text, p)
				}
				last = p.start
			}
		}
	})
}

func TestManyAtOnceGetTheSameAnswers(t *testing.T) {
	m := model(t, "newer")
	all := goldens(t, "testdata/newer/golden.json")
	errs := make(chan string, 64)
	var wg sync.WaitGroup
	for k := range 4 {
		wg.Go(func() {
			for i := range all {
				g := all[(i+k*3)%len(all)]
				got, err := m.Find(t.Context(), g.Text, "")
				if err != nil || len(got) != len(g.Found) {
					errs <- g.Text
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	for e := range errs {
		t.Errorf("%q was answered otherwise", e)
	}
}

func FuzzATokenizerFileNeverPanics(f *testing.F) {
	f.Add([]byte(`{"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0],["▁a",-1]]},"normalizer":{"type":"Precompiled","precompiled_charsmap":"AAAAAA=="},"pre_tokenizer":{"type":"Metaspace","replacement":"▁"}}`))
	f.Add([]byte(`{"model":{"type":"WordPiece","vocab":{"[UNK]":0}},"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x"}}]},"normalizer":{"type":"Replace","pattern":{"String":"a"},"content":"b"}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		tok, err := readTokenizer(b)
		if err != nil {
			return
		}
		for _, p := range tok.encode("a Zorblax e\u0301 \r\n 12's") {
			if p.id < 0 || p.id >= tok.size {
				t.Fatalf("piece %v of %d", p, tok.size)
			}
		}
	})
}
