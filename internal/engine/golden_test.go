package engine_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"fairtouch/internal/engine"
)

var update = flag.Bool("update", false, "write the golden SQL")

const goldenSpec = `
data: {table: lake.scores}
attributes: [sex, {column: age, bands: [30, 60]}]
prediction: sent
label: bought
score: p
weight: w
where: "channel = 'e-mail''s' and (age >= 18 or age is null) and not country in ('DE', 'AT')"
`

// TestTheStatementIsTheOneThatWasReviewed: a changed statement counts other
// people, and the engines that we can't run would not notice.
func TestTheStatementIsTheOneThatWasReviewed(t *testing.T) {
	s, err := engine.ParseSpec([]byte(goldenSpec))
	if err != nil {
		t.Fatal(err)
	}
	for name, untested := range map[string]bool{"postgres": false, "trino": true, "clickhouse": true} {
		got, says, err := engine.SQL(engine.Compile(&s), name)
		if err != nil || says != untested {
			t.Fatalf("%s: %v, untested %v", name, err, says)
		}
		file := filepath.Join("testdata", "sql", name+".sql")
		if *update {
			if err := os.WriteFile(file, []byte(got+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(want) != got+"\n" {
			t.Errorf("%s writes another statement:\n%s", name, got)
		}
	}
	if _, _, err := engine.SQL(engine.Compile(&s), "oracle"); err == nil {
		t.Error("a dialect that there isn't was written")
	}
}
