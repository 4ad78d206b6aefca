package console

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/audit"
	"fairtouch/internal/web/chart"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

// Fairness is what the page Fairness asks.
type Fairness interface {
	Audits(ctx context.Context, p access.Principal) (Audits, error)
	Audit(ctx context.Context, p access.Principal, run string) (AuditPage, error)
	// RunAudit starts a plan's audit of the decisions on record.
	RunAudit(ctx context.Context, p access.Principal, plan string) error
	// PlanAudit writes a plan.
	PlanAudit(ctx context.Context, p access.Principal, f PlanForm) error
	Finding(ctx context.Context, p access.Principal, id string) (FindingPage, error)
	// Proxies is how much each input tells of a finding's attribute.
	Proxies(ctx context.Context, p access.Principal, id string) (ProxiesPage, error)
	// Reach is whom the uses of a plan's system reach, by group; SavePopulation
	// keeps what a plan's attribute is compared with, in percent by group.
	Reach(ctx context.Context, p access.Principal, plan string) (ReachPage, error)
	SavePopulation(ctx context.Context, p access.Principal, plan, attribute, source string, shares map[string]string) error
	// Watch follows a finding's gap over live decisions from now on.
	Watch(ctx context.Context, p access.Principal, id string) error
	// ScoreAgain passes the demo's people through the path once more.
	ScoreAgain(ctx context.Context, p access.Principal) error
	// Forget removes all protected attributes, once the bias is corrected.
	Forget(ctx context.Context, p access.Principal) error
	// Say, Assign, Accept and HaltFor move a finding on.
	Say(ctx context.Context, p access.Principal, id, text string) error
	Assign(ctx context.Context, p access.Principal, id string, to touch.UserID, due time.Time) error
	Accept(ctx context.Context, p access.Principal, id, reason string) error
	HaltFor(ctx context.Context, p access.Principal, id string) error
	// Correct learns a correction of a kind on people on record, and measures it
	// on the rest; Use and Undo put it into use and take it out.
	Correct(ctx context.Context, p access.Principal, id, kind string) error
	Use(ctx context.Context, p access.Principal, correction string) error
	Undo(ctx context.Context, p access.Principal, correction, reason string) error
}

// Audits is the page Fairness.
type Audits struct {
	Plans    []PlanLine
	Runs     []audit.Run
	Findings []FindingLine
	Watches  []WatchLine
	Open     int
	Known    int64 // people of whom protected attributes are kept
	Running  bool
	Again    bool // the demo's people can be scored again, now that a correction is in use
	Systems  []SystemLine
	Users    []access.User
}

// WatchLine is a gap that is followed over live decisions.
type WatchLine struct {
	System           touch.SystemID
	Attribute        string
	Group, Reference string
	Seen             int
	Evidence         float64 // an e-value: above 20 with 5 % chance of a false alarm, ever
	Alarm            bool
	AlarmAt          time.Time
}

// PlanLine is a plan with when it is due again.
type PlanLine struct {
	audit.Plan
	Next time.Time
}

// FindingLine is a row of the list of findings.
type FindingLine struct {
	audit.Finding
	OwnerName string
	Late      bool
}

// AuditPage is one audit's report.
type AuditPage struct {
	audit.Run
	Figures []chart.Figure
	More    []chart.Figure // a click away
	Table   chart.Table    // every measure
	Fits    []chart.Figure

	Shares     []chart.Figure // of training data
	ShareTable chart.Table
}

// PlanForm is a plan that is being written.
type PlanForm struct {
	Name, System, Attributes, Purpose, Why, Action string
	Every                                          int
	Label, Hold                                    bool
}

// FindingPage is a finding with its life.
type FindingPage struct {
	FindingLine
	SystemName  string
	Corrections []CorrectionLine
	Users       []access.User
	Pilot       bool // the system has a pilot, which can be halted
}

// ProxiesPage is which inputs carry a protected attribute.
type ProxiesPage struct {
	Finding audit.Finding
	Figure  chart.Figure

	CostFigure chart.Figure // what keeping an input from the model would change
	Costs      chart.Table  // no rows: nothing here can score anew
}

// CorrectionLine is a correction with its proof drawn.
type CorrectionLine struct {
	audit.Correction
	Figure chart.Figure
	ByName string
}

func (c *Console) fairnessShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.fairnessPage(w, r, p, http.StatusOK, nil)
}

func (c *Console) fairnessPage(w http.ResponseWriter, r *http.Request, p access.Principal, status int, ps view.Problems) error {
	v, err := c.Backend.Fairness.Audits(r.Context(), p)
	if err != nil {
		return err
	}
	f := c.frame(p, "/console/fairness", ps)
	if v.Running {
		f.Refresh = 3
	}
	return c.t.fairness.Render(w, status, page[Audits]{f, v})
}

func (c *Console) auditPlan(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	get := func(k string) string { return strings.TrimSpace(r.PostForm.Get(k)) }
	every, err := strconv.Atoi(get("every"))
	if get("every") == "" {
		every, err = 0, nil
	}
	if err != nil || every < 0 {
		err = touch.Fielderr("every", "Write a number of days, or 0 for on demand only")
	} else {
		err = c.Backend.Fairness.PlanAudit(r.Context(), p, PlanForm{Name: get("name"), System: get("system"), Attributes: get("attributes"),
			Purpose: get("purpose"), Why: get("why"), Action: get("action"), Every: every, Label: get("label") == "yes", Hold: get("hold") == "yes"})
	}
	return c.backToFairness(w, r, p, err)
}

func (c *Console) backToFairness(w http.ResponseWriter, r *http.Request, p access.Principal, err error) error {
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		return c.fairnessPage(w, r, p, http.StatusUnprocessableEntity, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/fairness")
}

func (c *Console) auditRun(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.backToFairness(w, r, p, c.Backend.Fairness.RunAudit(r.Context(), p, r.PostForm.Get("plan")))
}

func (c *Console) auditShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	v, err := c.Backend.Fairness.Audit(r.Context(), p, r.PathValue("id"))
	if err != nil {
		return err
	}
	return c.t.auditRun.Render(w, http.StatusOK, page[AuditPage]{c.frame(p, "/console/fairness", nil), v})
}

func (c *Console) auditJSON(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	v, err := c.Backend.Fairness.Audit(r.Context(), p, r.PathValue("id"))
	if err != nil {
		return err
	}
	return sendJSON(w, "audit.json", v.Run)
}

func (c *Console) findingShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.findingPage(w, r, p, http.StatusOK, nil)
}

func (c *Console) findingPage(w http.ResponseWriter, r *http.Request, p access.Principal, status int, ps view.Problems) error {
	v, err := c.Backend.Fairness.Finding(r.Context(), p, r.PathValue("id"))
	if err != nil {
		return err
	}
	return c.t.finding.Render(w, status, page[FindingPage]{c.frame(p, "/console/fairness", ps), v})
}

// findingMove is whatever a person does with a finding; one form a button.
func (c *Console) findingMove(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	id := r.PathValue("id")
	get := func(k string) string { return strings.TrimSpace(r.PostForm.Get(k)) }
	f, ctx := c.Backend.Fairness, r.Context()
	var err error
	switch get("do") {
	case "say":
		err = f.Say(ctx, p, id, get("text"))
	case "assign":
		var due time.Time
		if due, err = time.Parse(time.DateOnly, get("due")); err != nil {
			err = touch.Fielderr("due", "Write the date as 2026-12-02")
		} else {
			err = f.Assign(ctx, p, id, touch.UserID(get("owner")), due)
		}
	case "accept":
		err = f.Accept(ctx, p, id, get("reason"))
	case "halt":
		err = f.HaltFor(ctx, p, id)
	case "watch":
		err = f.Watch(ctx, p, id)
	case "correct":
		err = f.Correct(ctx, p, id, get("kind"))
	case "use":
		err = f.Use(ctx, p, get("correction"))
	case "undo":
		err = f.Undo(ctx, p, get("correction"), get("reason"))
	default:
		err = touch.Fielderr("do", "Choose what to do")
	}
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		return c.findingPage(w, r, p, http.StatusUnprocessableEntity, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/fairness/findings/"+url.PathEscape(id))
}

// Words is what a correction does, in plain words.
func (c CorrectionLine) Words() string {
	switch c.Choice.Kind {
	case audit.Thresholds:
		return "A threshold for each group"
	case audit.Single:
		return "One threshold for all"
	case audit.Reject:
		return "Doubtful scores go to a human"
	case audit.Repair:
		return "Scores mapped to one distribution"
	case audit.Removal:
		return "Inputs are left out"
	case audit.Reweigh:
		return "Weights for retraining"
	case audit.Massage:
		return "Labels to review before retraining"
	}
	return string(c.Choice.Kind)
}

func (c *Console) proxiesShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	v, err := c.Backend.Fairness.Proxies(r.Context(), p, r.PathValue("id"))
	var ps view.Problems
	if err != nil && touch.CodeOf(err) != touch.Unknown && ps.FromError(err) {
		return c.findingPage(w, r, p, http.StatusUnprocessableEntity, ps)
	}
	if err != nil {
		return err
	}
	return c.t.proxies.Render(w, http.StatusOK, page[ProxiesPage]{c.frame(p, "/console/fairness", nil), v})
}

func (c *Console) attributesForget(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.backToFairness(w, r, p, c.Backend.Fairness.Forget(r.Context(), p))
}

func (c *Console) demoAgain(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.backToFairness(w, r, p, c.Backend.Fairness.ScoreAgain(r.Context(), p))
}
