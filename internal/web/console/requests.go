package console

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"

	"fairtouch/internal/access"
	"fairtouch/internal/rights"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

// requestsView is the list, with the form for what came by letter or call.
type requestsView struct {
	Lines []RequestLine
	Open  int
	Late  int
	Form  RequestForm
	Kinds []view.Option
}

const requestsPath = "/console/requests"

// requestRoutes are the rows of the console's table for Requests.
func (c *Console) requestRoutes() []route {
	return []route{
		{"GET /console/requests", access.Rights, false, c.requestsList},
		{"POST /console/requests", access.Rights, false, c.requestTake},
		{"GET /console/requests/{id}", access.Rights, false, c.requestShow},
		{"POST /console/requests/{id}/verify", access.Rights, false, c.requestVerify},
		{"POST /console/requests/{id}/identify", access.Rights, false, c.requestIdentify},
		{"POST /console/requests/{id}/run", access.Rights, false, c.requestRun},
		{"POST /console/requests/{id}/finish", access.Rights, false, c.requestFinish},
		{"POST /console/requests/{id}/extend", access.Rights, false, c.requestExtend},
		{"POST /console/requests/{id}/refuse", access.Rights, false, c.requestRefuse},
		{"POST /console/requests/{id}/answer", access.Rights, false, c.requestAnswer},
		{"POST /console/requests/{id}/evidence", access.Rights, false, c.requestEvidence},
	}
}

func (c *Console) requestsList(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.requestsPage(w, r, p, http.StatusOK, RequestForm{}, nil)
}

func (c *Console) requestsPage(w http.ResponseWriter, r *http.Request, p access.Principal, status int, f RequestForm, ps view.Problems) error {
	v := requestsView{Form: f}
	var err error
	if v.Lines, err = c.Backend.Requests.Requests(r.Context(), p); err != nil {
		return err
	}
	for _, l := range v.Lines {
		if l.Open {
			v.Open++
		}
		if l.Late {
			v.Late++
		}
	}
	for _, k := range rights.Kinds() {
		v.Kinds = append(v.Kinds, view.Option{Value: string(k), Label: k.Words()})
	}
	return c.t.requests.Render(w, status, page[requestsView]{c.frame(p, requestsPath, ps), v})
}

func (c *Console) requestTake(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	get := func(k string) string { return strings.TrimSpace(r.PostForm.Get(k)) }
	f := RequestForm{Kind: get("kind"), Person: get("external_id"), Place: strings.ToUpper(get("place")), Email: get("email"), Text: get("text"), Proof: get("proof"),
		Received: get("received"), Of: get("of"), Agent: get("agent"), Mandate: get("mandate"), Seen: get("seen")}
	id, err := c.Backend.Requests.TakeRequest(r.Context(), p, f)
	var ps view.Problems
	if err != nil && ps.FromError(err) {
		return c.requestsPage(w, r, p, http.StatusUnprocessableEntity, f, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, requestsPath+"/"+url.PathEscape(id))
}

func (c *Console) requestShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.requestPage(w, r, p, http.StatusOK, nil, nil)
}

func (c *Console) requestPage(w http.ResponseWriter, r *http.Request, p access.Principal, status int, dry []rights.Entry, ps view.Problems) error {
	v, err := c.Backend.Requests.Request(r.Context(), p, r.PathValue("id"))
	if err != nil {
		return err
	}
	v.Dry = dry
	return c.t.request.Render(w, status, page[RequestPage]{c.frame(p, requestsPath, ps), v})
}

// requestDid shows the page again: after a change by a redirect, after a
// mistake with what is wrong.
func (c *Console) requestDid(w http.ResponseWriter, r *http.Request, p access.Principal, err error) error {
	var ps view.Problems
	if err != nil && touch.CodeOf(err) != touch.Unknown && ps.FromError(err) {
		return c.requestPage(w, r, p, http.StatusUnprocessableEntity, nil, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, requestsPath+"/"+url.PathEscape(r.PathValue("id")))
}

func (c *Console) requestVerify(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	get := func(k string) string { return strings.TrimSpace(r.PostForm.Get(k)) }
	return c.requestDid(w, r, p, c.Backend.Requests.VerifyRequest(r.Context(), p, r.PathValue("id"), rights.Proof(get("proof")), get("external_id"), get("email")))
}

func (c *Console) requestIdentify(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	get := func(k string) string { return strings.TrimSpace(r.PostForm.Get(k)) }
	return c.requestDid(w, r, p, c.Backend.Requests.IdentifyRequest(r.Context(), p, r.PathValue("id"), get("external_id"), get("email")))
}

func (c *Console) requestRun(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	how := r.PostForm.Get("how")
	if how == "dry" {
		rows, err := c.Backend.Requests.DryRequest(r.Context(), p, r.PathValue("id"))
		if err != nil {
			return c.requestDid(w, r, p, err)
		}
		return c.requestPage(w, r, p, http.StatusOK, rows, nil)
	}
	if r.PostForm.Get("destroys") == "yes" && r.PostForm.Get("sure") != "yes" {
		return c.requestDid(w, r, p, touch.Fielderr("sure", "Tick the box: an erasure can't be undone"))
	}
	return c.requestDid(w, r, p, c.Backend.Requests.RunRequest(r.Context(), p, r.PathValue("id"), how == "retry", how == "force"))
}

func (c *Console) requestFinish(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.requestDid(w, r, p, c.Backend.Requests.FinishRequest(r.Context(), p, r.PathValue("id"), strings.TrimSpace(r.PostForm.Get("missing"))))
}

func (c *Console) requestExtend(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.requestDid(w, r, p, renamed(c.Backend.Requests.ExtendRequest(r.Context(), p, r.PathValue("id"), strings.TrimSpace(r.PostForm.Get("extension"))), "extension"))
}

func (c *Console) requestRefuse(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.requestDid(w, r, p, c.Backend.Requests.RefuseRequest(r.Context(), p, r.PathValue("id"), strings.TrimSpace(r.PostForm.Get("reason"))))
}

// renamed says which of the page's two reasons an error is about.
func renamed(err error, field string) error {
	if e := touch.AsError(err); e != nil && e.Field == "reason" {
		return touch.Fielderr(field, "%s", e.Message)
	}
	return err
}

// requestAnswer is a POST because it puts the export on record.
func (c *Console) requestAnswer(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.requestFile(w, r, p, "answer", c.Backend.Requests.AnswerRequest)
}

// requestEvidence is a POST because it puts on record that somebody looked.
func (c *Console) requestEvidence(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.requestFile(w, r, p, "evidence", c.Backend.Requests.EvidenceOfRequest)
}

func (c *Console) requestFile(w http.ResponseWriter, r *http.Request, p access.Principal, name string, write func(context.Context, access.Principal, string, io.Writer) error) error {
	var b bytes.Buffer // an error must find nothing half sent
	if err := write(r.Context(), p, r.PathValue("id"), &b); err != nil {
		return c.requestDid(w, r, p, err)
	}
	download(w, name+"-"+r.PathValue("id")+".json", "application/json")
	_, err := w.Write(b.Bytes())
	return err
}
