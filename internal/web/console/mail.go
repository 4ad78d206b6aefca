package console

import (
	"net/http"

	"fairtouch/internal/access"
)

func (c *Console) mailShow(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	v, err := c.Backend.House.Mail(r.Context(), p)
	if err != nil {
		return err
	}
	return c.t.mail.Render(w, http.StatusOK, page[Mail]{c.frame(p, "/console/mail", nil), v})
}
