package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"fairtouch/touch"
)

func leaves(t *testing.T, src string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := Walk([]byte(src), true, func(p Path, l Leaf) error {
		if l.Name {
			return nil
		}
		if l.Kind == '"' && (src[l.Start] != '"' || src[l.End-1] != '"') {
			t.Fatalf("offsets %d to %d are no string of %s", l.Start, l.End, src)
		}
		name := ""
		for _, s := range p {
			name += "/" + s.Key
		}
		out[name] += l.Text() + "|"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEveryStringIsFoundWhereItLies(t *testing.T) {
	got := leaves(t, " { \"a\" : \"x\\u0041\" ,\n\"b\":[ \"y\" , {\"c\":\"\"}, 1.50 ,null ] , \"\\u0064\":\"é😀\"}")
	want := map[string]string{"/a": "xA|", "/b/": "y|1.50|null|", "/b//c": "|", "/d": "é😀|"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestWhatTwoReadersCouldReadDifferentlyIsRefused(t *testing.T) {
	for _, src := range []string{`{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, `{"a":{"b":1,"b":1}}`, `{} {}`, `{"a":}`, `{"a":1`, ``, "{\"a\":\"\xff\"}", `{"a":"\ud800"}`, `{'a':1}`, `{"a":NaN}`} {
		err := Walk([]byte(src), true, func(Path, Leaf) error { return nil })
		if touch.CodeOf(err) != touch.Invalid {
			t.Errorf("%s: %v", src, err)
		}
	}
	if err := Walk([]byte(`{"a":"\ud800","a":2}`), false, func(Path, Leaf) error { return nil }); err != nil {
		t.Errorf("an answer that a vendor wrote so: %v", err)
	}
}

func TestASpliceChangesItsPlaceAlone(t *testing.T) {
	src := []byte(`{"a" : "one","b":"two"}`)
	got := Splice(src, []Edit{{17, 22, []byte(`"2"`)}, {7, 12, []byte(`"1\n"`)}})
	if string(got) != `{"a" : "1\n","b":"2"}` {
		t.Errorf("%s", got)
	}
	if &Splice(src, nil)[0] != &src[0] {
		t.Error("without an edit it is the very same text")
	}
}

func TestAnyTextQuotedIsReadBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		var got string
		if err := json.Unmarshal(Quote(s), &got); err != nil || got != s {
			t.Fatalf("%q became %q (%v)", s, got, err)
		}
	})
}

func FuzzWalk(f *testing.F) {
	f.Add([]byte(`{"a":["b",{"c":1}],"d":"\u00e9"}`))
	f.Add([]byte(`[[[["]]]]`))
	f.Fuzz(func(t *testing.T, src []byte) {
		var edits []Edit
		err := Walk(src, true, func(p Path, l Leaf) error {
			if l.Start < 0 || l.End > len(src) || l.Start >= l.End {
				t.Fatalf("a leaf from %d to %d of %d bytes", l.Start, l.End, len(src))
			}
			if l.Kind == '"' && !l.Name {
				edits = append(edits, Edit{l.Start, l.End, Quote(l.Text())})
			}
			return nil
		})
		if err != nil {
			return
		}
		if !json.Valid(src) {
			t.Fatalf("%q was taken for JSON", src)
		}
		var a, b any
		if json.Unmarshal(src, &a) != nil || json.Unmarshal(Splice(src, edits), &b) != nil || !cmp.Equal(a, b) {
			t.Fatalf("%q changed its meaning", src)
		}
	})
}

func events(t *testing.T, s string) []Event {
	t.Helper()
	r := NewEvents(strings.NewReader(s))
	var out []Event
	for {
		ev, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, ev)
	}
}

func TestEventsAreReadAsTheStandardSays(t *testing.T) {
	in := ": a comment\n\nevent: x\r\ndata: one\r\ndata:two\r\nid: 7\r\n\r\ndata\n\n\n\ndata: last"
	evs := events(t, in)
	if len(evs) != 4 || evs[0].Data != nil || evs[1].Name != "x" || string(evs[1].Data) != "one\ntwo" || evs[2].Data == nil || len(evs[2].Data) != 0 || string(evs[3].Data) != "last" {
		t.Fatalf("%q", evs)
	}
	var all []byte
	for _, e := range evs {
		all = append(all, e.Raw...)
	}
	if string(all) != in {
		t.Errorf("passed on, the stream became %q", all)
	}
	if got := evs[1].With([]byte("new\nlines")); string(got.Raw) != "event: x\r\ndata: new\ndata: lines\r\nid: 7\r\n\r\n" {
		t.Errorf("%q", got.Raw)
	}
}

func TestAnEventWithoutEndIsNoMemoryWithoutEnd(t *testing.T) {
	r := NewEvents(io.LimitReader(endless{}, MaxEvent*2))
	if _, err := r.Next(); touch.CodeOf(err) != touch.TooLarge {
		t.Error(err)
	}
}

type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'x'
	}
	return len(b), nil
}

func TestWhatTheHouseSaysItselfIsWellFormed(t *testing.T) {
	for _, tool := range []string{"", "save \"it\""} {
		c := Composed{ID: "1", Model: "m\"", Text: "He said \"no\"\n", Tool: tool, Args: `{"a": "b c"}`, Created: 9}
		for _, r := range []Route{Chat, Responses, Messages, Embeddings, Count} {
			if b := c.JSON(r); !json.Valid(b) {
				t.Errorf("%s: %s", r, b)
			}
		}
		for _, r := range []Route{Chat, Responses, Messages} {
			for _, ev := range events(t, string(bytes.Join(c.Events(r), nil))) {
				if string(ev.Data) != "[DONE]" && !json.Valid(ev.Data) {
					t.Errorf("%s: %s", r, ev.Data)
				}
			}
		}
	}
}

func TestACommentCantSmuggleAnEvent(t *testing.T) {
	if evs := events(t, string(Comment("label\n\ndata: {\"x\":1}\r\n\r\n"))); len(evs) != 1 || evs[0].Data != nil {
		t.Errorf("%q", evs)
	}
}
