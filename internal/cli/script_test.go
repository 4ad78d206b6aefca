package cli_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"fairtouch/internal/cli"
)

func TestMain(m *testing.M) {
	testscript.Main(stopCluster{m}, map[string]func(){
		"fairtouch": func() { os.Exit(cli.Main(context.Background(), os.Args[1:])) },
	})
}

// TestCommandLine runs the scripts: what a person at a shell sees.
func TestCommandLine(t *testing.T) {
	models, err := filepath.Abs("../../pii/onnx/testdata")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Dir: "testdata/script", Setup: func(e *testscript.Env) error {
		e.Setenv("MODELS", models)
		return nil
	}, Cmds: map[string]func(*testscript.TestScript, bool, []string){
		"status": status, "pick": pick, "fill": fill,
	}})
}

// status runs fairtouch and compares its exit status: status 2 decide
func status(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: status N args…")
	}
	err := ts.Exec("fairtouch", args[1:]...)
	got := "0"
	if err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if (got == args[0]) == neg {
		ts.Fatalf("exit status %s, want %s", got, args[0])
	}
}

// pick puts the first word of a file that begins with a prefix into a variable.
func pick(ts *testscript.TestScript, _ bool, args []string) {
	for _, w := range strings.FieldsFunc(ts.ReadFile(args[2]), func(c rune) bool { return strings.ContainsRune(" \n\t\",:", c) }) {
		if strings.HasPrefix(w, args[1]) {
			ts.Setenv(args[0], w)
			return
		}
	}
	ts.Fatalf("no word in %s begins with %s", args[2], args[1])
}

// fill writes the shared files of testdata/lead into the script's directory.
func fill(ts *testscript.TestScript, _ bool, _ []string) {
	files, err := os.ReadDir(leadDir)
	ts.Check(err)
	for _, f := range files {
		b, err := os.ReadFile(leadDir + "/" + f.Name())
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(f.Name()), b, 0o600))
	}
}
