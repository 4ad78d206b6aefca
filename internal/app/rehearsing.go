package app

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"fairtouch/internal/campaign"
	"fairtouch/internal/consent"
	"fairtouch/internal/govern"
	"fairtouch/internal/tables"
	"fairtouch/touch"
)

// Mapping says which column of a table holds what. A value that begins with =
// stands for every row: "=DE" says that all people are there.
type Mapping map[string]string

// MapFields are what a table can say of a person, in the order of the form.
func MapFields() []string {
	return []string{"external_id", "country", "region", "locale", "minor", "business", "first_contact"}
}

// usual are the headers that each field goes by elsewhere.
var usual = map[string][]string{
	"external_id":   {"external_id", "email", "e-mail", "email address", "customer_id", "customer id", "contact_id", "user_id", "id", "kundennummer", "phone"},
	"country":       {"country", "country_code", "land", "pays", "país", "pais", "country/region"},
	"region":        {"region", "state", "bundesland", "province", "state/region"},
	"locale":        {"locale", "language", "lang", "sprache", "langue", "idioma", "preferred language"},
	"minor":         {"minor", "is_minor", "under_18"},
	"business":      {"business", "is_business", "b2b"},
	"first_contact": {"first_contact", "new_contact"},
}

// GuessMapping finds the columns by their usual names. A country that is in no
// column is the market, if there is only one.
func GuessMapping(cols, markets []string) Mapping {
	m := Mapping{}
	for _, f := range MapFields() {
		for _, name := range usual[f] {
			i := slices.IndexFunc(cols, func(c string) bool { return strings.EqualFold(strings.TrimSpace(c), name) })
			if i >= 0 {
				m[f] = cols[i]
				break
			}
		}
	}
	if m["country"] == "" && len(markets) == 1 {
		m["country"] = "=" + markets[0]
	}
	return m
}

// check reports the first field that names no column.
func (m Mapping) check(cols []string) error {
	if m["external_id"] == "" {
		return touch.Fielderr("external_id", "Say which column holds your id of the person")
	}
	for _, f := range MapFields() {
		if c := m[f]; c != "" && !strings.HasPrefix(c, "=") && cols != nil && !slices.Contains(cols, c) {
			return touch.Fielderr(f, "The table has no column %q", c)
		}
	}
	return nil
}

// touch makes a row's touch for one system.
func (m Mapping) touch(row map[string]any, c *campaign.Campaign, s touch.SystemID) touch.Touch {
	get := func(f string) any {
		col := m[f]
		if v, ok := strings.CutPrefix(col, "="); ok {
			return v
		}
		return row[col]
	}
	t := touch.Touch{System: s, Purpose: c.Purpose, Channel: c.Channel, Locale: text(get("locale")), Facts: map[string]any{}}
	if id := text(get("external_id")); id != "" {
		t.Subject = &touch.SubjectRef{ExternalID: id}
	}
	for _, f := range []string{"country", "region"} {
		if v := strings.TrimSpace(text(get(f))); v != "" {
			t.Facts[f] = strings.ToUpper(v)
		}
	}
	for _, f := range []string{"minor", "business", "first_contact"} {
		switch strings.ToLower(strings.TrimSpace(text(get(f)))) {
		case "true", "yes", "1", "ja", "oui", "sí", "si":
			t.Facts[f] = true
		case "false", "no", "0", "nein", "non":
			t.Facts[f] = false
		}
	}
	return t
}

// Rehearsing is one run of an audience.
type Rehearsing struct {
	Campaign *campaign.Campaign
	Map      Mapping
	In       tables.Reader
	Out      tables.Writer // nil: the counts alone
	Progress func(campaign.Rehearsal)
}

const rehearseBatch = 1024

type rehearseJob struct {
	rows []map[string]any
	by   [][]govern.Rehearsed // by system
	err  error
	done chan struct{}
}

// OutColumns are the columns of the result: the table's own, then what the
// rehearsal adds.
func (x *Rehearsing) OutColumns() []string {
	cols := x.In.Columns()
	if cols == nil {
		cols = []string{x.Map["external_id"]}
	}
	cols = slices.DeleteFunc(slices.Clone(cols), func(c string) bool { return slices.Contains(campaign.Columns(), c) })
	return append(cols, campaign.Columns()...)
}

// Rehearse runs an audience through everything but the model. It writes no
// decision, and nothing about a person; a person who isn't known stays unknown.
func (a *App) Rehearse(ctx context.Context, c govern.Caller, x Rehearsing, head campaign.Rehearsal) (campaign.Rehearsal, error) {
	start := time.Now()
	tally := campaign.NewTally(head)
	if err := x.Map.check(x.In.Columns()); err != nil {
		return tally.Result(), err
	}
	cols := x.OutColumns()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	flight := make(chan *rehearseJob, 3)
	var wg sync.WaitGroup
	var readErr error
	wg.Go(func() {
		defer close(flight)
		for {
			j, err := readJob(ctx, x.In)
			if len(j.rows) > 0 {
				select {
				case flight <- j:
					wg.Go(func() { a.rehearseJob(ctx, c, &x, j) })
				case <-ctx.Done():
					return
				}
			}
			if err != nil {
				if !errors.Is(err, io.EOF) {
					readErr = err
				}
				return
			}
		}
	})
	var err error
	for j := range flight {
		<-j.done
		if err == nil {
			if err = j.err; err == nil {
				err = x.write(tally, j, cols)
			}
			if err != nil {
				cancel()
			} else if x.Progress != nil {
				x.Progress(tally.Result())
			}
		}
	}
	wg.Wait()
	out := tally.Result()
	out.Took = time.Since(start)
	return out, errors.Join(readErr, err)
}

func readJob(ctx context.Context, in tables.Reader) (*rehearseJob, error) {
	j := &rehearseJob{done: make(chan struct{})}
	for len(j.rows) < rehearseBatch {
		row, err := in.Next()
		if err != nil {
			return j, err
		}
		j.rows = append(j.rows, row)
	}
	return j, ctx.Err()
}

func (a *App) rehearseJob(ctx context.Context, c govern.Caller, x *Rehearsing, j *rehearseJob) {
	defer close(j.done)
	for _, s := range x.Campaign.Systems {
		ts := make([]touch.Touch, len(j.rows))
		for i := range j.rows {
			ts[i] = x.Map.touch(j.rows[i], x.Campaign, s)
		}
		r, err := a.rehearseBatch(ctx, c, ts)
		if err != nil {
			j.err = err
			return
		}
		j.by = append(j.by, r)
	}
}

// rehearseBatch asks again where a busy store took too long: nothing was
// written, so nothing can be done twice.
func (a *App) rehearseBatch(ctx context.Context, c govern.Caller, ts []touch.Touch) (r []govern.Rehearsed, err error) {
	for try := range 6 {
		if r, err = a.Path.Rehearse(ctx, c, ts, runtime.GOMAXPROCS(0), a.Links); touch.CodeOf(err) != touch.Unavailable || ctx.Err() != nil {
			return r, err
		}
		select {
		case <-time.After(time.Duration(try+1) * 100 * time.Millisecond):
		case <-ctx.Done():
		}
	}
	return r, err
}

// write counts a batch, and writes its rows in order.
func (x *Rehearsing) write(tally *campaign.Tally, j *rehearseJob, cols []string) error {
	cells := make([]string, len(cols))
	n := len(cols) - len(campaign.Columns())
	for i, row := range j.rows {
		why, first := x.ground(tally, j, i)
		tally.Count(first.Subject != "", why)
		if x.Out == nil {
			continue
		}
		for k := range n {
			cells[k] = text(row[cols[k]])
		}
		add := cells[n:]
		add[0], add[1], add[2], add[3], add[4], add[5] = "true", "", "", first.Label, first.Why, first.Human
		if why != nil {
			add[0], add[1], add[2], add[3] = "false", why.Rule+": "+why.Reason, campaign.Owner(why), ""
		}
		if err := x.Out.Write(cells); err != nil {
			return touch.Wrap(touch.Unavailable, err, "the result can't be written; is the disk full?")
		}
	}
	return nil
}

// ground is why a row's person may not be touched, over all systems; nil if
// they may. The links are the first system's.
func (x *Rehearsing) ground(tally *campaign.Tally, j *rehearseJob, i int) (*touch.Check, *govern.Rehearsed) {
	first := &j.by[0][i]
	var all []touch.Check
	for s := range j.by {
		r := &j.by[s][i]
		if r.Err != nil {
			e := touch.AsError(r.Err)
			all = append(all, touch.Check{Step: "audience", Rule: "audience." + string(e.Code), Verdict: touch.Gap, Reason: sentence(e), Missing: e.Missing, Owner: "data"})
			continue
		}
		all = append(all, r.Checks...)
	}
	if len(all) == 0 || first.Err == nil {
		if id, err := consent.Normalise(text(j.rows[i][x.Map["external_id"]])); err == nil {
			h := sha256.Sum256([]byte(id))
			if tally.Again([16]byte(h[:16])) {
				all = append([]touch.Check{{Step: "audience", Rule: "audience.twice", Verdict: touch.Deny, Owner: "data",
					Reason: "The person came before in this table; once is enough."}}, all...)
			}
		}
	}
	return campaign.Ground(all), first
}

func sentence(e *touch.Error) string {
	s := e.Message
	if e.Field != "" {
		s = e.Field + ": " + s
	}
	return fmt.Sprintf("%s.", strings.TrimSuffix(s, "."))
}
