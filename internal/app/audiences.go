package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/campaign"
	"fairtouch/internal/govern"
	"fairtouch/internal/tables"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// runs are the rehearsals that run on this node, and those that ended here. A
// rehearsal belongs to the App, which waits for it when it closes.
type runs struct {
	mu   sync.Mutex // owns by
	by   map[string]*running
	wg   sync.WaitGroup
	stop context.CancelFunc
	ctx  context.Context
}

type running struct {
	mu    sync.Mutex // owns what follows
	last  campaign.Rehearsal
	ended bool
}

func newRuns() *runs {
	ctx, cancel := context.WithCancel(context.Background())
	return &runs{by: map[string]*running{}, ctx: ctx, stop: cancel}
}

func (r *runs) close() {
	r.stop()
	r.wg.Wait()
}

// start claims a table's run; false if it runs already.
func (r *runs) start(file string, head campaign.Rehearsal) (*running, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if x := r.by[file]; x != nil {
		x.mu.Lock()
		defer x.mu.Unlock()
		if !x.ended {
			return nil, false
		}
	}
	x := &running{last: head}
	r.by[file] = x
	return x, true
}

func (r *runs) of(file string) (campaign.Rehearsal, bool, bool) {
	r.mu.Lock()
	x := r.by[file]
	r.mu.Unlock()
	if x == nil {
		return campaign.Rehearsal{}, false, false
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.last, !x.ended, true
}

func (x *running) set(r campaign.Rehearsal, ended bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.last, x.ended = r, ended
}

// upload is what is kept of a table beside its sealed rows.
type upload struct {
	File     string           `json:"file"`
	Campaign touch.CampaignID `json:"campaign"`
	Name     string           `json:"name"`
	Hash     string           `json:"hash"`
	Ends     time.Time        `json:"ends"`
}

const docUpload = "upload"

// Upload implements console.Campaigns.
func (s staff) Upload(ctx context.Context, p access.Principal, id touch.CampaignID, name string, r io.Reader) (string, error) {
	if _, err := s.CampaignDoc(ctx, p.Workspace, id); err != nil {
		return "", err
	}
	return s.takeIn(ctx, p, id, name, r)
}

// takeIn seals a table as it comes in.
func (s staff) takeIn(ctx context.Context, p access.Principal, id touch.CampaignID, name string, r io.Reader) (string, error) {
	name = filepath.Base(strings.ReplaceAll(name, "\\", "/"))
	if ext := strings.ToLower(filepath.Ext(name)); !slices.Contains([]string{".csv", ".tsv", ".jsonl", ".ndjson", ".parquet"}, ext) {
		return "", touch.Fielderr("table", "The file must end in .csv, .tsv, .jsonl or .parquet")
	}
	s.sweepSpool(p.Workspace, false)
	u := upload{File: touch.RandomID(), Campaign: id, Name: name, Ends: time.Now().Add(spoolLife)}
	f, err := s.createSpool(p.Workspace, u.File)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, h), r)
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil && n == 0 {
		err = touch.Fielderr("table", "The file is empty")
	}
	if err != nil {
		s.dropSpool(p.Workspace, u.File)
		return "", err
	}
	u.Hash = hex.EncodeToString(h.Sum(nil))
	_, err = s.DB.PutDocument(ctx, p.Workspace, docUpload, u.File, u, p.User)
	return u.File, err
}

func (s staff) upload(ctx context.Context, ws touch.Workspace, id touch.CampaignID, file string) (upload, tables.Reader, error) {
	var u upload
	if err := s.DB.Document(ctx, ws, docUpload, file, &u); err != nil {
		return u, nil, err
	}
	if u.Campaign != id {
		return u, nil, touch.Errorf(touch.Unknown, "this table belongs to another campaign")
	}
	f, err := s.openSpool(ws, u.File)
	if err != nil {
		return u, nil, err
	}
	in, err := tables.Open(u.Name, sealedSource{f})
	return u, in, err
}

// sealedSource is a sealed file as a table's source; closing it flushes nothing.
type sealedSource struct{ *sealedFile }

func (s sealedSource) Close() error { return s.f.Close() }

const shownRows = 5

// Uploaded implements console.Campaigns.
func (s staff) Uploaded(ctx context.Context, p access.Principal, id touch.CampaignID, file string) (console.Uploaded, error) {
	u, in, err := s.upload(ctx, p.Workspace, id, file)
	if err != nil {
		return console.Uploaded{}, err
	}
	defer in.Close()
	c, err := s.CampaignDoc(ctx, p.Workspace, id)
	if err != nil {
		return console.Uploaded{}, err
	}
	out, err := firstRows(u, in)
	if err != nil {
		return out, err
	}
	out.Fields, out.Markets = MapFields(), c.Markets
	out.Map = GuessMapping(out.Columns, c.Markets)
	var kept Mapping
	err = s.DB.Document(ctx, p.Workspace, DocMapping, mappingKey(out.Columns), &kept)
	if err == nil {
		out.Map = kept
	} else if touch.CodeOf(err) != touch.Unknown {
		return out, err
	}
	return out, nil
}

// firstRows are the first rows of a table as a page shows them.
func firstRows(u upload, in tables.Reader) (console.Uploaded, error) {
	out := console.Uploaded{File: u.File, Name: u.Name, Columns: in.Columns()}
	for len(out.Rows) < shownRows {
		row, err := in.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return out, err
		}
		if out.Columns == nil { // JSON lines: the first row's keys
			for k := range row {
				out.Columns = append(out.Columns, k)
			}
			slices.Sort(out.Columns)
		}
		cells := make([]string, len(out.Columns))
		for i, col := range out.Columns {
			cells[i] = text(row[col])
		}
		out.Rows = append(out.Rows, cells)
	}
	if len(out.Rows) == 0 {
		return out, touch.Fielderr("table", "The table has a header and no rows")
	}
	return out, nil
}

// mappingKey names a remembered mapping by the columns that it is for.
func mappingKey(cols []string) string {
	h := sha256.Sum256([]byte(strings.Join(cols, "\x00")))
	return hex.EncodeToString(h[:16])
}

// Rehearse implements console.Campaigns.
func (s staff) Rehearse(ctx context.Context, p access.Principal, id touch.CampaignID, file string, m map[string]string) error {
	u, in, err := s.upload(ctx, p.Workspace, id, file)
	if err != nil {
		return err
	}
	c, err := s.CampaignDoc(ctx, p.Workspace, id)
	if err == nil {
		err = Mapping(m).check(in.Columns())
	}
	if err != nil {
		in.Close()
		return err
	}
	if cols := in.Columns(); cols != nil {
		if _, err := s.DB.PutDocument(ctx, p.Workspace, DocMapping, mappingKey(cols), m, p.User); err != nil {
			in.Close()
			return err
		}
	}
	head := campaign.Rehearsal{ID: file, Campaign: id, Content: c.Content(u.Hash), Audience: u.Hash, File: u.Name, By: p.User, At: time.Now().UTC()}
	run, ok := s.runs.start(file, head)
	if !ok {
		in.Close()
		return nil // it runs: its page shows how far
	}
	s.runs.wg.Go(func() {
		defer in.Close()
		s.rehearseUpload(p, c, Rehearsing{Campaign: &c, Map: m, In: in}, head, run)
	})
	return nil
}

// rehearseUpload runs a table and keeps its result, sealed, or nothing of it.
func (s staff) rehearseUpload(p access.Principal, c campaign.Campaign, x Rehearsing, head campaign.Rehearsal, run *running) {
	ctx, ws := s.runs.ctx, p.Workspace
	result := head.ID + "-result"
	s.dropSpool(ws, result)
	out, err := s.createSpool(ws, result)
	if err == nil {
		x.Out, err = tables.Create("result.csv", out, x.OutColumns())
	}
	x.Progress = func(r campaign.Rehearsal) { run.set(r, false) }
	done := head
	if err == nil {
		done, err = s.App.Rehearse(ctx, govern.Caller{Workspace: ws, Operator: p.User}, x, head)
		if e := x.Out.Close(); err == nil {
			err = e
		}
	}
	if err != nil {
		e := touch.AsError(err)
		done.Failed = sentence(e)
		s.Log.Warn("rehearsal", "campaign", c.ID, "code", e.Code, "cause", causeOf(err))
		s.dropSpool(ws, result)
	} else if err := s.SaveRehearsal(ctx, ws, done); err != nil {
		done.Failed = sentence(touch.AsError(err))
	}
	run.set(done, true)
}

// Rehearsal implements console.Campaigns.
func (s staff) Rehearsal(ctx context.Context, p access.Principal, id touch.CampaignID, file string) (campaign.Rehearsal, bool, error) {
	var u upload
	if err := s.DB.Document(ctx, p.Workspace, docUpload, file, &u); err != nil || u.Campaign != id {
		return campaign.Rehearsal{}, false, touch.Errorf(touch.Unknown, "no such rehearsal here")
	}
	if r, on, ok := s.runs.of(file); ok {
		return r, on, nil
	}
	last, err := s.lastRehearsal(ctx, p.Workspace, id)
	if err != nil {
		return campaign.Rehearsal{}, false, err
	}
	if last == nil || last.ID != file {
		return campaign.Rehearsal{}, false, touch.Errorf(touch.Unknown, "this rehearsal is over and another took its place, or the server was started again; upload the table again")
	}
	return *last, false, nil
}

// Result implements console.Campaigns.
func (s staff) Result(ctx context.Context, p access.Principal, id touch.CampaignID, file string, w io.Writer) error {
	if _, _, err := s.Rehearsal(ctx, p, id, file); err != nil {
		return err
	}
	f, err := s.openSpool(p.Workspace, file+"-result")
	if err != nil {
		return err
	}
	defer f.f.Close()
	_, err = io.Copy(w, f)
	return err
}

// rehearsalNone stands for a run that is no rehearsal: an audit.
var rehearsalNone = campaign.Rehearsal{}
