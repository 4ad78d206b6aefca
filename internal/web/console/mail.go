package console

import (
	"net/http"
	"strconv"
	"strings"

	"fairtouch/internal/access"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

func (c *Console) mailShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	v, err := c.Backend.House.Mail(r.Context(), p)
	if err != nil {
		return err
	}
	return c.t.mail.Render(w, http.StatusOK, page[Mail]{c.frame(p, "/console/mail", nil), v})
}

func (c *Console) mailSave(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	get := func(k string) string { return strings.TrimSpace(r.PostForm.Get(k)) }
	port, _ := strconv.Atoi(get("port")) // 0 is refused by name
	s := MailServer{Host: get("host"), Port: port, User: get("smtp_user"), Password: r.PostForm.Get("smtp_password"), From: get("from"), Plain: get("plain") == "yes"}
	return c.settled(w, r, p, c.Backend.House.SaveMail(r.Context(), p, s), "The mail server is set.")
}

func (c *Console) mailTest(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.settled(w, r, p, c.Backend.House.TestMail(r.Context(), p), "The test was taken by the mail server.")
}

// settled shows the settings after a change, with what came of it.
func (c *Console) settled(w http.ResponseWriter, r *http.Request, p access.Principal, err error, done string) error {
	var ps view.Problems
	if err != nil && (ps.FromError(err) || touch.CodeOf(err) == touch.Unavailable) {
		if len(ps) == 0 {
			ps.Add("host", touch.AsError(err).Message)
		}
		return c.settings(w, r, p, settingsView{}, http.StatusUnprocessableEntity, ps)
	}
	if err != nil {
		return err
	}
	return c.settings(w, r, p, settingsView{Done: done}, http.StatusOK, nil)
}

func (c *Console) webhookSave(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	return c.settled(w, r, p, c.Backend.House.SaveWebhook(r.Context(), p, strings.TrimSpace(r.PostForm.Get("webhook"))), "The webhook is set.")
}
