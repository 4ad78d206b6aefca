package consent

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"fairtouch/touch"
)

//go:embed rules.yaml
var rulesFile []byte

// Grounds are where a rule comes from. All rules are drafts until somebody named
// has compared them with their primary source.
type Grounds struct {
	ID       string   `yaml:"id"`
	Places   []string `yaml:"places"` // ISO 3166-1 alpha-2; "*" is everywhere else
	Citation string   `yaml:"citation"`
	Note     string   `yaml:"note"`
	Applies  string   `yaml:"applies"` // civil date
	Checked  string   `yaml:"checked"`
	Evidence string   `yaml:"evidence"` // primary, secondary, unverified
	Status   string   `yaml:"status"`   // draft, reviewed
	Source   string   `yaml:"source"`
}

// Lifetime is after how many months a yes has to be asked for again, and how long
// a no is left in peace.
type Lifetime struct {
	Grounds `yaml:",inline"`
	Device  bool `yaml:"device"` // of what browsers answer on web sites
	Yes     int  `yaml:"yes_months"`
	No      int  `yaml:"no_months"`
}

// Confirmed says that a yes on these channels counts only once it was confirmed at
// the address.
type Confirmed struct {
	Grounds  `yaml:",inline"`
	Channels []touch.Channel `yaml:"channels"`
}

// Age is from which age on a person answers alone, in full years.
type Age struct {
	Grounds `yaml:",inline"`
	Years   int `yaml:"years"`
}

// Rules are what laws ask of permissions as such.
type Rules struct {
	Lifetimes []Lifetime  `yaml:"lifetimes"`
	Confirmed []Confirmed `yaml:"double_opt_in"`
	Ages      []Age       `yaml:"ages"`
}

// LoadRules reads the embedded rules; an error means that the build is broken.
func LoadRules() (*Rules, error) {
	r := &Rules{}
	if err := yaml.UnmarshalWithOptions(rulesFile, r, yaml.Strict()); err != nil {
		return nil, touch.Wrap(touch.Invalid, err, "the rules of permissions are not valid")
	}
	return r, r.check()
}

var civilDate = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

func (r *Rules) check() error {
	var all []Grounds
	for _, x := range r.Lifetimes {
		if x.Yes < 1 || x.No < 1 {
			return touch.Errorf(touch.Invalid, "rule %s: months are positive", x.ID)
		}
		all = append(all, x.Grounds)
	}
	for _, x := range r.Confirmed {
		all = append(all, x.Grounds)
	}
	for _, x := range r.Ages {
		if x.Years < 10 || x.Years > 21 {
			return touch.Errorf(touch.Invalid, "rule %s: no such age", x.ID)
		}
		all = append(all, x.Grounds)
	}
	for _, g := range all {
		if g.ID == "" || len(g.Places) == 0 || g.Citation == "" || g.Source == "" || !civilDate.MatchString(g.Applies) || !civilDate.MatchString(g.Checked) ||
			!slices.Contains([]string{"primary", "secondary", "unverified"}, g.Evidence) || g.Status == "reviewed" && g.Evidence != "primary" || g.Status != "reviewed" && g.Status != "draft" {
			return touch.Errorf(touch.Invalid, "rule %q lacks its source, dates or grade", g.ID)
		}
	}
	return nil
}

// at reports whether the rule is of a place, and applies on a day. fallback: of
// everywhere else.
func (g *Grounds) at(place string, day time.Time) (applies, fallback bool) {
	if g.Applies > day.UTC().Format(time.DateOnly) {
		return false, false
	}
	country, _, _ := strings.Cut(strings.ToUpper(place), "-")
	switch country { // what people write for them
	case "UK":
		country = "GB"
	case "EL":
		country = "GR"
	}
	return slices.Contains(g.Places, country) && country != "", slices.Contains(g.Places, "*")
}

// Lasts is the lifetime of a permission at a place. Where several apply, or the
// place is unknown, the shortest yes and the longest peace count.
func (r *Rules) Lasts(place string, device bool, day time.Time) Lifetime {
	var own, rest []Lifetime
	for _, l := range r.Lifetimes {
		applies, fallback := l.at(place, day)
		switch {
		case l.Device && !device:
		case applies, device && place == "" && l.Device:
			own = append(own, l)
		case fallback:
			rest = append(rest, l)
		}
	}
	if len(own) == 0 {
		own = rest
	}
	var out Lifetime
	for _, l := range own {
		if out.Yes == 0 || l.Yes < out.Yes {
			no := max(out.No, l.No)
			out = l
			out.No = no
		}
		out.No = max(out.No, l.No)
	}
	return out
}

// AsksConfirmation reports whether a yes on a channel has to be confirmed at the
// address, by the notice itself or by a rule of the place.
func (r *Rules) AsksConfirmation(n *Notice, place string, day time.Time) bool {
	if n.Channel != touch.Email || n.Basis != ByConsent {
		return false
	}
	_, must := r.Confirms(n.Channel, place, day)
	return n.Confirm || must
}

// Confirms finds the rule of a place by which a yes on a channel has to be
// confirmed at the address; ok is false for none. A yes for any channel is about a
// system's use of data: a permission for messages names its channel.
func (r *Rules) Confirms(ch touch.Channel, place string, day time.Time) (c Confirmed, ok bool) {
	for _, c := range r.Confirmed {
		applies, fallback := c.at(place, day)
		if (applies || fallback) && slices.Contains(c.Channels, ch) {
			return c, true
		}
	}
	return Confirmed{}, false
}

// AgeOf is from which age on a person answers alone at a place: the place's own
// rule that was applied last, else the general one. An unknown place takes the
// highest age that any rule has.
func (r *Rules) AgeOf(place string, day time.Time) Age {
	var own, rest Age
	for _, a := range r.Ages {
		applies, fallback := a.at(place, day)
		switch {
		case place == "" && (applies || fallback) && a.Years > own.Years:
			own = a
		case applies && a.Applies >= own.Applies:
			own = a
		case fallback:
			rest = a
		}
	}
	if own.Years == 0 {
		return rest
	}
	return own
}

// Majority is the first moment at which somebody born on a day answers alone: the
// start of that birthday in UTC; who was born on 29 February, on 1 March.
func (a *Age) Majority(born time.Time) time.Time {
	return time.Date(born.Year()+a.Years, born.Month(), born.Day(), 0, 0, 0, 0, time.UTC)
}
