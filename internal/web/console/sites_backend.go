package console

import (
	"context"
	"io"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/consent"
	"fairtouch/internal/site"
	"fairtouch/touch"
)

// Sites is what the page Web sites asks.
type Sites interface {
	// WebSites lists the company's web sites with what was served in 30 days.
	WebSites(ctx context.Context, p access.Principal) ([]SiteLine, error)
	// WebSite reads one with its counts.
	WebSite(ctx context.Context, p access.Principal, id string) (SitePage, error)
	// NewSite is what the form for a new one offers.
	NewSite(ctx context.Context, p access.Principal) (SitePage, error)
	// SaveSite keeps the next version; one without an id is new. The version that
	// was read comes with it: touch.Conflict where somebody else saved meanwhile.
	SaveSite(ctx context.Context, p access.Principal, s site.Site) (id string, err error)
}

// Again is what the page of whom to ask again asks.
type Again interface {
	// AskAgain passes over everybody's permissions; that it was done goes on record.
	AskAgain(ctx context.Context, p access.Principal) (AgainPage, error)
	// AskAgainCSV writes the same as a table, one row a person and text.
	AskAgainCSV(ctx context.Context, p access.Principal, w io.Writer) error
}

// AgainPage is whom to ask again.
type AgainPage struct {
	Looked int  // persons
	More   bool // there are more than were looked at
	Totals []AgainTotal
	Lines  []AgainLine // the first ones
	Rules  []consent.Lifetime
}

// AgainTotal counts one published text.
type AgainTotal struct {
	Notice, Title             string
	Expired, Soon, Left, Wait int // ended; ends within 60 days; a no to leave in peace; waits for a confirmation
}

// Ended sums up whose permission ended.
func (p AgainPage) Ended() (n int) {
	for _, t := range p.Totals {
		n += t.Expired
	}
	return n
}

// AgainLine is one person and one text.
type AgainLine struct {
	Subject touch.SubjectID
	Notice  string
	State   string
	Until   time.Time
	AskFrom time.Time // not to be asked before
}

// SiteLine is a row of the list.
type SiteLine struct {
	site.Site
	Served, Answered int
}

// SitePage is one web site.
type SitePage struct {
	Site                  site.Site
	Base                  string // address of this server
	Notices               []SiteNotice
	Days                  int
	Served, Answered, GPC int
	Counts                []SiteCount
}

// Unanswered is how often the banner was shown and nobody answered.
func (p SitePage) Unanswered() int { return max(0, p.Served-p.Answered) }

// Tag is the one line that the site embeds.
func (p SitePage) Tag() string {
	return `<script src="` + p.Base + `/site/` + p.Site.ID + `/consent.js" defer></script>`
}

// SiteNotice is a text that a site can ask.
type SiteNotice struct {
	Key, Title string
	Locales    []string
}

// SiteCount is how often one exact text was shown, and what was said to it.
type SiteCount struct {
	Hash, Title, Locale string
	Served, Yes, No     int
}
