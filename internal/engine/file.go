package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/parquet-go/parquet-go"

	"fairtouch/touch"
)

// Engine counts a plan's cells where the data lies. It reads only. Errors are
// Invalid where the data or the specification is at fault, Unavailable where
// the data can't be reached or a limit of time was met.
type Engine interface {
	Count(ctx context.Context, p *Plan) (Result, error)
}

// File reads CSV, TSV, JSON lines and Parquet with all cores that Go may use.
type File struct {
	Working string // where relative names are looked for, after the specification's own folder
}

// Count implements Engine.
func (f File) Count(ctx context.Context, p *Plan) (Result, error) {
	ctx, cancel := p.within(ctx)
	defer cancel()
	start := time.Now()
	path := p.spec.Path(p.spec.Data.File, f.Working)
	file, info, err := openFile(path, p.spec)
	if err != nil {
		return Result{}, err
	}
	defer file.Close()
	join, err := f.join(ctx, p)
	if err != nil {
		return Result{}, err
	}
	out, err := countFile(ctx, p, file, info.Size(), join)
	if err != nil {
		return Result{}, err
	}
	snapshot, err := unchanged(path, file, info)
	out.Evidence = Evidence{Engine: "file", Source: filepath.Base(path), Snapshot: snapshot, Elapsed: time.Since(start)}
	if limit := p.spec.Limits.Rows; err == nil && limit > 0 && out.Rows > limit {
		err = touch.Fielderr("limits.rows", "the file has %d rows, over the limit of %d", out.Rows, limit)
	}
	return out, err
}

// within bounds a run's time.
func (p *Plan) within(ctx context.Context) (context.Context, context.CancelFunc) {
	seconds := p.spec.Limits.Seconds
	if !(seconds > 0) {
		seconds = 600
	}
	return context.WithTimeout(ctx, time.Duration(seconds*float64(time.Second)))
}

func openFile(path string, s *Spec) (*os.File, os.FileInfo, error) {
	f, err := os.Open(path)
	if err != nil {
		var pe *os.PathError
		if errors.As(err, &pe) {
			return nil, nil, touch.Wrap(touch.Invalid, err, "%s: %v", filepath.Base(path), pe.Err)
		}
		return nil, nil, touch.Wrap(touch.Invalid, err, "%s can't be read", filepath.Base(path))
	}
	info, err := f.Stat()
	switch {
	case err != nil:
		err = touch.Wrap(touch.Invalid, err, "%s can't be read", filepath.Base(path))
	case info.IsDir():
		err = touch.Errorf(touch.Invalid, "%s is a folder; name a file", filepath.Base(path))
	case s.Limits.Bytes > 0 && info.Size() > s.Limits.Bytes:
		err = touch.Fielderr("limits.bytes", "the file has %d bytes, over the limit of %d", info.Size(), s.Limits.Bytes)
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

// hashed is up to which size a file is hashed whole.
const hashed = 64 << 20

// unchanged makes sure that the file is what it was when the run began.
func unchanged(path string, f *os.File, before os.FileInfo) (string, error) {
	after, err := os.Stat(path)
	if err != nil || !os.SameFile(before, after) || after.Size() != before.Size() || !after.ModTime().Equal(before.ModTime()) {
		return "", touch.Wrap(touch.Conflict, errors.Join(err, errChanged), "the file was changed while it was read; run the audit again")
	}
	if before.Size() > hashed {
		return fmt.Sprintf("size %d, changed %s", before.Size(), before.ModTime().UTC().Format(time.RFC3339Nano)), nil
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(f, 0, before.Size())); err != nil {
		return "", touch.Wrap(touch.Unavailable, err, "the file can't be read to its end")
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil)), nil
}

var errChanged = errors.New("changed")

func countFile(ctx context.Context, p *Plan, f *os.File, size int64, join *joiner) (Result, error) {
	switch strings.ToLower(filepath.Ext(f.Name())) {
	case ".csv":
		return countText(ctx, p, f, ',', join)
	case ".tsv":
		return countText(ctx, p, f, '\t', join)
	case ".jsonl", ".ndjson":
		return countJSON(ctx, p, f, join)
	case ".parquet":
		return countParquet(ctx, p, f, size, join)
	}
	return Result{}, touch.Fielderr("data.file", "must end in .csv, .tsv, .jsonl or .parquet")
}

func countText(ctx context.Context, p *Plan, f io.Reader, comma byte, join *joiner) (Result, error) {
	src := &blocks{r: f, quotes: true}
	first, _, err := src.next()
	if err == io.EOF {
		return Result{}, touch.Errorf(touch.Invalid, "the file is empty: it has no header line")
	}
	if err != nil {
		return Result{}, err
	}
	shape, rest, err := csvHeader(first, comma, p)
	if err == nil {
		err = p.columns(shape.header, join)
	}
	if err != nil {
		return Result{}, err
	}
	headLines := int64(bytes.Count(first[:len(first)-len(rest)], []byte{'\n'}))
	return runBlocks(ctx, p, src, block{rest, headLines}, func(a *accumulator) func(block) error {
		w := &csvWorker{shape: shape, acc: a, b: newBatch(p), joined: join.forWorker()}
		return func(b block) error { return w.parse(b.data, b.line) }
	})
}

func countJSON(ctx context.Context, p *Plan, f io.Reader, join *joiner) (Result, error) {
	src := &blocks{r: f}
	var mu sync.Mutex // owns seen
	seen := map[string]bool{}
	out, err := runBlocks(ctx, p, src, block{}, func(a *accumulator) func(block) error {
		w := &jsonWorker{p: p, acc: a, b: newBatch(p), joined: join.forWorker(), seen: map[string]bool{}}
		return func(b block) error {
			err := w.parse(b.data, b.line)
			mu.Lock()
			defer mu.Unlock()
			for k := range w.seen {
				seen[k] = true
			}
			return err
		}
	})
	if err == nil && out.Rows > 0 {
		var have []string
		for k := range seen {
			have = append(have, k)
		}
		err = p.columns(have, join)
	}
	return out, err
}

func countParquet(ctx context.Context, p *Plan, f *os.File, size int64, join *joiner) (out Result, err error) {
	defer func() {
		if recover() != nil { // the library panics on some damaged files
			err = touch.Errorf(touch.Invalid, "the Parquet file is damaged")
		}
	}()
	pf, err := parquet.OpenFile(f, size, parquet.SkipBloomFilters(true))
	if err != nil {
		return out, touch.Wrap(touch.Invalid, err, "the Parquet file is damaged or none")
	}
	names, leaf := flatColumns(pf)
	if err := p.columns(names, join); err != nil {
		return out, err
	}
	tasks := make(chan parquetTask)
	return run(ctx, p, tasks, func(send func(parquetTask) bool) error {
		for _, t := range parquetTasks(pf) {
			if !send(t) {
				break
			}
		}
		return nil
	}, func(a *accumulator) func(parquetTask) error {
		w := &parquetWorker{p: p, acc: a, b: newBatch(p), leaf: leaf, joined: join.forWorker()}
		return w.run
	})
}

// columns checks the columns of the main table: those of the joined one needn't
// be there.
func (p *Plan) columns(have []string, join *joiner) error {
	if join != nil {
		for _, c := range join.cols {
			if index(have, p.texts[c]) >= 0 {
				return touch.Fielderr("data.join", "column %s is in both tables; rename one", p.texts[c])
			}
			have = append(have, p.texts[c])
		}
	}
	return lacking(p.need(), have)
}

// block is some whole rows of a text file, with the number of lines before.
type block struct {
	data []byte
	line int64
}

func runBlocks(ctx context.Context, p *Plan, src *blocks, first block, worker func(*accumulator) func(block) error) (Result, error) {
	return run(ctx, p, make(chan block, 2), func(send func(block) bool) error {
		if len(first.data) > 0 && !send(first) {
			return nil
		}
		for {
			data, line, err := src.next()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			if !send(block{data, line}) {
				return nil
			}
		}
	}, worker)
}

// run hands tasks to one worker a core and merges what they counted. It owns
// its goroutines and returns when all have ended.
func run[T any](ctx context.Context, p *Plan, tasks chan T, feed func(send func(T) bool) error, worker func(*accumulator) func(T) error) (Result, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	workers := runtime.GOMAXPROCS(0)
	if p.person != nil {
		workers = 1 // in the order of the data
	}
	accs := make([]*accumulator, workers)
	errs := make([]error, len(accs)+1)
	var wg sync.WaitGroup
	for i := range accs {
		accs[i] = newAccumulator(p)
		do := worker(accs[i])
		wg.Go(func() {
			defer func() {
				if recover() != nil { // a reader's library met bytes it can't take
					errs[i] = touch.Errorf(touch.Invalid, "the file is damaged")
					stop()
				}
			}()
			for t := range tasks {
				if errs[i] == nil && ctx.Err() == nil {
					if errs[i] = do(t); errs[i] != nil {
						stop()
					}
				}
			}
		})
	}
	errs[len(accs)] = feed(func(t T) bool {
		select {
		case tasks <- t:
			return true
		case <-ctx.Done():
			return false
		}
	})
	close(tasks)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return Result{}, err
		}
	}
	if err := ctx.Err(); err != nil {
		return Result{}, touch.Wrap(touch.Unavailable, err, "the audit ran out of its time; raise limits.seconds or audit less")
	}
	return finish(p, accs)
}

// join reads the joined table, if there is one. Its columns that the plan
// names, and the main table hasn't, are attributes.
func (f File) join(ctx context.Context, p *Plan) (*joiner, error) {
	j := p.spec.Data.Join
	if j == nil {
		return nil, nil
	}
	path := p.spec.Path(j.File, f.Working)
	file, info, err := openFile(path, p.spec)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return readJoined(ctx, p, file, info.Size())
}
