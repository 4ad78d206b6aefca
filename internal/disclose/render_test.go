package disclose

import (
	"slices"
	"strings"
	"testing"

	"fairtouch/touch"
)

// Whatever a duty asks for, a renderer of its channel does, in every language;
// or there is no duty but a gap.
func TestEveryDutyIsMetByItsRenderer(t *testing.T) {
	m, ts := loadOnce()
	for _, locale := range ts.Locales() {
		for _, k := range touch.Kinds() {
			for _, ch := range touch.Channels() {
				for _, place := range []string{"DE", "US-CA", "US-NY", "CN", "KR", "GB"} {
					d, gap, err := Resolve(ts, m, Use{Kind: k, Channel: ch, Places: in(place), Locale: locale, At: autumn})
					if err != nil {
						t.Fatal(err)
					}
					if gap != nil {
						continue
					}
					note, err := d.Render("m", Links{Why: "https://x/w", Human: "https://x/h"})
					if err != nil {
						t.Fatal(err)
					}
					out, err := ts.Render(ch, Piece{Note: note, Text: "Hello"})
					if err != nil {
						t.Fatalf("%s %s %s %s: %v", locale, k, ch, place, err)
					}
					shown := out.Text + out.HTML + out.Spoken
					if !strings.Contains(shown, note.Label.Text) && !strings.Contains(shown, strings.ReplaceAll(note.Label.Text, "'", "&#39;")) || out.Spoken == "" && !strings.Contains(shown, "https://x/h") && out.HTML == "" {
						t.Fatalf("%s %s %s: the label is not shown: %+v", locale, k, ch, out)
					}
				}
			}
		}
	}
}

func note(locale string) touch.Disclosure {
	_, ts := loadOnce()
	d, err := ts.Resolve(touch.CopyGen, touch.Email, locale, "en")
	if err != nil {
		panic(err)
	}
	n, err := d.Render("m", Links{Why: "https://x/w", Human: "https://x/h?a=1&b=2"})
	if err != nil {
		panic(err)
	}
	return n
}

func TestAMailSaysItInBothParts(t *testing.T) {
	_, ts := loadOnce()
	out, err := ts.Render(touch.Email, Piece{Note: note("ar"), Text: "Hello", HTML: "<!doctype html><html><HEAD><title>x</title></HEAD><body class=a><p>Hello</p></body></html>"})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<HEAD><meta name="ai-disclosure" content="autonomous">`, `<body class=a><div lang="ar" dir="rtl"`, `href="https://x/h?a=1&amp;b=2"`} {
		if !strings.Contains(out.HTML, want) {
			t.Errorf("no %s in %s", want, out.HTML)
		}
	}
	if !strings.HasPrefix(out.Text, note("ar").Label.Text) || out.Headers["AI-Disclosure"] == "" || out.Dir != "rtl" || !slices.Equal(out.Marks, []string{MarkHeader, MarkMeta}) {
		t.Errorf("%+v", out)
	}
	if _, ok := out.Headers["html-meta:ai-disclosure"]; ok {
		t.Error("a mark that is no header is among the headers")
	}
}

func TestALabelCannotInjectMarkup(t *testing.T) {
	_, ts := loadOnce()
	n := note("en")
	n.Label.Text, n.Human.URL = `<script>x</script>`, `javascript:alert(1)`
	out, err := ts.Render(touch.Web, Piece{Note: n})
	if err != nil || strings.Contains(out.HTML, "<script>") || strings.Contains(out.HTML, "javascript:") {
		t.Errorf("%s %v", out.HTML, err)
	}
}

func TestAnSMSKnowsItsLength(t *testing.T) {
	for _, c := range []struct {
		text     string
		encoding string
		units, n int
	}{
		{strings.Repeat("a", 160), "GSM-7", 160, 1},
		{strings.Repeat("a", 161), "GSM-7", 161, 2},
		{strings.Repeat("€", 80), "GSM-7", 160, 1},
		{strings.Repeat("ü", 153) + strings.Repeat("a", 153), "GSM-7", 306, 2},
		{strings.Repeat("я", 70), "UCS-2", 70, 1},
		{strings.Repeat("я", 71), "UCS-2", 71, 2},
		{"😀", "UCS-2", 2, 1},
	} {
		l, err := smsLength(c.text)
		if err != nil || l.Encoding != c.encoding || l.Units != c.units || l.Segments != c.n {
			t.Errorf("%.5s…: %+v %v, want %+v", c.text, l, err, c)
		}
	}
	_, ts := loadOnce()
	if _, err := ts.Render(touch.SMS, Piece{Note: note("en"), Text: strings.Repeat("a", 1531)}); touch.CodeOf(err) != touch.Invalid {
		t.Errorf("a message that networks cut is sent: %v", err)
	}
}

func TestBothFormsOfTheHeaderAreRead(t *testing.T) {
	want := Header{Mode: ModeOriginated, Model: `a"b;c`, Provider: "p"}
	for _, s := range []string{`mode=ai-originated;model="a\"b;c";provider=p`, `mode=ai-originated, model="a\"b;c", provider="p"`, ` provider="p" ; MODE=ai-originated ; model="a\"b;c";x`} {
		if h, err := ParseHeader(s); err != nil || h != want {
			t.Errorf("%s: %+v %v", s, h, err)
		}
	}
	for _, s := range []string{"", "mode", "mode=human", "model=x"} {
		if _, err := ParseHeader(s); touch.CodeOf(err) != touch.Invalid {
			t.Errorf("%q is read", s)
		}
	}
	h, err := ParseHeader(headers(ModeMachine, "sales-bot")["AI-Disclosure"])
	if err != nil || h.Mode != ModeMachine || h.Model != "sales-bot" {
		t.Errorf("our own: %+v %v", h, err)
	}
}
