package inclusion

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fairtouch/fairness"
	"fairtouch/touch"
)

// Review is what a member of the panel said of a launch, speaking for a
// perspective that was declared: an age, a disability, a language, a place.
type Review struct {
	Member      touch.UserID `json:"member"`
	Perspective string       `json:"perspective"`
	Objects     bool         `json:"objects"`
	Reason      string       `json:"reason"`  // needed for an objection
	Content     string       `json:"content"` // hash of what was reviewed: a change asks again
	At          time.Time    `json:"at"`
}

// Launch is what the gate looks at.
type Launch struct {
	Content      string         // hash of audience, copy and rules
	Perspectives []string       // that must have spoken
	Reviews      []Review       // of any content; old ones count for nothing
	Author       touch.UserID   // can't review the own launch
	Reach        *Reach         // nil: not measured
	Excluded     []Excluded     // rules that remove a group
	Languages    []string       // that the audience reads
	Copy         []string       // locales there is copy in
	Channels     map[string]int // groups' channels: how many people have none that is used
	Words        []Note         // of the copy
	Email        []Problem
}

// Open is one thing that stands in the way of a launch.
type Open struct {
	What  string `json:"what"`
	Owner string `json:"fix_owner"` // who can mend it
	Stops bool   `json:"stops"`     // else it is advice
}

// Gate lists what is open, what stops first. A launch is ready when nothing
// stops it. Words of low severity and what can't be told are advice; people
// decide.
func Gate(l Launch) (ready bool, open []Open) {
	say := func(stops bool, owner, format string, args ...any) {
		open = append(open, Open{fmt.Sprintf(format, args...), owner, stops})
	}
	l.reviews(say)
	l.audience(say)
	for _, n := range l.Words {
		say(n.Severity == High, "author", "The copy says \"%s\"%s.", n.Text, instead(n.Instead))
	}
	for _, p := range l.Email {
		say(p.Severity == High, "author", "%s", p.What)
	}
	slices.SortStableFunc(open, func(a, b Open) int {
		switch {
		case a.Stops == b.Stops:
			return 0
		case a.Stops:
			return -1
		}
		return 1
	})
	return len(open) == 0 || !open[0].Stops, open
}

func instead(s []string) string {
	if len(s) == 0 {
		return ""
	}
	return "; it could say " + strings.Join(s[:min(3, len(s))], " or ")
}

func (l *Launch) reviews(say func(bool, string, string, ...any)) {
	spoke := map[string]bool{}
	for _, r := range l.Reviews {
		switch {
		case r.Content != l.Content, r.Member == "" || r.Member == l.Author:
		case r.Objects:
			spoke[r.Perspective] = true
			say(true, "panel", "%s objects for %s: %s", r.Member, r.Perspective, r.Reason)
		default:
			spoke[r.Perspective] = true
		}
	}
	for _, p := range l.Perspectives {
		if !spoke[p] {
			say(true, "panel", "Nobody has spoken for %s about this version.", p)
		}
	}
}

func (l *Launch) audience(say func(bool, string, string, ...any)) {
	if l.Reach == nil {
		say(false, "analyst", "Whom the audience leaves out wasn't measured.")
	} else {
		for _, r := range l.Reach.Rows {
			switch r.Verdict {
			case fairness.Fail:
				say(true, "audience", "%s is %.0f %% of its share among %s (interval %.0f to %.0f %%, n %d).", r.Group, 100*r.Ratio, r.Stage, 100*r.Low, 100*r.High, r.N)
			case fairness.Inconclusive:
				say(false, "audience", "Whether %s has its share among %s can't be told.", r.Group, r.Stage)
			}
		}
	}
	for _, e := range l.Excluded {
		say(true, "audience", "The rule %s %s.", e.Rule, e.What)
	}
	for _, lang := range l.Languages {
		if !slices.ContainsFunc(l.Copy, func(c string) bool { return c == lang || strings.HasPrefix(c, lang+"-") }) {
			say(false, "author", "There is no copy in %s, which part of the audience reads.", lang)
		}
	}
	var channels []string
	for c := range l.Channels {
		channels = append(channels, c)
	}
	slices.Sort(channels)
	for _, g := range channels {
		if n := l.Channels[g]; n > 0 {
			say(false, "audience", "%d people of %s have none of the channels that are used.", n, g)
		}
	}
}

// Sign makes a review; an objection needs a reason of at least 10 bytes.
func Sign(member touch.UserID, perspective, content, reason string, objects bool, at time.Time) (Review, error) {
	reason = strings.TrimSpace(reason)
	switch {
	case member == "" || perspective == "" || content == "":
		return Review{}, touch.Fielderr("perspective", "a named member speaks for a perspective about one version")
	case objects && len(reason) < 10:
		return Review{}, touch.Fielderr("reason", "say what leaves people out, so that it can be mended")
	}
	return Review{member, perspective, objects, reason, content, at}, nil
}
