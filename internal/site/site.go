package site

import (
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/touch"
)

// MaxChoices is the most that a banner may ask; more is not read.
const MaxChoices = 5

// Site is a web site of the company that may show the banner. Its id is public:
// it is in the tag.
type Site struct {
	ID      string       `json:"id"`
	Version int          `json:"version"`
	Name    string       `json:"name"`
	Origins []string     `json:"origins"` // scheme, host and port, as browsers send them
	Choices []Choice     `json:"choices"`
	Policy  string       `json:"policy,omitzero"` // link to the privacy policy
	GPP     bool         `json:"gpp,omitzero"`    // offer __gpp with a US national section
	Retired bool         `json:"retired,omitzero"`
	By      touch.UserID `json:"by"`
	At      time.Time    `json:"at"`
}

// Choice is one question of a site: the key of a published notice, and which
// consent types of Google Consent Mode v2 a yes to it grants.
type Choice struct {
	Notice  string   `json:"notice"`
	Storage []string `json:"storage,omitzero"`
}

// Storages are the consent types that a choice may grant (Google, "Consent mode
// reference": ad_storage, ad_user_data and ad_personalization are about
// advertising).
func Storages() []string {
	return []string{"ad_storage", "ad_user_data", "ad_personalization", "analytics_storage", "functionality_storage", "personalization_storage"}
}

// Covered reports whether Global Privacy Control answers the choice with no: it
// is about advertising, or about what an AI system does with the data. The
// signal asks not to sell or share data (CCPA regulations § 7025; GPC
// specification); using it for more than that errs on the side of no.
func (c *Choice) Covered(n *consent.Notice) bool {
	return n.System != "" || n.Channel == touch.Ads || slices.ContainsFunc(c.Storage, func(s string) bool { return strings.HasPrefix(s, "ad_") })
}

// Validate brings the origins to the form that browsers send, and reports what
// is wrong.
func (s *Site) Validate() error {
	s.Name = strings.TrimSpace(s.Name)
	switch {
	case s.Name == "" || len(s.Name) > 100:
		return touch.Fielderr("name", "name the web site, in at most 100 letters")
	case len(s.Origins) == 0:
		return touch.Fielderr("origins", "name at least one address that the site is served from, such as https://www.example.com")
	case len(s.Origins) > 20:
		return touch.Fielderr("origins", "at most 20 addresses")
	case len(s.Choices) == 0 || len(s.Choices) > MaxChoices:
		return touch.Fielderr("choices", "ask one to %d things; nobody reads more", MaxChoices)
	}
	for i, o := range s.Origins {
		n, err := Origin(o)
		if err != nil {
			return err
		}
		s.Origins[i] = n
	}
	seen := map[string]bool{}
	for _, c := range s.Choices {
		if c.Notice == "" || seen[c.Notice] {
			return touch.Fielderr("choices", "each choice names a notice, once")
		}
		seen[c.Notice] = true
		for _, x := range c.Storage {
			if !slices.Contains(Storages(), x) {
				return touch.Fielderr("choices", "%.40q isn't a consent type; use some of %v", x, Storages())
			}
		}
	}
	if s.Policy != "" && !strings.HasPrefix(s.Policy, "https://") {
		return touch.Fielderr("policy", "the link to the privacy policy begins with https://")
	}
	return nil
}

// Origin is an address reduced to scheme, host and port (RFC 6454 § 6.2).
// Anything but https is refused, except on this machine itself.
func Origin(s string) (string, error) {
	wrong := touch.Fielderr("origins", "write an address as https://www.example.com, without a path")
	u, err := url.Parse(strings.ToLower(strings.TrimSpace(s)))
	if err != nil || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || strings.Contains(u.Host, "*") {
		return "", wrong
	}
	host, port := u.Hostname(), u.Port()
	ip := net.ParseIP(host)
	local := host == "localhost" || ip != nil && ip.IsLoopback()
	if u.Scheme != "https" && !(u.Scheme == "http" && local) {
		return "", touch.Fielderr("origins", "a web site that asks for permission is served over https")
	}
	if u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		return u.Scheme + "://" + strings.TrimSuffix(u.Host, ":"+port), nil
	}
	return u.Scheme + "://" + u.Host, nil
}

// Allows reports whether a page of this origin may ask. An origin is compared
// whole; "null" and an empty one are never allowed.
func (s *Site) Allows(origin string) bool {
	return !s.Retired && origin != "" && origin != "null" && slices.Contains(s.Origins, origin)
}
