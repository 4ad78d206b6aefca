package sqlstore_test

import (
	"fmt"
	"testing"
	"time"

	"fairtouch/fairness"
	"fairtouch/internal/audit"
	"fairtouch/internal/engine"
	"fairtouch/internal/record"
	"fairtouch/internal/sqlstore"
	"fairtouch/internal/storetest"
	"fairtouch/touch"
)

var _ interface {
	audit.Store
	audit.Plans
	audit.Protected
} = (*sqlstore.DB)(nil)

func TestSQLiteKeepsAudits(t *testing.T)   { keepsAudits(t, openSQLite) }
func TestPostgresKeepsAudits(t *testing.T) { keepsAudits(t, openPostgres) }

func keepsAudits(t *testing.T, open func(testing.TB) *sqlstore.DB) {
	w := storetest.NewWorld(t, open(t), t.TempDir())
	t.Run("a finding changed by two people", func(t *testing.T) { findingConflict(t, w) })
	t.Run("protected attributes die with the person", func(t *testing.T) { attributesErased(t, w) })
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func findingConflict(t *testing.T, w *storetest.World) {
	ctx, ws := t.Context(), storetest.WS
	must(t, w.DB.SaveFinding(ctx, ws, audit.Finding{ID: "f", Version: 1}, "u"))
	must(t, w.DB.SaveFinding(ctx, ws, audit.Finding{ID: "f", Status: audit.Open, Version: 2}, "u"))
	if err := w.DB.SaveFinding(ctx, ws, audit.Finding{ID: "f", Status: audit.Closed, Version: 2}, "v"); touch.CodeOf(err) != touch.Conflict {
		t.Fatalf("the second of two changes was taken: %v", err)
	}
	f, err := w.DB.Finding(ctx, ws, "f")
	must(t, err)
	if all, err := w.DB.Findings(ctx, ws); err != nil || len(all) != 1 || f.Status != audit.Open {
		t.Fatalf("%+v, %d findings, %v", f, len(all), err)
	}
	must(t, w.DB.SaveRun(ctx, ws, audit.Run{ID: "r"}))
	must(t, w.DB.SaveCorrection(ctx, ws, audit.Correction{ID: "c", Version: 1}, "u"))
	must(t, w.DB.SavePlan(ctx, ws, audit.Plan{ID: "p", Version: 1}, "u"))
	for name, err := range map[string]error{"run": second(w.DB.Run(ctx, "other", "r")), "correction": second(w.DB.Correction(ctx, "other", "c")), "plan": second(w.DB.Plan(ctx, "other", "p"))} {
		if touch.CodeOf(err) != touch.Unknown {
			t.Errorf("another workspace reads the %s: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// attributesErased audits twelve decisions by a protected attribute, erases
// two people, and audits again.
func attributesErased(t *testing.T, w *storetest.World) {
	ctx, ws := t.Context(), storetest.WS
	var sealed []audit.SealedAttributes
	var ids []touch.SubjectID
	var outcomes []audit.Outcome
	for i := range 24 {
		_, p, err := w.Person(ctx, fmt.Sprint("person ", i))
		must(t, err)
		e := storetest.Decision(&p, 1, "", "x")
		e.Guard = nil
		e.Payload = fmt.Appendf(nil, `{"decision":{"id":%q,"outcome":{"score":0.%d5,"band":"hot"}}}`, e.Decision.ID, i%10)
		if i%3 == 0 {
			e.Decision.Verdict = touch.Deny
		}
		_, err = w.Rec.Append(ctx, ws, e)
		must(t, err)
		s, err := audit.SealAttributes(p.ID, p.Key, map[string]string{"sex": []string{"f", "m"}[i%2], "faith": "private"})
		must(t, err)
		sealed, ids = append(sealed, s), append(ids, p.ID)
		if i%4 > 0 {
			outcomes = append(outcomes, audit.Outcome{Decision: e.Decision.ID, Label: fmt.Sprint(i % 2), At: time.Now()})
		}
	}
	must(t, w.DB.PutProtected(ctx, ws, sealed))
	must(t, w.DB.PutOutcomes(ctx, ws, outcomes))
	own := audit.Own{Rows: w.DB, Open: w.Rec, Keys: w.Keeper, Protected: w.DB, Now: time.Now}
	count := func() engine.Result {
		s, err := engine.ParseSpec([]byte("data: {decisions: {system: lead-scorer}}\nattributes: [sex]\nprediction: allowed\nlabel: label\nscore: score\n"))
		must(t, err)
		e, err := own.Engine(ws, &s, &audit.Permission{Purpose: "find and correct bias of the lead scorer", By: "u", Until: time.Now().Add(time.Hour)})
		must(t, err)
		r, err := e.Count(ctx, engine.Compile(&s))
		must(t, err)
		if s.Suppress < 5 {
			t.Error("cells of fewer than five people would be shown")
		}
		return r
	}
	r := count()
	if len(r.Cells) != 2 || r.Cells[0].N != 12 || r.Cells[1].Group[0] != (fairness.Value{Text: "m"}) || r.Cells[0].Selected != 8 || r.Cells[1].Labelled() != 12 {
		t.Fatalf("%+v", r.Cells)
	}
	for _, id := range ids[:2] {
		_, err := w.Rec.Erase(ctx, ws, id)
		must(t, err)
	}
	if r = count(); r.Rows != 22 {
		t.Errorf("%d decisions count after two people were erased", r.Rows)
	}
	n, err := w.DB.CountProtected(ctx, ws)
	must(t, err)
	if n != 22 {
		t.Errorf("attributes of %d people are kept, 22 are left", n)
	}
	if got, err := w.DB.EventsOfKind(ctx, ws, string(record.Erasure), 10); err != nil || len(got) != 2 {
		t.Errorf("%d erasures, %v", len(got), err)
	}
}
