package app

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestTheManualOfSettingsIsCurrent keeps docs/config.md equal to the struct.
// FAIRTOUCH_WRITE_DOCS=1 writes it anew.
func TestTheManualOfSettingsIsCurrent(t *testing.T) {
	c, err := LoadConfig("", env(nil))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("# Settings\n\nEach is read from the YAML file named by `--config`, then from the environment, then from a file named by the environment\nvariable with `_FILE` appended. Unknown keys fail. This page is generated from the code.\n\n| key | environment | default | what it is |\n|---|---|---|---|\n")
	for _, s := range c.Settings() {
		d := s.Default
		if d == "" {
			d = "(empty)"
		}
		fmt.Fprintf(&b, "| `%s` | `%s` | `%s` | %s |\n", s.Key, s.Env, d, s.Doc)
	}
	const file = "../../docs/config.md"
	if os.Getenv("FAIRTOUCH_WRITE_DOCS") == "1" {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(file)
	if err != nil || string(have) != b.String() {
		t.Fatalf("docs/config.md is out of date; run this test with FAIRTOUCH_WRITE_DOCS=1 (%v)", err)
	}
}
