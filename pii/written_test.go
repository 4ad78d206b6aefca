package pii

import (
	"bufio"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

var marked = regexp.MustCompile(`\{([APOL])\|([^}]*)\}`)

// written reads sentences written by hand.
func written(t testing.TB, file string) (out []labelled) {
	t.Helper()
	f, err := os.Open("testdata/names/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		lang, line, ok := strings.Cut(sc.Text(), ": ")
		if strings.HasPrefix(sc.Text(), "#") || !ok {
			continue
		}
		l := labelled{Lang: lang}
		at := 0
		for _, m := range marked.FindAllStringSubmatchIndex(line, -1) {
			l.Text += line[at:m[0]]
			from := utf8.RuneCountInString(l.Text)
			l.Text += line[m[4]:m[5]]
			l.Spans = append(l.Spans, struct {
				Type       Type
				Start, End int
			}{map[string]Type{"A": Address, "P": Person, "O": Organization, "L": Location}[line[m[2]:m[3]]], from, utf8.RuneCountInString(l.Text)})
			at = m[1]
		}
		l.Text += line[at:]
		out = append(out, l)
	}
	if len(out) < 30 {
		t.Fatalf("%d sentences", len(out))
	}
	return out
}

func TestAddressesAndCompaniesAsPeopleWriteThem(t *testing.T) {
	for file, least := range map[string]float64{"written.txt": 0.92, "written_late.txt": 0.78} {
		t.Run(file, func(t *testing.T) {
			sums := agreement(t, written(t, file), func(x Type) bool { return x == Person || x == Location || x == Organization || x == Address })
			report(t, sums)
			if got := sums["ALL"].F(2); got < least {
				t.Errorf("F2 %.3f, was at least %.2f", got, least)
			}
		})
	}
}
