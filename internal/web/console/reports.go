package console

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/web/chart"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

// Reports is what the page Reports asks.
type Reports interface {
	// Month is the page for a board: what AI did in a month, and what is open.
	Month(ctx context.Context, p access.Principal, from time.Time) (Report, error)
	// Article30 is the record of processing activities (GDPR Art. 30).
	Article30(ctx context.Context, p access.Principal) (Report, error)
	// Retention is how long what is kept, and what is held back for a claim.
	Retention(ctx context.Context, p access.Principal) (Retention, error)
	// Keep sets how many days a kind of record is kept.
	Keep(ctx context.Context, p access.Principal, kind string, days int) error
	// Hold keeps a kind beyond its time until a day, for a reason; "" lifts it.
	Hold(ctx context.Context, p access.Principal, kind, until, reason string) error
	// Sweep removes now what is past its time, as the daily job does.
	Sweep(ctx context.Context, p access.Principal) (int, error)
	// Problem records what a member of the staff found wrong with a system, and
	// holds its pilot if they ask for it.
	Problem(ctx context.Context, p access.Principal, system touch.SystemID, text string, hold bool) error
}

// Report is a page of sentences and tables, made to be printed.
type Report struct {
	Title    string    `json:"title"`
	Lede     string    `json:"lede"`
	Made     time.Time `json:"made"`
	JSON     string    `json:"-"` // where the same lies as JSON
	Sections []Section `json:"sections"`
}

// Section is a part of a report.
type Section struct {
	Heading string      `json:"heading"`
	Text    string      `json:"text,omitzero"`
	Table   chart.Table `json:"table,omitzero"`
}

// Retention is the schedule.
type Retention struct {
	Lines []RetentionLine
	Swept string // what was just removed
}

// RetentionLine is one kind of record.
type RetentionLine struct {
	Kind, What, Why    string
	Days               int
	HeldUntil, HeldFor string
	Now                int // how many are kept
}

func (c *Console) reportsShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.t.reports.Render(w, http.StatusOK, page[string]{c.frame(p, "/console/reports", nil), c.Now().UTC().Format("2006-01")})
}

func (c *Console) monthReport(r *http.Request, p access.Principal) (Report, error) {
	m := r.URL.Query().Get("month")
	from, err := time.Parse("2006-01", m)
	if err != nil {
		now := c.Now().UTC()
		from = time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	}
	rep, err := c.Backend.Reports.Month(r.Context(), p, from)
	rep.JSON = "/console/reports/month.json?month=" + from.Format("2006-01")
	return rep, err
}

func (c *Console) monthShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	rep, err := c.monthReport(r, p)
	if err != nil {
		return err
	}
	return c.t.report.Render(w, http.StatusOK, page[Report]{c.frame(p, "/console/reports", nil), rep})
}

func (c *Console) monthJSON(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	rep, err := c.monthReport(r, p)
	if err != nil {
		return err
	}
	return sendJSON(w, "month.json", rep)
}

func (c *Console) article30Show(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	rep, err := c.Backend.Reports.Article30(r.Context(), p)
	if err != nil {
		return err
	}
	rep.JSON = "/console/reports/article-30.json"
	return c.t.report.Render(w, http.StatusOK, page[Report]{c.frame(p, "/console/reports", nil), rep})
}

func (c *Console) article30JSON(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	rep, err := c.Backend.Reports.Article30(r.Context(), p)
	if err != nil {
		return err
	}
	return sendJSON(w, "article-30.json", rep)
}

func sendJSON(w http.ResponseWriter, name string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return touch.Wrap(touch.Internal, err, "the report can't be written")
	}
	download(w, name, "application/json")
	_, err = w.Write(append(b, '\n'))
	return err
}

func (c *Console) retentionShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.retentionPage(w, r, p, http.StatusOK, "", nil)
}

func (c *Console) retentionPage(w http.ResponseWriter, r *http.Request, p access.Principal, status int, swept string, ps view.Problems) error {
	v, err := c.Backend.Reports.Retention(r.Context(), p)
	if err != nil {
		return err
	}
	v.Swept = swept
	return c.t.retention.Render(w, status, page[Retention]{c.frame(p, "/console/reports", ps), v})
}

func (c *Console) retentionSave(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	get := func(k string) string { return strings.TrimSpace(r.PostForm.Get(k)) }
	swept := ""
	var err error
	switch get("do") {
	case "keep":
		days, convErr := strconv.Atoi(get("days"))
		if convErr != nil {
			days = -1
		}
		err = c.Backend.Reports.Keep(r.Context(), p, get("kind"), days)
	case "hold":
		err = c.Backend.Reports.Hold(r.Context(), p, get("kind"), get("until"), get("reason"))
	case "sweep":
		var n int
		n, err = c.Backend.Reports.Sweep(r.Context(), p)
		swept = view.Plural(n, "record was", "records were") + " removed."
	default:
		err = touch.Fielderr("do", "keep, hold or sweep")
	}
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		return c.retentionPage(w, r, p, http.StatusUnprocessableEntity, "", ps)
	}
	if err != nil {
		return err
	}
	return c.retentionPage(w, r, p, http.StatusOK, swept, nil)
}

func (c *Console) problemReport(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	err := c.Backend.Reports.Problem(r.Context(), p, touch.SystemID(r.PostForm.Get("system")), strings.TrimSpace(r.PostForm.Get("problem")), r.PostForm.Get("hold") == "yes")
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		return c.staffPage(w, r, p, http.StatusUnprocessableEntity, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/staff#problems")
}
