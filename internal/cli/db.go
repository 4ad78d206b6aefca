package cli

import (
	"bytes"
	"fmt"

	"fairtouch/internal/app"
	"fairtouch/internal/record"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

type dbCmd struct {
	Migrate  dbMigrateCmd  `cmd:"" help:"Bring the schema up to this version."`
	Copy     dbCopyCmd     `cmd:"" help:"Copy the data directory's SQLite to an empty PostgreSQL, compare, and verify."`
	Backup   dbBackupCmd   `cmd:"" help:"Write database and log, as of one moment, to a new directory. The key is not in it."`
	Restore  dbRestoreCmd  `cmd:"" help:"Restore a backup into an empty data directory and repeat the erasures since."`
	Erasures dbErasuresCmd `cmd:"" help:"The current list of erasures, which a restore needs."`
}

type dbMigrateCmd struct{}

// Run migrates: opening does.
func (c *dbMigrateCmd) Run(r *run) error {
	a, done, err := r.open()
	if err != nil {
		return err
	}
	kind := "sqlite"
	if a.DB.Postgres() {
		kind = "postgres"
	}
	if err := done(); err != nil {
		return err
	}
	if r.opts.JSON {
		return r.print(map[string]string{"database": kind, "schema": "current"})
	}
	_, err = fmt.Fprintln(r.Out, "the schema is this program's")
	return err
}

type dbCopyCmd struct {
	To string `required:"" help:"The target, a database without data." placeholder:"postgres://…"`
}

// Run copies and verifies the copy.
func (c *dbCopyCmd) Run(r *run) error {
	cfg, err := r.config()
	if err != nil {
		return err
	}
	bar := r.progress("rows")
	rep, err := app.Copy(r.ctx, cfg, c.To, bar.add)
	bar.done()
	if err != nil {
		return err
	}
	if r.opts.JSON {
		if err := r.print(rep); err != nil {
			return err
		}
	} else {
		table(r.Out, "TABLE\tROWS", func(line func(...any)) {
			for _, t := range rep.Tables {
				line(t.Name, t.Rows)
			}
		})
		for _, v := range rep.Verified {
			fmt.Fprintf(r.Out, "record of %s: %d decisions: %s\n", v.Workspace, v.Decisions, v.Class)
		}
	}
	if rep.Class != record.Sound {
		fmt.Fprintf(r.Err, "fairtouch: the copy is complete, but a record is %s, as it is here\n", rep.Class)
		return exitStatus(2 + int(rep.Class))
	}
	return nil
}

type dbBackupCmd struct {
	Dir string `arg:"" help:"A directory that doesn't exist yet."`
}

// Run writes a backup.
func (c *dbBackupCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		if err := a.Record.Backup(r.ctx, r.path(c.Dir), a.DB.Snapshot); err != nil {
			return err
		}
		if r.opts.JSON {
			return r.print(map[string]string{"backup": c.Dir})
		}
		_, err := fmt.Fprintf(r.Out, "the backup is in %s; keep the key elsewhere: it is not in it\n", c.Dir)
		return err
	})
}

type dbRestoreCmd struct {
	Dir      string `arg:"" help:"The backup."`
	Erasures string `help:"The current list of erasures, as db erasures writes it; - is standard input." placeholder:"FILE"`
}

// Run restores. Without the list erased persons would come back, so it is
// refused.
func (c *dbRestoreCmd) Run(r *run) error {
	cfg, err := r.config()
	if err != nil {
		return err
	}
	var list []sqlstore.Erasure
	if c.Erasures != "" {
		b, err := r.read(c.Erasures)
		if err != nil {
			return err
		}
		if list, err = sqlstore.ReadErasures(bytes.NewReader(b)); err != nil {
			return err
		}
	}
	n, err := app.Restore(r.ctx, cfg, r.path(c.Dir), list)
	if err != nil {
		return err
	}
	if r.opts.JSON {
		return r.print(map[string]int{"erased_again": n})
	}
	_, err = fmt.Fprintf(r.Out, "restored; %d persons were erased again; put the key into the data directory before you start\n", n)
	return err
}

type dbErasuresCmd struct {
	Out string `short:"o" help:"File; - is standard output." default:"-"`
}

// Run writes the list.
func (c *dbErasuresCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		list, err := a.DB.Erasures(r.ctx)
		if err != nil {
			return err
		}
		w, err := r.create(c.Out)
		if err != nil {
			return err
		}
		err = sqlstore.WriteErasures(w, list)
		if e := w.Close(); err == nil {
			err = e
		}
		return err
	})
}
