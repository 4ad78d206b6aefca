package pages

import (
	"encoding/json"
	"net/http"
)

func (p *Pages) registerShow(w http.ResponseWriter, r *http.Request) error {
	c, err := p.Backend.Public.Company(r.Context())
	if err != nil {
		return err
	}
	v, err := p.Backend.Public.Register(r.Context(), p.locale(r, c.Locale))
	if err != nil {
		return err
	}
	w.Header().Del("X-Robots-Tag") // the register is public, and meant to be found
	return p.t.register.Render(w, http.StatusOK, doc[Register]{p.frame(r, v.Company), v})
}

// gpcShow says that Global Privacy Control is honoured here.
func (p *Pages) gpcShow(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(struct {
		GPC        bool   `json:"gpc"`
		LastUpdate string `json:"lastUpdate"`
	}{true, p.GPCFrom.UTC().Format("2006-01-02")})
}
