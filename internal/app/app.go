package app

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/consent"
	"fairtouch/internal/gateway"
	"fairtouch/internal/govern"
	"fairtouch/internal/record"
	"fairtouch/internal/seal"
	"fairtouch/internal/seal/cloudkms"
	"fairtouch/internal/sqlstore"
	"fairtouch/pii"
	"fairtouch/touch"
)

// App is an open installation.
type App struct {
	Config   Config
	DB       *sqlstore.DB
	Keeper   *seal.Keeper
	Record   *record.Recorder
	Ledger   *consent.Ledger
	Desk     *access.Desk
	Path     *govern.Path
	Links    *Links
	Worlds   *Worlds
	Log      *slog.Logger
	Names    pii.Model    // finds names beside the detector's own, as the configuration says; nil: none
	Outbound *http.Client // the way out for connectors and webhooks; nil: nothing goes out
	runs     *runs
	meter    *gateway.Meter               // of the virtual keys
	rules    *consent.Rules               // how long permissions last, and which have to be confirmed
	inner    func() (http.Handler, error) // the gateway of the chat's program, made at its first use
	DemoMode bool                         // this server shows the demo: its roles can be entered without a password
	lock     *os.File
}

// Workspaces of an installation: the company's own, and the demo.
const (
	Main touch.Workspace = "main"
	Demo touch.Workspace = "demo"
)

// Options say how to open.
type Options struct {
	Log   io.Writer // where the log goes; nil: nowhere
	Quiet bool      // a command's: no log, errors are its own to tell
}

// Open opens the data directory, or the database that the configuration names:
// it takes the directory's lock, migrates, and starts the record. Close it.
func Open(ctx context.Context, cfg Config, opt Options) (a *App, err error) {
	if err := cfg.Check(); err != nil {
		return nil, err
	}
	if opt.Log == nil || opt.Quiet {
		opt.Log = io.Discard
	}
	silenceLibraries()
	a = &App{Config: cfg, Log: logger(opt.Log, cfg.Log), runs: newRuns(), Outbound: wayOut(cfg), Names: namesOf(cfg)}
	defer func() {
		if err != nil {
			_ = a.Close()
			a = nil
		}
	}()
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return a, touch.Wrap(touch.Unavailable, err, "the data directory can't be made: %v", pathErr(err))
	}
	// On PostgreSQL several nodes share the directory; a lease says who feeds the log.
	if cfg.Database == "" {
		if a.lock, err = lockDir(cfg.Data); err != nil {
			return a, err
		}
	}
	if a.DB, err = sqlstore.Open(ctx, sqlstore.Config{URL: cfg.Database, Dir: cfg.Data}); err != nil {
		return a, err
	}
	if err := a.DB.Migrate(ctx); err != nil {
		return a, err
	}
	return a, a.wire(ctx)
}

func (a *App) wire(ctx context.Context) (err error) {
	cfg := a.Config
	if a.rules, err = consent.LoadRules(); err != nil {
		return err
	}
	keys := seal.Config{KEKFile: cfg.KEKFile, DataDir: cfg.Data}
	if cfg.KMS != "" {
		keys.KMSURI = cfg.KMS
		if keys.KMS, err = cloudkms.Client(ctx, cfg.KMS); err != nil {
			return err
		}
	}
	if a.Keeper, err = seal.Open(ctx, keys, a.DB); err != nil {
		return err
	}
	if err := a.workspace(ctx, Main, "Our company", "real"); err != nil {
		return err
	}
	a.Record, err = record.Open(ctx, record.Config{Store: a.DB, Keeper: a.Keeper, Dir: filepath.Join(cfg.Data, "log"),
		Shared: a.DB.Postgres(), OnError: func(err error) { a.Log.Error("record", "code", touch.CodeOf(err), "cause", causeOf(err)) }})
	if err != nil {
		return err
	}
	a.Ledger = consent.NewLedger(a.DB, a.Keeper, a.Record, time.Now)
	a.Desk = access.NewDesk(a.DB, time.Now)
	a.Links = &Links{base: cfg.Base(), mac: a.Keeper.Lookup, now: time.Now}
	a.Worlds = newWorlds(a.DB, cfg)
	a.meter = gateway.NewMeter(usageSums{a.DB}, time.Now)
	a.inner = sync.OnceValues(a.chatGateway)
	a.Path = govern.New(govern.Config{
		Worlds: a.Worlds, Ledger: a.Ledger, Record: a.Record, Links: a.Links, Hash: a.Keeper.Lookup, Now: time.Now,
		OnFail: func(id touch.DecisionID, err error) {
			a.Log.Warn("touch failed", "decision", id, "code", touch.CodeOf(err), "cause", causeOf(err))
		},
	})
	return nil
}

// workspace makes a workspace unless it exists.
func (a *App) workspace(ctx context.Context, ws touch.Workspace, name, kind string) error {
	_, err := a.DB.CreateWorkspace(ctx, sqlstore.Workspace{ID: ws, Name: name, Kind: kind, LogOrigin: "fairtouch/" + string(ws) + "/" + touch.RandomID()[:12]})
	if err != nil {
		return err
	}
	return a.Keeper.LoadWorkspace(ctx, ws)
}

// Close stops the record, closes the store and lets the directory go.
func (a *App) Close() error {
	var errs []error
	a.runs.close()
	if a.meter != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		errs = append(errs, a.meter.Tell(ctx))
		cancel()
	}
	if a.Record != nil {
		errs = append(errs, a.Record.Close())
	}
	if a.DB != nil {
		errs = append(errs, a.DB.Close())
	}
	if a.lock != nil {
		errs = append(errs, a.lock.Close())
	}
	return errors.Join(errs...)
}

// causeOf gives the type of the innermost cause, and its text only where the
// cause is the operating system's or the database's own: never input.
func causeOf(err error) string {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			break
		}
		err = next
	}
	if err == nil {
		return ""
	}
	var x *touch.Error
	if errors.As(err, &x) {
		return x.Message
	}
	return errType(err)
}

func logger(w io.Writer, level string) *slog.Logger {
	var l slog.Level
	_ = l.UnmarshalText([]byte(level))
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: l}))
}

// LocalOperator is who acts on the command line of the machine itself, until
// there are accounts.
const LocalOperator touch.UserID = "local"

// Known returns the workspace if it exists.
func (a *App) Known(ctx context.Context, ws touch.Workspace) (touch.Workspace, error) {
	all, err := a.DB.AllWorkspaces(ctx)
	for _, w := range all {
		if w.ID == ws {
			return ws, a.Keeper.LoadWorkspace(ctx, ws)
		}
	}
	if err == nil {
		err = touch.Fielderr("workspace", "there is no such workspace here")
	}
	return "", err
}

// Usual is the workspace that the command line means when it names none: main,
// or the demo where main holds no system yet and the demo is there.
func (a *App) Usual(ctx context.Context) (touch.Workspace, error) {
	systems, err := a.DB.Systems(ctx, Main)
	if err != nil || len(systems) > 0 {
		return Main, err
	}
	if ws, err := a.Known(ctx, Demo); err == nil {
		return ws, nil
	}
	return Main, nil
}

// Prove returns the proof file of a decision or an event.
func (a *App) Prove(ctx context.Context, ws touch.Workspace, id string) (string, error) {
	ev := touch.EventID(id)
	if strings.HasPrefix(id, "dec_") {
		var err error
		if ev, err = a.DB.EventOf(ctx, ws, touch.DecisionID(id)); err != nil {
			return "", err
		}
	}
	return a.Record.Proof(ctx, ws, ev)
}

// Export calls f with every event, opened where its key lives.
func (a *App) Export(ctx context.Context, ws touch.Workspace, f func(v any) error) error {
	after := int64(0)
	for {
		rows, err := a.DB.Scan(ctx, ws, after, 500)
		if err != nil || len(rows) == 0 {
			return err
		}
		for i := range rows {
			after = rows[i].Seq
			line := map[string]any{"event": rows[i].ID, "kind": rows[i].Kind, "at": rows[i].At, "log_index": rows[i].Index,
				"commitment": hex.EncodeToString(rows[i].Commitment[:])}
			o, err := a.Record.Opening(ctx, ws, rows[i].ID)
			switch {
			case errors.Is(err, seal.ErrErased):
				line["erased"] = true
			case err != nil:
				return err
			default:
				line["payload"] = o.Payload
			}
			if err := f(line); err != nil {
				return err
			}
		}
	}
}
