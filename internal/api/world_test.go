package api_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/api"
	"fairtouch/internal/consent"
	"fairtouch/internal/govern"
	"fairtouch/internal/law"
	"fairtouch/internal/pilot"
	"fairtouch/internal/record"
	"fairtouch/internal/register"
	"fairtouch/internal/seal"
	"fairtouch/internal/sqlstore"
	"fairtouch/touch"
)

// Two workspaces of one installation.
const (
	acme  touch.Workspace = "acme"
	rival touch.Workspace = "rival"
)

// world is a real store, record, ledger and desk, with a decider that records
// what it is told to decide.
type world struct {
	t      testing.TB
	db     *sqlstore.DB
	keeper *seal.Keeper
	rec    *record.Recorder
	ledger *consent.Ledger
	desk   *access.Desk
	h      http.Handler
	log    *strings.Builder
	decide func(ctx context.Context, c govern.Caller, t touch.Touch, key string) (touch.Decision, error)
	ready  atomic.Pointer[touch.Error]
}

func newWorld(t testing.TB) *world {
	t.Helper()
	ctx, dir := t.Context(), t.TempDir()
	w := &world{t: t, log: &strings.Builder{}}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	w.db, err = sqlstore.Open(ctx, sqlstore.Config{Dir: dir})
	must(err)
	must(w.db.Migrate(ctx))
	w.keeper, err = seal.Open(ctx, seal.Config{DataDir: dir}, w.db)
	must(err)
	for _, ws := range []touch.Workspace{acme, rival} {
		_, err = w.db.CreateWorkspace(ctx, sqlstore.Workspace{ID: ws, Name: string(ws), Kind: "real", LogOrigin: "log.example/" + string(ws)})
		must(err)
		must(w.keeper.LoadWorkspace(ctx, ws))
	}
	w.rec, err = record.Open(ctx, record.Config{Store: w.db, Keeper: w.keeper, Dir: filepath.Join(dir, "log")})
	must(err)
	t.Cleanup(func() { must(errors.Join(w.rec.Close(), w.db.Close())) })
	w.ledger = consent.NewLedger(w.db, w.keeper, w.rec, time.Now)
	w.desk = access.NewDesk(w.db, time.Now)
	w.decide = w.allow
	w.h = api.New(w.config(filepath.Join(dir, "log")))
	return w
}

func (w *world) config(logs string) api.Config {
	book, err := law.EmbeddedBook(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		w.t.Fatal(err)
	}
	ev := law.NewEvaluator(book, 0)
	chats := func(ctx context.Context, ws touch.Workspace, external string) (string, error) {
		k, _, err := w.ledger.Find(ctx, ws, external)
		return "https://example.org/p/chat/" + string(ws) + string(k.ID), err
	}
	return api.Config{Chats: chats, Tokens: echoTokens{}, Outputs: fakeOutputs{}, Copy: fakeCopy{}, Confirmer: mailbox{}, Rights: fakeRights{}, Desk: w.desk, Decider: w, Record: w.rec, Decisions: lister{w.db}, Ledger: w.ledger, People: w.db, Systems: w.db,
		Pilots: w.db, Law: func(context.Context) (*law.Evaluator, error) { return ev, nil }, LogDir: logs,
		AllowedHosts: []string{"example.com"}, Logger: logTo(w.log),
		Ready: func(context.Context) error {
			if e := w.ready.Load(); e != nil {
				return e
			}
			return nil
		}}
}

// Decide implements api.Decider.
func (w *world) Decide(ctx context.Context, c govern.Caller, t touch.Touch, key string) (touch.Decision, error) {
	return w.decide(ctx, c, t, key)
}

// decision is an answer as the path gives one, before its receipt.
func decision(t touch.Touch, v touch.Verdict) touch.Decision {
	score := 0.83
	return touch.Decision{ID: touch.NewDecisionID(), Verdict: v, System: t.System, Purpose: t.Purpose, Channel: t.Channel, At: time.Now().UTC().Truncate(time.Microsecond),
		Outcome:     &touch.Outcome{Score: &score, Band: "hot", Action: "call"},
		Checks:      []touch.Check{{Step: touch.StepConsent, Rule: "consent.ai", Verdict: v, Reason: "The person said so."}},
		Explanation: &touch.Explanation{Locale: "en", Sentences: []string{"The account is large."}},
		Disclosure: touch.Disclosure{Mode: "ai-originated", Label: touch.Label{Text: "AI helped.", Locale: "en"}, Human: touch.HumanOption{URL: "http://example.com/p/human/x"},
			Headers: map[string]string{"AI-Disclosure": "mode=ai-originated", "html-meta:ai-disclosure": "ai-generated"}}}
}

func (w *world) allow(ctx context.Context, c govern.Caller, t touch.Touch, _ string) (touch.Decision, error) {
	return w.put(ctx, c, t, decision(t, touch.Allow))
}

func (w *world) put(ctx context.Context, c govern.Caller, t touch.Touch, d touch.Decision) (touch.Decision, error) {
	if t.Subject == nil {
		return touch.Decision{}, touch.Fielderr("subject", "name one")
	}
	known, _, err := w.ledger.Find(ctx, c.Workspace, t.Subject.ExternalID)
	if err != nil {
		return touch.Decision{}, err
	}
	body, err := json.Marshal(govern.Stored{Decision: d, Public: touch.Explanation{Locale: "en", Sentences: []string{"For the public."}},
		Features: t.Features, Held: []string{"age"}, Operator: c.Operator})
	if err != nil {
		return touch.Decision{}, err
	}
	r, err := w.rec.Append(ctx, c.Workspace, record.Entry{Kind: record.Closed, Outcome: record.Answered, Payload: body, At: d.At,
		Subject:  &record.Subject{ID: known.ID, Key: known.Key},
		Decision: &record.DecisionRow{ID: d.ID, System: d.System, Purpose: d.Purpose, Channel: d.Channel, Verdict: d.Verdict, StoppedAt: d.StoppedAt(), At: d.At}})
	d.Receipt = &r
	return d, err
}

// key makes a key of the workspace with these scopes.
func (w *world) key(ws touch.Workspace, scopes ...access.Scope) string {
	w.t.Helper()
	_, secret, err := w.desk.CreateKey(w.t.Context(), ws, "usr_owner", "test", scopes)
	if err != nil {
		w.t.Fatal(err)
	}
	return secret
}

// do sends a request; a body means JSON.
func (w *world) do(key, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	req := httptest.NewRequestWithContext(w.t.Context(), method, target, r)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	w.h.ServeHTTP(rec, req)
	return rec
}

const touchBody = `{"system":"lead-scorer","subject":{"external_id":"jane@example.com"},"purpose":"offers","channel":"call","features":{"amount":12.5}}`

// fill makes one of everything in a workspace and returns the ids.
type filled struct {
	decision touch.DecisionID
	receipt  string
	pilot    touch.PilotID
	system   touch.SystemID
	key      touch.KeyID
}

func (w *world) fill(ws touch.Workspace) filled {
	w.t.Helper()
	ctx := w.t.Context()
	k, secret, err := w.desk.CreateKey(ctx, ws, "usr_owner", "fill", []access.Scope{access.Decide})
	if err != nil {
		w.t.Fatal(err)
	}
	rec := w.do(secret, "POST", "/v1/decisions", touchBody)
	var d touch.Decision
	if err := json.Unmarshal(rec.Body.Bytes(), &d); err != nil || rec.Code != 200 {
		w.t.Fatalf("decide: %d %s %v", rec.Code, rec.Body, err)
	}
	s := register.System{ID: touch.SystemID("scorer-" + ws), Name: "Scorer", Kind: touch.LeadScoring, Mode: register.Registered, State: "active", Version: 1}
	p, err := pilot.New(touch.NewPilotID(), s.ID, "Trial", "seed-1", 0.5)
	err = errors.Join(err, w.db.SaveSystem(ctx, ws, s, "usr_owner"), w.db.SavePilot(ctx, ws, p, pilot.Event{}))
	if err != nil {
		w.t.Fatal(err)
	}
	return filled{d.ID, d.Receipt.ID, p.ID, s.ID, k.ID}
}

// lister finds decisions in the store as an installation does.
type lister struct{ *sqlstore.DB }

// List implements api.Decisions.
func (l lister) List(ctx context.Context, ws touch.Workspace, f api.Filter) ([]record.DecisionRow, error) {
	var out []record.DecisionRow
	q := `SELECT id, event_id, system, purpose, channel, verdict, stopped_at, reason, arm, jurisdiction, band, campaign, at
		FROM decisions WHERE ws = $1 AND ($2 = '' OR id < $2) AND ($3 = '' OR verdict = $3) AND ($4 = '' OR system = $4)
		AND ($5 = '' OR stopped_at = $5) AND at >= $6 AND at < $7 ORDER BY id DESC LIMIT $8`
	from, to := int64(0), int64(1)<<62
	if !f.From.IsZero() {
		from = sqlstore.Micros(f.From)
	}
	if !f.To.IsZero() {
		to = sqlstore.Micros(f.To)
	}
	args := []any{string(ws), string(f.After), string(f.Verdict), string(f.System), string(f.Step), from, to, f.Limit}
	err := l.Read(ctx, func(ctx context.Context, tx *sqlstore.Tx) error {
		out = out[:0]
		return tx.Each(ctx, q, args, func(rows *sql.Rows) error {
			var d record.DecisionRow
			var us int64
			err := rows.Scan(&d.ID, &d.EventID, &d.System, &d.Purpose, &d.Channel, &d.Verdict, &d.StoppedAt, &d.Reason, &d.Arm,
				&d.Jurisdiction, &d.Band, &d.Campaign, &us)
			d.At = sqlstore.Time(us)
			out = append(out, d)
			return err
		})
	})
	return out, err
}
