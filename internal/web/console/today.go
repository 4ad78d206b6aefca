package console

import (
	"fmt"
	"net/http"

	"fairtouch/internal/access"
	"fairtouch/internal/web/chart"
	"fairtouch/internal/web/view"
)

type todayView struct {
	Today
	Heading string
	Flow    chart.Figure
}

func (c *Console) todayShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	t, err := c.Backend.Decisions.Today(r.Context(), p)
	if err != nil {
		return err
	}
	v := todayView{Today: t, Heading: "No AI use has gone through yet"}
	if t.Total > 0 {
		v.Heading = fmt.Sprintf("%s of %s AI uses were allowed; each of the others got its reasons", view.Num(t.Allowed), view.Num(t.Total))
	}
	var stops []chart.Stop
	for _, s := range t.Steps {
		stops = append(stops, chart.Stop{Station: view.StepWord(s.Step), Reached: s.Reached, Stopped: s.Stopped, Verdict: string(s.Verdict), Reason: s.Reason})
	}
	v.Flow = chart.Flow(fmt.Sprintf("Of %s AI uses, %s were allowed", view.Num(t.Total), view.Num(t.Allowed)), t.Total, t.Allowed, stops)
	return c.t.today.Render(w, http.StatusOK, page[todayView]{c.frame(p, "/console/", nil), v})
}
