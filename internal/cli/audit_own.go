package cli

import (
	"errors"
	"fmt"
	"io"
	"time"

	"fairtouch/internal/app"
	"fairtouch/internal/audit"
	"fairtouch/internal/engine"
	"fairtouch/touch"
)

// atTheShell is who acts where nobody has signed in.
const atTheShell touch.UserID = "shell"

// own audits the installation's decisions and puts the audit on record, with
// the purpose for which protected attributes were used.
func (c *auditRunCmd) own(r *run, a *app.App, ws touch.Workspace, s *engine.Spec, text []byte) (audit.Report, error) {
	perm := shellPermission(s)
	e, err := a.OwnAudits().Engine(ws, s, perm)
	if err != nil {
		return audit.Report{}, err
	}
	d := audit.Desk{Store: a.DB, Plans: a.DB, Record: a.Record, Now: time.Now}
	run, err := d.RunSpec(r.ctx, ws, audit.Plan{Name: s.Name, System: touch.SystemID(s.Data.Decisions.System), Spec: string(text), Permission: perm}, s, e, atTheShell)
	return run.Report, err
}

// shellPermission is for the purpose that the specification names, an hour long.
func shellPermission(s *engine.Spec) *audit.Permission {
	return &audit.Permission{Purpose: s.Purpose, By: atTheShell, Until: time.Now().Add(time.Hour)}
}

type auditAttributesCmd struct {
	In      string `arg:"" name:"file" help:"CSV, JSONL or Parquet with external_id and a column an attribute."`
	Purpose string `required:"" help:"What they are kept for, in a sentence; it goes on record."`
}

// Run seals each person's attributes under that person's key.
func (c *auditAttributesCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		var sealed []audit.SealedAttributes
		err := r.eachRow(c.In, "external_id", func(id string, row map[string]any) error {
			values := map[string]string{}
			for k, v := range row {
				if k != "external_id" && v != nil {
					values[k] = cellText(v)
				}
			}
			known, _, err := a.Ledger.Find(r.ctx, ws, id)
			if err != nil {
				return err
			}
			s, err := audit.SealAttributes(known.ID, known.Key, values)
			sealed = append(sealed, s)
			return err
		})
		if err != nil {
			return err
		}
		d := audit.Desk{Record: a.Record, Now: time.Now}
		if err := d.KeepAttributes(r.ctx, ws, a.DB, sealed, c.Purpose, atTheShell); err != nil {
			return err
		}
		return r.done(len(sealed), "people's protected attributes kept for audits")
	})
}

type auditOutcomesCmd struct {
	In string `arg:"" name:"file" help:"CSV, JSONL or Parquet with decision and label."`
}

// Run keeps labels; a later one of the same decision replaces.
func (c *auditOutcomesCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		var rows []audit.Outcome
		now := time.Now()
		err := r.eachRow(c.In, "decision", func(id string, row map[string]any) error {
			l, ok := row["label"]
			if !ok {
				return touch.Errorf(touch.Invalid, "a row has no label")
			}
			rows = append(rows, audit.Outcome{Decision: touch.DecisionID(id), Label: cellText(l), At: now})
			return nil
		})
		if err == nil {
			err = a.DB.PutOutcomes(r.ctx, ws, rows)
		}
		if err != nil {
			return err
		}
		return r.done(len(rows), "outcomes kept")
	})
}

func (r *run) done(n int, what string) error {
	if r.opts.JSON {
		return r.print(map[string]any{"rows": n})
	}
	_, err := fmt.Fprintln(r.Out, n, what)
	return err
}

func cellText(v any) string {
	if x, ok := v.(float64); ok {
		return engine.FormatFloat(x)
	}
	return fmt.Sprint(v)
}

// eachRow reads a table whose rows are named by a key column.
func (r *run) eachRow(file, key string, f func(id string, row map[string]any) error) error {
	in, err := r.openRows(file)
	if err != nil {
		return err
	}
	defer in.Close()
	for n := 1; ; n++ {
		row, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		id, ok := row[key]
		if !ok {
			return touch.Errorf(touch.Invalid, "row %d has no %s", n, key)
		}
		if err := f(cellText(id), row); err != nil {
			return err
		}
	}
}
