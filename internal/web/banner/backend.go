package banner

import (
	"context"
	"time"

	"fairtouch/gpp"
	"fairtouch/internal/site"
)

// Visit is what a browser brings. Nothing of it is trusted: the device is a
// signed value, or it is none.
type Visit struct {
	Key    string   // the site's public id, from the address
	Device string   // what Answer gave, from the page's own storage or the cookie; "" for none
	Langs  []string // that the visitor reads, the preferred first
	GPC    bool     // the browser asks not to sell or share
	Show   bool     // the visitor wants to see the choices again
	Page   bool     // the plain page, without JavaScript
}

// Said is an answer: true for yes. A choice that isn't in it was left open.
type Said map[string]bool

// Backend keeps what sites ask and what browsers answer.
type Backend interface {
	// Site reads a site by its public id. A retired or unknown one is touch.Unknown.
	Site(ctx context.Context, key string) (site.Site, error)
	// Open says how things stand on a device, and what to ask where something is
	// open. That a text is served is counted before it is returned.
	Open(ctx context.Context, v Visit) (Asked, error)
	// Answer records an answer under the device, durable before it returns. ask is
	// what Open gave, good for one answer; touch.Conflict where it was used, or
	// where a text was changed.
	Answer(ctx context.Context, v Visit, ask string, said Said) (Answered, error)
}

// Asked is how things stand, with the texts where they are to be shown.
type Asked struct {
	Answered bool            `json:"answered"`
	State    map[string]bool `json:"state"`
	Mode     gpp.ConsentMode `json:"mode"`
	GPP      string          `json:"gpp,omitzero"`
	GPC      bool            `json:"gpc"`

	Lang   string      `json:"lang,omitzero"`
	Dir    string      `json:"dir,omitzero"`
	Words  *site.Words `json:"words,omitzero"`
	Note   string      `json:"note,omitzero"` // that nobody reviewed a translation
	Policy string      `json:"policy,omitzero"`
	Ask    string      `json:"ask,omitzero"`
	Asks   []Question  `json:"asks,omitzero"`

	Company string    `json:"-"`
	Since   time.Time `json:"-"`
	Demo    bool      `json:"-"`
}

// Question is one choice with its exact text.
type Question struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Text    string `json:"text"`
	Lang    string `json:"lang"`
	Dir     string `json:"dir"`
	Covered bool   `json:"covered,omitzero"` // the browser's signal answers it
	Was     string `json:"was,omitzero"`     // yes, no or ""
}

// Answered is what an answer changed.
type Answered struct {
	Device string          `json:"device"`
	State  map[string]bool `json:"state"`
	Mode   gpp.ConsentMode `json:"mode"`
	GPP    string          `json:"gpp,omitzero"`
}
