package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fairtouch/touch"
)

func env(m map[string]string) func(string) (string, bool) {
	return func(k string) (string, bool) { v, ok := m[k]; return v, ok }
}

func TestAMisspeltSettingIsAnErrorNotADefault(t *testing.T) {
	f := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(f, []byte("lissten: 127.0.0.1:1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadConfig(f, env(nil)); touch.CodeOf(err) != touch.Invalid || !strings.Contains(err.Error(), "lissten") {
		t.Fatalf("got %v", err)
	}
}

func TestEnvironmentBeatsFileAndSecretsComeFromFiles(t *testing.T) {
	dir := t.TempDir()
	f, s := filepath.Join(dir, "c.yaml"), filepath.Join(dir, "db")
	for p, v := range map[string]string{f: "listen: 127.0.0.1:1\ncompany:\n  name: A\n", s: "postgres://u:hunter2@h/d\n"} {
		if err := os.WriteFile(p, []byte(v), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := LoadConfig(f, env(map[string]string{"FAIRTOUCH_LISTEN": "127.0.0.1:2", "FAIRTOUCH_DATABASE_FILE": s}))
	if err != nil || c.Listen != "127.0.0.1:2" || c.Company.Name != "A" || c.Database != "postgres://u:hunter2@h/d" {
		t.Fatalf("%+v %v", c, err)
	}
	for _, set := range c.Settings() {
		if strings.Contains(set.Value, "hunter2") {
			t.Fatalf("%s shows a secret", set.Key)
		}
		if set.Doc == "" || set.Env == "" {
			t.Errorf("%s isn't documented", set.Key)
		}
	}
}

func TestImpossibleSettingsSayWhatToDo(t *testing.T) {
	for _, bad := range []map[string]string{
		{"FAIRTOUCH_LISTEN": "8080"}, {"FAIRTOUCH_PUBLIC_URL": "example.com"}, {"FAIRTOUCH_DATABASE": "mysql://x"},
		{"FAIRTOUCH_COMPANY_COUNTRY": "Germany"}, {"FAIRTOUCH_LOG": "loud"},
	} {
		c, err := LoadConfig("", env(bad))
		if err != nil {
			t.Fatal(err)
		}
		if touch.CodeOf(c.Check()) != touch.Invalid {
			t.Errorf("%v passed", bad)
		}
	}
	if _, err := LoadConfig("", env(map[string]string{"FAIRTOUCH_MAX_BODY": "lots"})); err == nil {
		t.Error("a body limit of lots passed")
	}
}
