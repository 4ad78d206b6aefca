package cli

import (
	"encoding/json"
	"fmt"
	"time"

	"fairtouch/internal/app"
	"fairtouch/internal/record"
	"fairtouch/touch"
)

type recordCmd struct {
	Verify recordVerifyCmd `cmd:"" help:"Check the whole record; exit status 0 only if everything holds."`
	Prove  recordProveCmd  `cmd:"" help:"The proof file of one decision or event, to be checked offline."`
	Export recordExportCmd `cmd:"" help:"Every event as JSON lines, opened where keys live."`
}

type recordVerifyCmd struct {
	Checkpoint []string `help:"A checkpoint that somebody else holds; repeat for more." placeholder:"FILE"`
	Receipt    []string `help:"A receipt that a customer holds; repeat for more." placeholder:"FILE"`
	Proof      string   `help:"Check one proof file offline, without any data; needs --key." placeholder:"FILE"`
	Key        string   `help:"The log's public key, as Settings and each receipt's answer show it." placeholder:"VKEY"`
}

// offline checks a proof file with nothing but the log's key.
func (c *recordVerifyCmd) offline(r *run) error {
	if c.Key == "" {
		return touch.Fielderr("key", "give the log's public key; the company publishes it")
	}
	b, err := r.read(c.Proof)
	if err != nil {
		return err
	}
	index, size, err := record.CheckProof(string(b), c.Key, nil)
	if err != nil {
		return err
	}
	if r.opts.JSON {
		return r.print(map[string]any{"ok": true, "index": index, "size": size})
	}
	_, err = fmt.Fprintf(r.Out, "place %d of %d in the log: ok\n", index, size)
	return err
}

// Run verifies.
func (c *recordVerifyCmd) Run(r *run) error {
	if c.Proof != "" {
		return c.offline(r)
	}
	o := record.VerifyOptions{Now: time.Now()}
	for _, f := range c.Checkpoint {
		b, err := r.read(f)
		if err != nil {
			return err
		}
		o.Checkpoints = append(o.Checkpoints, string(b))
	}
	for _, f := range c.Receipt {
		b, err := r.read(f)
		if err != nil {
			return err
		}
		o.Receipts = append(o.Receipts, string(b))
	}
	return r.within(func(a *app.App, ws touch.Workspace) error { return verify(r, a, ws, o) })
}

func verify(r *run, a *app.App, ws touch.Workspace, o record.VerifyOptions) error {
	rep, err := a.Record.Verify(r.ctx, ws, o)
	if err != nil {
		return err
	}
	if r.opts.JSON {
		type problem struct{ Class, Where, What string }
		out := struct {
			Class     string    `json:"class"`
			Decisions int64     `json:"decisions"`
			Size      int64     `json:"size"`
			Root      string    `json:"root"`
			Problems  []problem `json:"problems"`
		}{rep.Class.String(), rep.Decisions, rep.Size, rep.Root.String(), []problem{}}
		for _, p := range rep.Problems {
			out.Problems = append(out.Problems, problem{p.Class.String(), p.Where, p.What})
		}
		if err := r.print(out); err != nil {
			return err
		}
	} else {
		for _, l := range rep.Lines {
			fmt.Fprintln(r.Out, l)
		}
	}
	if rep.Class == record.Sound {
		return nil
	}
	// Each class has a status of its own above 1: 3 overdue, 4 incomplete, 5
	// unreadable, 6 tampered.
	fmt.Fprintf(r.Err, "fairtouch: the record is %s\n", rep.Class)
	return exitStatus(2 + int(rep.Class))
}

type recordProveCmd struct {
	ID string `arg:"" help:"A decision (dec_…) or an event (evt_…)."`
}

// Run prints the proof.
func (c *recordProveCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		proof, err := a.Prove(r.ctx, ws, c.ID)
		if err != nil {
			return err
		}
		_, err = fmt.Fprint(r.Out, proof)
		return err
	})
}

type recordExportCmd struct {
	Out string `short:"o" help:"File; - is standard output." default:"-"`
}

// Run exports events.
func (c *recordExportCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		w, err := r.create(c.Out)
		if err != nil {
			return err
		}
		enc := json.NewEncoder(w)
		err = a.Export(r.ctx, ws, func(v any) error { return enc.Encode(v) })
		if e := w.Close(); err == nil {
			err = e
		}
		return err
	})
}
