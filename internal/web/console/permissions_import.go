package console

import (
	"io"
	"net/http"
	"net/url"
	"strings"

	"fairtouch/internal/access"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

type importView struct {
	ImportPreview
	Done bool
}

func (c *Console) importUpload(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	file, err := c.takeTable(w, r, func(name string, body io.Reader) (string, error) {
		return c.Backend.People.ImportUpload(r.Context(), p, name, body)
	})
	if err == nil {
		_, err = c.Backend.People.ImportPreview(r.Context(), p, file)
	}
	var ps view.Problems
	if err != nil && (ps.FromError(err) || touch.CodeOf(err) == touch.TooLarge) {
		return c.permissions(w, r, p, http.StatusUnprocessableEntity, view.Problems{{Field: "table", Message: touch.AsError(err).Message}})
	}
	if err != nil {
		return err
	}
	return redirect(w, r, "/console/permissions/import/"+url.PathEscape(file))
}

func (c *Console) importShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	v, err := c.Backend.People.ImportPreview(r.Context(), p, r.PathValue("file"))
	if err != nil {
		return err
	}
	return c.t.importing.Render(w, http.StatusOK, page[importView]{c.frame(p, "/console/permissions", nil), importView{v, false}})
}

func (c *Console) importRun(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	v, err := c.Backend.People.ImportPreview(r.Context(), p, r.PathValue("file"))
	if err != nil {
		return err
	}
	if err := c.Backend.People.Import(r.Context(), p, r.PathValue("file")); err != nil {
		return err
	}
	return c.t.importing.Render(w, http.StatusOK, page[importView]{c.frame(p, "/console/permissions", nil), importView{v, true}})
}

func (c *Console) importAgain(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	if _, err := c.Backend.People.ImportPreview(r.Context(), p, r.PathValue("file")); err != nil {
		return err
	}
	download(w, "ask-again.csv", "text/csv; charset=utf-8")
	return c.Backend.People.Again(r.Context(), p, r.PathValue("file"), w)
}

// noticePreview shows a notice as people will see it, before it is published.
func (c *Console) noticePreview(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	get := func(k string) string { return strings.TrimSpace(r.PostForm.Get(k)) }
	v := NoticeForm{Key: get("key"), Locale: get("locale"), Purpose: get("purpose"), System: get("system"), Channel: get("channel"), Title: get("title"), Text: get("text"), Sites: get("sites") == "yes", Confirm: get("confirm") == "yes"}
	return c.t.notice.Render(w, http.StatusOK, page[NoticeForm]{c.frame(p, "/console/permissions", nil), v})
}
