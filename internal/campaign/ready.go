package campaign

import (
	"fmt"
	"strings"

	"fairtouch/internal/register"
)

// Blocker is one thing that stands in the way of a launch, who can mend it, and
// where.
type Blocker struct {
	What  string
	Owner string // the role
	Link  string // in the console
	Due   register.Date
}

// Ready lists what stands against "this can go out", most basic first. Empty
// means ready.
func Ready(c *Campaign, f Facts, all []Approval, content string, today register.Date) []Blocker {
	var out []Blocker
	add := func(owner, link, format string, args ...any) {
		out = append(out, Blocker{fmt.Sprintf(format, args...), owner, link, c.From})
	}
	at := "/console/campaigns/" + string(c.ID)
	system := func(ids []string, owner, words string) {
		for _, id := range ids {
			name, more, _ := strings.Cut(id, ": ")
			if more != "" {
				more = ": " + more
			}
			add(owner, "/console/systems/"+name, "%s %s%s", name, words, more)
		}
	}
	system(f.Retired, "privacy officer", "is not in use")
	system(f.NoAlternate, "privacy officer", "declares no alternative for people whom AI must not touch")
	system(f.Blocked, "privacy officer", "has an open ownership chain")
	system(f.Unassessed, "privacy officer", "was not assessed for significant effects")
	for _, id := range f.Untrained {
		add("administrator", "/console/staff", "its owner holds no AI-literacy attestation, which %s asks for", id)
	}
	system(f.Unpiloted, "analyst", "has neither a pilot nor full use")
	if c.Text == "" && f.Generates {
		add("marketer", at+"/edit", "the copy that AI may vary is not there yet")
	}
	if c.To < today {
		add("marketer", at+"/edit", "its dates have passed")
	}
	switch {
	case !f.Rehearsed && f.RehearsedOn.IsZero():
		add("marketer", at+"/audience", "no audience was rehearsed")
	case !f.Rehearsed:
		add("marketer", at+"/audience", "it was changed since the rehearsal of %s; rehearse again", f.RehearsedOn.Format("2 January"))
	case f.Cleared == 0:
		add("privacy officer", at, "nobody in the audience may be touched by AI")
	}
	if f.OpenFindings > 0 {
		add("analyst", "/console/fairness", "an audit holds the launch: %d open findings", f.OpenFindings)
	}
	if f.Objections > 0 {
		add("marketer", at+"#launch", "%d members of the launch panel object", f.Objections)
	}
	for _, g := range f.Unapproved {
		copyBlocker(g, at, add)
	}
	tier, _ := TierOf(f)
	approved, refused, open := Standing(all, content)
	switch need := tier.Needs(); {
	case refused > 0:
		add("marketer", at+"#approvals", "an approval was refused")
	case approved < need && open > 0:
		add("reviewer", at+"#approvals", "%d of %d approvals, %d asked", approved, need, open)
	case approved < need:
		add("marketer", at+"#approvals", "%d of %d approvals; nobody is asked yet", approved, need)
	}
	return out
}

// CopyGap is a part of a campaign's copy that may not be used yet.
type CopyGap struct {
	Part string // subject line, text
	CopyStanding
}

// copyBlocker says what stands against a part of a campaign's copy.
func copyBlocker(g CopyGap, at string, add func(owner, link, format string, args ...any)) {
	switch g.State {
	case CopyReturned:
		add("marketer", "/console/copy/"+g.Draft, "its %s was sent back", g.Part)
	case CopyWaiting:
		add("reviewer", "/console/copy/"+g.Draft, "its %s has %d of the %d approvals that %s asks for", g.Part, g.Approved, g.Needs, g.System)
	default:
		add("marketer", at+"#approvals", "its %s has none of the %d approvals that %s asks for", g.Part, g.Needs, g.System)
	}
}
