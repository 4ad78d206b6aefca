package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/alecthomas/kong"

	"fairtouch/internal/app"
	"fairtouch/internal/engine"
	"fairtouch/touch"
)

// Commands is the whole command line.
type Commands struct {
	Data      string `help:"Directory of the database, the keys and the log (default ./fairtouch-data)." placeholder:"DIR"`
	Database  string `help:"postgres://… instead of SQLite in the data directory." placeholder:"URL"`
	Config    string `help:"Configuration file (YAML)." placeholder:"FILE" type:"path"`
	Workspace string `help:"Workspace (default: main, or demo where only the demo is filled)." placeholder:"ID" env:"FAIRTOUCH_WORKSPACE"`
	JSON      bool   `help:"JSON instead of a table; errors too." name:"json"`

	Demo     demoCmd     `cmd:"" help:"The seeded demo: real campaign data, invented people, on http://127.0.0.1:8080."`
	Serve    serveCmd    `cmd:"" help:"The server."`
	Decide   decideCmd   `cmd:"" help:"One decision, in process, JSON out."`
	Score    scoreCmd    `cmd:"" help:"One governed decision a row: CSV, JSONL or Parquet in and out."`
	Rehearse rehearseCmd `cmd:"" help:"Who of an audience may be reached, who not, why, and who can mend it; no model, no send."`
	Campaign campaignCmd `cmd:"" help:"Campaigns: list, create, stop."`
	Explain  explainCmd  `cmd:"" help:"Exact contributions of a tree model, one row each."`
	Pii      piiCmd      `cmd:"" help:"Personal data in text: scan, protect, restore, eval."`
	Law      lawCmd      `cmd:"" help:"The law: list, lint, explain, diff, impact."`
	Consent  consentCmd  `cmd:"" help:"Permissions: show, record, import, export."`
	Register registerCmd `cmd:"" help:"AI systems and what they rest on: import, check, rank, model, export."`
	Pilot    pilotCmd    `cmd:"" help:"Pilots: list, create, start, step, scale, halt."`
	Desks    desksCmd    `cmd:"" help:"The company's own help desks: hand an answer in that came by mail."`
	Rights   rightsCmd   `cmd:"" help:"What a person may ask for: list, export, erase."`
	Audit    auditCmd    `cmd:"" help:"Audits of fairness: run."`
	DB       dbCmd       `cmd:"" name:"db" help:"The database: migrate, copy, backup, restore, erasures."`
	Disclose discloseCmd `cmd:"" help:"Marks of AI: mark, read, find."`
	Record   recordCmd   `cmd:"" help:"The record: verify, prove, export."`
	Keys     keysCmd     `cmd:"" help:"API keys: create, list, revoke."`
	Gateway  gatewayCmd  `cmd:"" help:"Which systems write text through the gateway, and with which models."`
	Copy     copyCmd     `cmd:"" help:"Words that AI wrote: may they be used, and what waits for approval."`
	Settings configCmd   `cmd:"" name:"config" help:"The configuration: show, check."`
	Version  versionCmd  `cmd:"" help:"The version."`
}

// Env is what a command runs in. Paths are relative to Dir.
type Env struct {
	In       io.Reader
	Out, Err io.Writer
	Dir      string
	Lookup   func(string) (string, bool)
	App      *app.App // already open: a command that a running server executes
	// DuckDB opens the engine that needs a C++ compiler; nil in the static binary.
	DuckDB func(database, working string) (engine.Engine, func() error, error)
}

// run is what each command gets.
type run struct {
	Env
	ctx  context.Context
	opts *Commands
	kept *keptInput
}

// keptInput remembers what was read of standard input, until it is known that
// the command runs here and need not be sent to a server.
type keptInput struct {
	r    io.Reader
	seen []byte
	keep bool
}

func (k *keptInput) Read(p []byte) (int, error) {
	n, err := k.r.Read(p)
	if k.keep {
		k.seen = append(k.seen, p[:n]...)
	}
	return n, err
}

// Main runs the command line of the process and returns its exit status.
func Main(ctx context.Context, args []string) int {
	// Decisions make much short-lived garbage and little else: collecting half as
	// often costs some tens of megabytes, well within the memory that is promised.
	debug.SetGCPercent(200)
	debug.SetMemoryLimit(100 << 20)
	dir, err := os.Getwd()
	if err != nil {
		dir = "."
	}
	return Run(ctx, args, Env{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Dir: dir, Lookup: os.LookupEnv})
}

// exited carries an exit status out of kong, which would end the process.
type exited struct{ code int }

// Run parses args and runs the command.
func Run(ctx context.Context, args []string, env Env) (code int) {
	var cmds Commands
	defer func() {
		if x := recover(); x != nil {
			e, ok := x.(exited)
			if !ok {
				panic(x)
			}
			code = e.code
		}
	}()
	k, err := kong.New(&cmds, kong.Name("fairtouch"), kong.UsageOnError(), kong.Writers(env.Out, env.Err),
		kong.Description("The governed path between a marketing team and every AI it uses."),
		kong.Exit(func(c int) { panic(exited{c}) }), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(env.Err, "fairtouch:", err)
		return 2
	}
	kctx, err := k.Parse(args)
	if err != nil {
		fmt.Fprintln(env.Err, "fairtouch: "+oneLine(err.Error())+"; see fairtouch --help")
		return 2
	}
	r := &run{Env: env, ctx: ctx, opts: &cmds, kept: &keptInput{r: env.In, keep: true}}
	r.In = r.kept
	return r.finish(kctx.Run(r), args)
}

// finish prints an error as one clear line and turns it into an exit status.
func (r *run) finish(err error, args []string) int {
	var status exitStatus
	switch {
	case err == nil:
		return 0
	case errors.As(err, &status):
		return int(status)
	case errors.Is(err, errForward):
		return r.forward(args)
	}
	e := touch.AsError(err)
	if r.opts.JSON {
		b, _ := json.Marshal(map[string]any{"error": map[string]any{"code": e.Code, "message": e.Message, "field": e.Field, "missing": e.Missing}})
		fmt.Fprintln(r.Err, string(b))
		return 1
	}
	fmt.Fprintf(r.Err, "fairtouch: %s [%s]\n", oneLine(e.Error()), e.Code)
	return 1
}

// exitStatus ends a command that has said everything already.
type exitStatus int

func (e exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// config reads the configuration with the command line's options over it.
func (r *run) config() (app.Config, error) {
	c, err := app.LoadConfig(r.opts.Config, r.Lookup)
	if err != nil {
		return c, err
	}
	if r.opts.Data != "" {
		c.Data = r.opts.Data
	}
	if r.opts.Database != "" {
		c.Database = r.opts.Database
	}
	if !filepath.IsAbs(c.Data) {
		c.Data = filepath.Join(r.Dir, c.Data)
	}
	return c, nil
}

// open opens the installation, or hands out the one that a server runs. If
// another process has the data directory, the command is sent there.
func (r *run) open() (*app.App, func() error, error) {
	if r.App != nil {
		return r.App, func() error { return nil }, nil
	}
	c, err := r.config()
	if err != nil {
		return nil, nil, err
	}
	a, err := app.Open(r.ctx, c, app.Options{Log: r.Err, Quiet: true})
	if touch.CodeOf(err) == touch.Conflict && hasSocket(c.Data) {
		return nil, nil, errForward
	}
	if err != nil {
		return nil, nil, err
	}
	r.kept.keep, r.kept.seen = false, nil
	return a, a.Close, nil
}

// within opens the installation for f and closes it after.
func (r *run) within(f func(a *app.App, ws touch.Workspace) error) error {
	a, done, err := r.open()
	if err != nil {
		return err
	}
	ws, err := r.workspace(a)
	if err == nil {
		err = f(a, ws)
	}
	return errors.Join(err, done())
}

func (r *run) workspace(a *app.App) (touch.Workspace, error) {
	if r.opts.Workspace != "" {
		return a.Known(r.ctx, touch.Workspace(r.opts.Workspace))
	}
	return a.Usual(r.ctx)
}

// path makes a file's name absolute in the caller's directory; "-" stays.
func (r *run) path(p string) string {
	if p == "-" || p == "" || filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(r.Dir, p)
}

// read reads a whole file or standard input.
func (r *run) read(p string) ([]byte, error) {
	if p == "-" {
		b, err := io.ReadAll(r.In)
		return b, touch.Wrap(touch.Invalid, err, "standard input can't be read")
	}
	b, err := os.ReadFile(r.path(p))
	return b, fileErr(err, p)
}

func fileErr(err error, p string) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return touch.Wrap(touch.Invalid, err, "%s: %v", p, pe.Err)
	}
	return touch.Wrap(touch.Invalid, err, "%s can't be read", p)
}

// create opens a file for writing, or standard output.
func (r *run) create(p string) (io.WriteCloser, error) {
	if p == "-" || p == "" {
		return nopCloser{r.Out}, nil
	}
	f, err := os.Create(r.path(p))
	return f, fileErr(err, p)
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// print writes a value as JSON.
func (r *run) print(v any) error {
	e := json.NewEncoder(r.Out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
