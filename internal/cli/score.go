package cli

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"fairtouch/internal/app"
	"fairtouch/internal/govern"
	"fairtouch/internal/tables"
	"fairtouch/touch"
)

type scoreCmd struct {
	System  string `required:"" help:"The registered system." placeholder:"S"`
	In      string `arg:"" help:"CSV, JSONL or Parquet; - is standard input. One row a person: external_id, inputs by name, and facts such as country and locale."`
	Out     string `short:"o" default:"-" help:"CSV, JSONL or Parquet; - is standard output."`
	Purpose string `help:"As the person was told (default: the system's only one)."`
	Channel string `help:"Where (default: the system's first)."`
	ID      string `name:"id" default:"external_id" help:"The column that holds your own id of the person."`
	As      string `help:"Who operates: a user's id, whose literacy counts." placeholder:"USER"`
}

// outColumns are what a scored row has.
var outColumns = []string{"external_id", "decision_id", "verdict", "score", "band", "action", "reason", "missing", "alternative", "label", "why_url", "human_url", "receipt", "error"}

// Run scores a table.
func (c *scoreCmd) Run(r *run) error {
	in, err := r.openRows(c.In)
	if err != nil {
		return err
	}
	defer in.Close()
	return r.within(func(a *app.App, ws touch.Workspace) error {
		who := touch.UserID(c.As)
		if who == "" {
			who = app.LocalOperator
		}
		plan, err := a.Scoring(r.ctx, ws, touch.SystemID(c.System), c.Purpose, touch.Channel(c.Channel))
		if err != nil {
			return err
		}
		out, err := r.createRows(c.Out, outColumns)
		if err != nil {
			return err
		}
		s := &scoring{run: r, app: a, plan: plan, in: in, out: out, id: c.ID, caller: govern.Caller{Workspace: ws, Operator: who}}
		bar := r.progress("scored")
		err = s.all(bar)
		bar.done()
		if e := out.Close(); err == nil {
			err = e
		}
		if err == nil {
			fmt.Fprintf(r.Err, "%d rows: %s\n", s.rows, s.tally())
		}
		return err
	})
}

type scoring struct {
	*run
	app    *app.App
	plan   *app.ScorePlan
	in     tables.Reader
	out    tables.Writer
	id     string
	caller govern.Caller
	rows   int
	counts map[touch.Verdict]int
}

const batchRows = 512

type scoreBatch struct {
	touches []touch.Touch
	bad     []error // one a row: what is wrong with the row itself
	results []govern.Result
	err     error
	done    chan struct{}
}

// all runs batches through the path, a few at once so that one commits while
// the next computes, and writes them in order.
func (s *scoring) all(bar *progress) error {
	s.counts = map[touch.Verdict]int{}
	flight := make(chan *scoreBatch, 3)
	var wg sync.WaitGroup
	var readErr error
	stop := make(chan struct{})
	wg.Go(func() {
		defer close(flight)
		for {
			b, err := s.read()
			if len(b.touches) > 0 {
				select {
				case flight <- b:
					wg.Go(func() { s.decide(b) })
				case <-stop:
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
	for b := range flight {
		<-b.done
		if err == nil {
			if err = b.err; err == nil {
				err = s.write(b)
			}
			if err != nil {
				close(stop)
			}
			bar.add(len(b.touches))
		}
	}
	wg.Wait()
	return errors.Join(err, readErr)
}

func (s *scoring) read() (*scoreBatch, error) {
	b := &scoreBatch{done: make(chan struct{})}
	for len(b.touches) < batchRows {
		m, err := s.in.Next()
		if err != nil {
			return b, err
		}
		t, bad := s.plan.Touch(m, s.id)
		b.touches, b.bad = append(b.touches, t), append(b.bad, bad)
	}
	return b, s.ctx.Err()
}

func (s *scoring) decide(b *scoreBatch) {
	defer close(b.done)
	good, at := make([]touch.Touch, 0, len(b.touches)), make([]int, 0, len(b.touches))
	for i := range b.touches {
		if b.bad[i] == nil {
			good, at = append(good, b.touches[i]), append(at, i)
		}
	}
	b.results = make([]govern.Result, len(b.touches))
	rs, err := s.app.Path.DecideAll(s.ctx, s.caller, good, runtime.GOMAXPROCS(0))
	b.err = err
	for j := range rs {
		b.results[at[j]] = rs[j]
	}
	for i, bad := range b.bad {
		if bad != nil {
			b.results[i].Err = bad
		}
	}
}

func (s *scoring) write(b *scoreBatch) error {
	for i := range b.touches {
		cells := make([]string, len(outColumns))
		if b.touches[i].Subject != nil {
			cells[0] = b.touches[i].Subject.ExternalID
		}
		d := &b.results[i].Decision
		fill(cells, d)
		if err := b.results[i].Err; err != nil {
			cells[13] = oneLine(touch.AsError(err).Error())
		}
		s.rows++
		s.counts[d.Verdict]++
		if err := s.out.Write(cells); err != nil {
			return touch.Wrap(touch.Unavailable, err, "the output can't be written; %d rows were decided and are on record", s.rows)
		}
	}
	return nil
}

func fill(cells []string, d *touch.Decision) {
	cells[1], cells[2] = string(d.ID), string(d.Verdict)
	if o := d.Outcome; o != nil {
		if o.Score != nil {
			cells[3] = strconv.FormatFloat(*o.Score, 'f', 6, 64)
		}
		cells[4], cells[5] = o.Band, o.Action
	}
	if d.Verdict != touch.Allow && d.ID != "" {
		cells[6] = firstReason(d)
	}
	cells[7] = strings.Join(d.Missing, " ")
	if d.Alternative != nil {
		cells[8] = d.Alternative.Text
	}
	cells[9], cells[10], cells[11] = d.Disclosure.Label.Text, d.Disclosure.Why, d.Disclosure.Human.URL
	if d.Receipt != nil {
		cells[12] = d.Receipt.ID
	}
}

func (s *scoring) tally() string {
	var parts []string
	for _, v := range []touch.Verdict{touch.Allow, touch.Deny, touch.Gap, touch.Human} {
		if n := s.counts[v]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, v))
		}
	}
	if n := s.counts[""]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d with errors", n))
	}
	return strings.Join(parts, ", ")
}
