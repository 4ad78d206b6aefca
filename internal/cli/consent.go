package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"fairtouch/gpp"
	"fairtouch/internal/app"
	"fairtouch/internal/consent"
	"fairtouch/touch"
)

type consentCmd struct {
	Show    consentShowCmd    `cmd:"" help:"One person's permissions, as they stand."`
	Record  consentRecordCmd  `cmd:"" help:"Put events about one person into the ledger, all or none."`
	Export  consentExportCmd  `cmd:"" help:"Every person's events as JSON lines."`
	Decode  consentDecodeCmd  `cmd:"" help:"A TCF, GPP or US privacy string, field by field."`
	Receipt consentReceiptCmd `cmd:"" help:"One person's permissions as records of ISO/IEC TS 27560, with the W3C's vocabulary, as JSON."`
	Import  consentImportCmd  `cmd:"" help:"Permissions from another system: CSV or JSONL, all or none."`
}

type consentShowCmd struct {
	Person string `arg:"" name:"external_id" help:"Your own id of the person."`
}

// Run shows what is known. Looking a person up doesn't make one, and goes on
// record.
func (c *consentShowCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		known, err := person(r, a, ws, c.Person)
		if err != nil {
			return err
		}
		if err := a.Viewed(r.ctx, ws, known.ID, "permissions", string(known.ID)); err != nil {
			return err
		}
		own := known.Members[0].Projection
		if r.opts.JSON {
			return r.print(struct {
				Subject touch.SubjectID `json:"subject"`
				Version int64           `json:"version"`
				Cluster string          `json:"cluster,omitzero"`
				Entries []consent.Entry `json:"entries"`
			}{known.ID, known.Version, known.Cluster, append([]consent.Entry{}, own.Entries...)})
		}
		table(r.Out, "PURPOSE\tSYSTEM\tCHANNEL\tSTATE\tBASIS\tSINCE\tSOURCE", func(line func(...any)) {
			for _, e := range own.Entries {
				for _, m := range []*consent.Mark{e.No, e.Yes, e.Other} {
					if m != nil {
						line(e.Scope.Purpose, dash(string(e.Scope.System)), e.Scope.Channel, m.State, dash(string(m.Basis)), m.Effective.Format(time.RFC3339), dash(m.Source))
					}
				}
			}
		})
		return nil
	})
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// person finds somebody whom the ledger knows. The error doesn't repeat the id.
func person(r *run, a *app.App, ws touch.Workspace, external string) (consent.Known, error) {
	known, ok, err := a.KnownPerson(r.ctx, ws, external)
	if err == nil && !ok {
		err = touch.Errorf(touch.Unknown, "nobody of this id is known in this workspace, or they were erased")
	}
	return known, err
}

type consentReceiptCmd struct {
	Person  string `arg:"" name:"external_id" help:"Your own id of the person."`
	Profile string `default:"record" enum:"record,receipt" help:"record, or receipt: what the person is handed."`
}

// Run prints the records. Looking a person up goes on record.
func (c *consentReceiptCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		known, err := person(r, a, ws, c.Person)
		if err != nil {
			return err
		}
		if err := a.Viewed(r.ctx, ws, known.ID, "permissions", string(known.ID)); err != nil {
			return err
		}
		profile := consent.ProfileRecord
		if c.Profile == "receipt" {
			profile = consent.ProfileReceipt
		}
		all, err := a.ConsentRecords(r.ctx, ws, known, profile)
		if err != nil {
			return err
		}
		return r.print(all)
	})
}

type consentRecordCmd struct {
	Person string `arg:"" name:"external_id" help:"Your own id of the person."`
	File   string `short:"f" required:"" help:"JSON: one event, a list, or {\"events\":[…]}; - is standard input." placeholder:"events.json"`
}

// Run records.
func (c *consentRecordCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		b, err := r.read(c.File)
		if err != nil {
			return err
		}
		events, err := readEvents(b)
		if err != nil {
			return err
		}
		receipt, err := a.Ledger.Record(r.ctx, ws, c.Person, events...)
		if err != nil {
			return err
		}
		if r.opts.JSON {
			return r.print(map[string]any{"recorded": len(events), "receipt": receipt})
		}
		_, err = fmt.Fprintf(r.Out, "%d events recorded as %s\n", len(events), receipt.ID)
		return err
	})
}

// readEvents takes one event, a list, or an object with a list.
func readEvents(b []byte) ([]consent.Event, error) {
	var list []consent.Event
	var err error
	var probe map[string]json.RawMessage
	switch {
	case bytes.HasPrefix(bytes.TrimSpace(b), []byte("[")):
		err = touch.Decode(b, &list)
	case json.Unmarshal(b, &probe) == nil && probe["events"] != nil:
		var box struct {
			Events []consent.Event `json:"events"`
		}
		err = touch.Decode(b, &box)
		list = box.Events
	default:
		var one consent.Event
		err = touch.Decode(b, &one)
		list = []consent.Event{one}
	}
	if err == nil && len(list) == 0 {
		err = touch.Fielderr("events", "there is nothing to record")
	}
	return list, err
}

type consentExportCmd struct {
	Out string `short:"o" help:"File; - is standard output." default:"-"`
}

// Run writes a line an event; erased persons have none. Persons are named by
// the ledger's own ids, for external ids are kept as keyed hashes only.
func (c *consentExportCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		w, err := r.create(c.Out)
		if err != nil {
			return err
		}
		bar := r.progress("exported")
		enc := json.NewEncoder(w)
		err = a.Permissions(r.ctx, ws, func(id touch.SubjectID, e consent.Event) error {
			bar.add(1)
			return enc.Encode(struct {
				Subject touch.SubjectID `json:"subject"`
				consent.Event
			}{id, e})
		})
		bar.done()
		if e := w.Close(); err == nil {
			err = e
		}
		return err
	})
}

type consentDecodeCmd struct {
	Text     string `arg:"" name:"string" help:"The string; - reads it from standard input."`
	Reencode bool   `help:"Print the canonical string instead, with or without --json."`
}

// Run reads the string; it needs no data directory, and records nothing: a
// signal is evidence only once it is put into the ledger.
func (c *consentDecodeCmd) Run(r *run) error {
	text := c.Text
	if text == "-" {
		b, err := r.read("-")
		if err != nil {
			return err
		}
		text = string(bytes.TrimSpace(b))
	}
	m, err := gpp.Decode(text)
	if err != nil {
		return touch.Wrap(touch.Invalid, err, "this can't be read as a consent string; it must be a TCF v2, GPP or US privacy string of at most %d bytes", gpp.MaxLength)
	}
	switch {
	case c.Reencode:
		out, err := m.Canonical()
		if err != nil {
			return touch.Wrap(touch.Invalid, err, "the string is incomplete, so that it has no canonical form: ask for it again (consent decode shows what is missing)")
		}
		_, err = fmt.Fprintln(r.Out, out)
		return err
	case r.opts.JSON:
		return r.print(m)
	}
	decoded(r, m)
	return nil
}

func decoded(r *run, m *gpp.Message) {
	table(r.Out, "SECTION\tFIELD\tVALUE", func(line func(...any)) {
		for _, s := range m.Sections() {
			for _, f := range s.Fields() {
				line(s.Name(), f.Name, f.Text())
			}
			if s.Fields() == nil {
				line(s.Name(), "-", "no layout is published")
			}
		}
	})
	for _, o := range m.Odd() {
		fmt.Fprintln(r.Out, "odd:", o)
	}
}
