package console

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"fairtouch/internal/access"
	"fairtouch/internal/campaign"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

// MaxUpload is the largest table that the console takes, in bytes.
const MaxUpload = 512 << 20

type mappingView struct {
	C campaign.Campaign
	Uploaded
	Hints map[string]string
}

type rehearsalView struct {
	C       campaign.Campaign
	R       campaign.Rehearsal
	Running bool
	File    string
	Denied  int
	Missing int
}

func (c *Console) audienceShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.audiencePage(w, r, p, http.StatusOK, nil)
}

func (c *Console) audiencePage(w http.ResponseWriter, r *http.Request, p access.Principal, status int, ps view.Problems) error {
	v, err := c.Backend.Campaigns.Campaign(r.Context(), p, touch.CampaignID(r.PathValue("id")))
	if err != nil {
		return err
	}
	return c.t.audience.Render(w, status, page[CampaignPage]{c.frame(p, "/console/campaigns", ps), v})
}

// audienceUpload takes a table in as a stream: it is sealed piece by piece and
// never lies on disk as it came.
func (c *Console) audienceUpload(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	id := touch.CampaignID(r.PathValue("id"))
	file, err := c.takeTable(w, r, func(name string, body io.Reader) (string, error) {
		return c.Backend.Campaigns.Upload(r.Context(), p, id, name, body)
	})
	var ps view.Problems
	if err != nil && (ps.FromError(err) || touch.CodeOf(err) == touch.TooLarge) {
		if len(ps) == 0 {
			ps.Add("table", touch.AsError(err).Message)
		}
		for i := range ps {
			ps[i].Field = "table"
		}
		return c.audiencePage(w, r, p, http.StatusUnprocessableEntity, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/campaigns/"+url.PathEscape(string(id))+"/audience/"+url.PathEscape(file))
}

// takeTable finds the file in a form as it streams in.
func (c *Console) takeTable(w http.ResponseWriter, r *http.Request, take func(name string, body io.Reader) (string, error)) (string, error) {
	tooLarge := touch.Errorf(touch.TooLarge, "The file is larger than 512 MB; split it, or use fairtouch rehearse on the command line")
	if r.ContentLength > MaxUpload+(1<<20) {
		return "", tooLarge
	}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return "", touch.Fielderr("table", "Choose a file")
	}
	body := http.MaxBytesReader(w, r.Body, MaxUpload+(1<<20))
	form := multipart.NewReader(body, params["boundary"])
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return "", touch.Fielderr("table", "Choose a file")
		}
		if err != nil {
			return "", touch.Wrap(touch.Invalid, err, "The file did not arrive whole; send it again")
		}
		if part.FormName() != "table" || part.FileName() == "" {
			continue
		}
		file, err := take(part.FileName(), part)
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return "", tooLarge
		}
		return file, err
	}
}

func (c *Console) audienceMap(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.mappingPage(w, r, p, http.StatusOK, nil, nil)
}

func (c *Console) mappingPage(w http.ResponseWriter, r *http.Request, p access.Principal, status int, said map[string]string, ps view.Problems) error {
	id := touch.CampaignID(r.PathValue("id"))
	v, err := c.Backend.Campaigns.Campaign(r.Context(), p, id)
	if err != nil {
		return err
	}
	up, err := c.Backend.Campaigns.Uploaded(r.Context(), p, id, r.PathValue("file"))
	var bad view.Problems
	if err != nil && touch.CodeOf(err) != touch.Unknown && bad.FromError(err) {
		for i := range bad {
			bad[i].Field = "table"
		}
		return c.audiencePage(w, r, p, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	if said != nil {
		up.Map = said
	}
	hints := map[string]string{"external_id": "Your own id of the person; every row needs one", "country": "As DE or US-CA; whose law applies",
		"region": "As CA, for places with laws of their own", "locale": "As de or fr; the language of labels and pages",
		"minor": "true or false", "business": "true or false", "first_contact": "true or false"}
	return c.t.mapping.Render(w, status, page[mappingView]{c.frame(p, "/console/campaigns", ps), mappingView{v.Campaign, up, hints}})
}

// Label is a field of the mapping in plain words.
func (mappingView) Label(f string) string {
	switch f {
	case "external_id":
		return "Who the person is"
	case "country":
		return "Country"
	case "region":
		return "Region or state"
	case "locale":
		return "Language"
	case "minor":
		return "Under age"
	case "business":
		return "A business, not a consumer"
	case "first_contact":
		return "First contact"
	}
	return f
}

// Options are the columns that a field may come from.
func (m mappingView) Options(f string) []view.Option {
	out := []view.Option{{Value: "", Label: "not in the table"}}
	for _, col := range m.Columns {
		out = append(out, view.Option{Value: col, Label: "column " + col})
	}
	switch f {
	case "country":
		for _, x := range m.Markets {
			out = append(out, view.Option{Value: "=" + x, Label: "everybody is in " + x})
		}
	case "minor", "business", "first_contact":
		out = append(out, view.Option{Value: "=false", Label: "nobody is, as far as we know"}, view.Option{Value: "=true", Label: "everybody is"})
	}
	return out
}

func (c *Console) audienceStart(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	id, file := touch.CampaignID(r.PathValue("id")), r.PathValue("file")
	m := map[string]string{}
	for k := range r.PostForm {
		if v := strings.TrimSpace(r.PostForm.Get(k)); v != "" {
			m[k] = v
		}
	}
	err := c.Backend.Campaigns.Rehearse(r.Context(), p, id, file, m)
	var ps view.Problems
	if err != nil && touch.CodeOf(err) != touch.Unknown && ps.FromError(err) {
		return c.mappingPage(w, r, p, http.StatusUnprocessableEntity, m, ps)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/campaigns/"+url.PathEscape(string(id))+"/rehearsal/"+url.PathEscape(file))
}

func (c *Console) rehearsalShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	id, file := touch.CampaignID(r.PathValue("id")), r.PathValue("file")
	v, err := c.Backend.Campaigns.Campaign(r.Context(), p, id)
	if err != nil {
		return err
	}
	x := rehearsalView{C: v.Campaign, File: file}
	if x.R, x.Running, err = c.Backend.Campaigns.Rehearsal(r.Context(), p, id, file); err != nil {
		return err
	}
	x.Denied, x.Missing = x.R.Stopped()
	f := c.frame(p, "/console/campaigns", nil)
	if x.Running {
		f.Refresh = 2
	}
	return c.t.rehearsal.Render(w, http.StatusOK, page[rehearsalView]{f, x})
}

func (c *Console) rehearsalResult(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	id, file := touch.CampaignID(r.PathValue("id")), r.PathValue("file")
	if _, running, err := c.Backend.Campaigns.Rehearsal(r.Context(), p, id, file); err != nil || running {
		if err == nil {
			err = touch.Errorf(touch.Conflict, "the rehearsal still runs; wait for its end")
		}
		return err
	}
	download(w, "rehearsal.csv", "text/csv; charset=utf-8")
	return c.Backend.Campaigns.Result(r.Context(), p, id, file, w)
}

func (c *Console) sampleAudience(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	if p.Workspace != demoWorkspace {
		return touch.Errorf(touch.Unknown, "only the demo has a sample audience")
	}
	download(w, "spring-audience.csv", "text/csv; charset=utf-8")
	return c.Backend.Campaigns.Sample(r.Context(), p, w)
}
