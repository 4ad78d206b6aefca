package console

import (
	"net/http"
	"net/url"

	"fairtouch/internal/access"
	"fairtouch/internal/web/chart"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

type decisionsView struct {
	DecisionList
	F    Filter
	Next string
}

func filterOf(q url.Values) Filter {
	return Filter{System: q.Get("system"), Verdict: q.Get("verdict"), Step: q.Get("step"), Reason: q.Get("reason"), Channel: q.Get("channel"),
		From: q.Get("from"), To: q.Get("to"), Before: q.Get("before")}
}

func (c *Console) decisionsList(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	q := r.URL.Query()
	v := decisionsView{F: filterOf(q)}
	var ps view.Problems
	var err error
	v.DecisionList, err = c.Backend.Decisions.Decisions(r.Context(), p, v.F)
	if err != nil && !ps.FromError(err) {
		return err
	}
	if v.More != "" {
		q.Set("before", string(v.More))
		v.Next = "/console/decisions?" + q.Encode()
	}
	return c.t.decisions.Render(w, http.StatusOK, page[decisionsView]{c.frame(p, "/console/decisions", ps), v})
}

type decisionView struct {
	Decision
	Heading string
	Why     chart.Figure
	Human   bool
}

func (c *Console) decisionShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	d, err := c.Backend.Decisions.Decision(r.Context(), p, touch.DecisionID(r.PathValue("id")))
	if err != nil {
		return err
	}
	v := decisionView{Decision: d, Heading: heading(&d), Human: r.URL.Query().Get("human") == "asked"}
	var parts []chart.Part
	for _, x := range d.Reasons {
		given := ""
		for i, b := range x.Banded {
			if i > 0 {
				given += "; "
			}
			given += b.Feature + " " + b.Value
		}
		parts = append(parts, chart.Part{Label: x.Concept, Value: x.Share, Given: given})
	}
	if len(parts) > 0 {
		v.Why = chart.Attribution("What counted, exactly, in log-odds", d.Base, d.Margin, d.Residual, parts)
	}
	return c.t.decision.Render(w, http.StatusOK, page[decisionView]{c.frame(p, "/console/decisions", nil), v})
}

func heading(d *Decision) string {
	switch {
	case d.Erased:
		return "This person was erased; what remains is the proof"
	case d.Review != nil:
		return "A person " + string(d.Review.Outcome) + " what the machine had decided"
	case d.Verdict == touch.Allow && d.Outcome != nil && d.Outcome.Score != nil:
		return "Person " + view.Short(d.Subject) + " was scored " + view.Score(*d.Outcome.Score) + ": " + d.Outcome.Band + ", " + d.Outcome.Action
	case d.Verdict == touch.Allow:
		return "The AI use was allowed"
	}
	for _, ch := range d.Checks {
		if ch.Verdict != touch.Allow {
			return "No AI was used: " + ch.Reason
		}
	}
	return "No AI was used"
}

func (c *Console) proofShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	proof, err := c.Backend.Decisions.Proof(r.Context(), p, touch.DecisionID(r.PathValue("id")))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="decision.tlog-proof"`)
	_, err = w.Write([]byte(proof))
	return err
}

func (c *Console) decisionHuman(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	id := r.PathValue("id")
	if err := c.Backend.Decisions.ToHuman(r.Context(), p, touch.DecisionID(id)); err != nil {
		return err
	}
	return redirect(w, r, "/console/decisions/"+url.PathEscape(id)+"?human=asked")
}
