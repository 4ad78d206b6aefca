package cli

import (
	"io"
	"os"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// progress shows how far long work is, on a terminal's standard error only.
type progress struct {
	p   *mpb.Progress
	bar *mpb.Bar
}

// progress starts an indicator without a known end.
func (r *run) progress(what string) *progress { return r.progressOf(what, 0) }

// progressOf starts an indicator for n pieces of work; 0 is unknown.
func (r *run) progressOf(what string, n int64) *progress {
	w := r.Err
	if f, ok := w.(*os.File); !ok || !isTerminal(f) {
		w = io.Discard
	}
	p := mpb.New(mpb.WithOutput(w), mpb.WithWidth(40), mpb.WithRefreshRate(200*time.Millisecond))
	return &progress{p, p.AddBar(n, mpb.PrependDecorators(decor.Name(what+" "), decor.CurrentNoUnit("%d")),
		mpb.AppendDecorators(decor.AverageSpeed(0, " %.0f/s")))}
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func (p *progress) add(n int) { p.bar.IncrBy(n) }

func (p *progress) done() {
	p.bar.SetTotal(-1, true)
	p.p.Wait()
}
