package rights

import (
	_ "embed"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"fairtouch/internal/law"
	"fairtouch/touch"
)

//go:embed deadlines.yaml
var deadlinesFile []byte

//go:embed holidays.yaml
var holidaysFile []byte

// Book holds the deadlines of every law that is known here, and the holidays
// of the places they apply in.
type Book struct {
	rules     []Rule
	calendars map[string]*Calendar
}

var evidences = [...]string{"primary", "copy", "regulator", "secondary", "unverified"}

// Open reads the embedded book; an error means that the build is broken.
func Open() (*Book, error) { return parse(deadlinesFile, holidaysFile) }

func parse(deadlines, holidays []byte) (*Book, error) {
	var d struct {
		Rules []Rule `yaml:"rules"`
	}
	if err := yaml.UnmarshalWithOptions(deadlines, &d, yaml.Strict()); err != nil {
		return nil, touch.Wrap(touch.Invalid, err, "the deadlines are not valid YAML")
	}
	b := &Book{rules: d.Rules}
	seen := map[string]bool{}
	for i := range b.rules {
		r := &b.rules[i]
		if err := r.validate(); err != nil {
			return nil, touch.Wrap(touch.Invalid, err, "deadline %q: %s", r.ID, touch.AsError(err).Message)
		}
		if seen[r.ID] {
			return nil, touch.Errorf(touch.Invalid, "deadline %q is there twice", r.ID)
		}
		seen[r.ID] = true
	}
	return b, b.readHolidays(holidays)
}

func (b *Book) readHolidays(data []byte) error {
	var h struct {
		Places map[string]struct {
			Moved string   `yaml:"moved"`
			Days  []string `yaml:"days"`
		} `yaml:"places"`
	}
	if err := yaml.UnmarshalWithOptions(data, &h, yaml.Strict()); err != nil {
		return touch.Wrap(touch.Invalid, err, "the holidays are not valid YAML")
	}
	b.calendars = map[string]*Calendar{}
	for place, x := range h.Places {
		c := &Calendar{moved: x.Moved}
		if !slices.Contains([]string{"", "next", "nearest"}, x.Moved) {
			return touch.Errorf(touch.Invalid, "holidays of %s: moved is next, nearest or nothing", place)
		}
		for _, s := range x.Days {
			one, err := parseHoliday(s)
			if err != nil {
				return err
			}
			c.rules = append(c.rules, one)
		}
		b.calendars[place] = c
	}
	return nil
}

func (r *Rule) validate() error {
	switch {
	case r.ID == "" || r.Law == "" || r.Name == "" || r.Citation == "" || r.SourceURL == "":
		return touch.Errorf(touch.Invalid, "a rule has an id, law, name, citation and source")
	case len(r.Places) == 0:
		return touch.Errorf(touch.Invalid, "a rule says where it applies")
	case r.Applies == 0 || r.Checked == 0:
		return touch.Errorf(touch.Invalid, "a rule says since when it applies, and when it was checked")
	case !slices.Contains(evidences[:], r.Evidence):
		return touch.Errorf(touch.Invalid, "evidence %q is no grade", r.Evidence)
	case r.Status != "draft" && (r.Status != "certified" || r.Evidence != "primary"):
		return touch.Errorf(touch.Invalid, "a rule is a draft, or certified on primary evidence")
	case r.Clock != FromReceipt && r.Clock != FromVerification:
		return touch.Errorf(touch.Invalid, "clock is receipt or verification")
	case r.Ends != EndsAsCounted && r.Ends != EndsWorking && r.Ends != EndsBy1182:
		return touch.Errorf(touch.Invalid, "ends %q is unknown", r.Ends)
	}
	for _, k := range r.Kinds {
		if !k.Known() {
			return touch.Errorf(touch.Invalid, "%q is no kind of request", k)
		}
	}
	if err := r.Respond.validate("respond", true); err != nil {
		return err
	}
	if err := r.Extend.validate("extend", false); err != nil {
		return err
	}
	return r.Confirm.validate("confirm", false)
}

// Rules lists every rule.
func (b *Book) Rules() []Rule { return slices.Clone(b.rules) }

// ByID finds a rule.
func (b *Book) ByID(id string) (Rule, bool) {
	i := slices.IndexFunc(b.rules, func(r Rule) bool { return r.ID == id })
	if i < 0 {
		return Rule{}, false
	}
	return b.rules[i], true
}

// Calendar is a place's, or its country's; one without holidays where none is
// known, which gives the earlier dates.
func (b *Book) Calendar(place string) *Calendar {
	if c := b.calendars[place]; c != nil {
		return c
	}
	country, _, _ := strings.Cut(place, "-")
	if c := b.calendars[country]; c != nil {
		return c
	}
	return &Calendar{}
}

// For finds the rule for a request from a place on a day: a rule that names the
// kind goes before one for all kinds, a region's before its country's. Where
// several are left, the one that is due first.
func (b *Book) For(place string, k Kind, on time.Time) (Rule, bool) {
	var best *Rule
	for i := range b.rules {
		r := &b.rules[i]
		if r.rank(place, k) == 0 || r.Applies > law.DateIn(on) {
			continue
		}
		if best == nil || b.before(r, best, place, k, on) {
			best = r
		}
	}
	if best == nil {
		return Rule{}, false
	}
	return *best, true
}

func (b *Book) before(x, y *Rule, place string, k Kind, on time.Time) bool {
	if d := x.rank(place, k) - y.rank(place, k); d != 0 {
		return d > 0
	}
	c := b.Calendar(place)
	return x.Of(on, on, c).Due.Before(y.Of(on, on, c).Due)
}

// rank is 0 for a rule that doesn't fit, more for one that fits more closely.
func (r *Rule) rank(place string, k Kind) int {
	country, region, _ := strings.Cut(place, "-")
	n := 0
	switch {
	case region != "" && slices.Contains(r.Places, place):
		n = 3
	case slices.Contains(r.Places, country):
		n = 1
	default:
		return 0
	}
	switch {
	case slices.Contains(r.Kinds, k):
		n++
	case len(r.Kinds) > 0:
		return 0
	case k == Appeal: // an appeal has a period of its own or none
		return 0
	}
	return n
}
