package campaign_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"fairtouch/internal/campaign"
	"fairtouch/internal/register"
	"fairtouch/touch"
)

func spring() campaign.Campaign {
	return campaign.Campaign{ID: "cmp_1", Version: 3, Name: "Spring", Goal: "sell", Owner: "usr_owner", Purpose: "lead-scoring", Channel: touch.Call,
		Systems: []touch.SystemID{"scorer"}, Markets: []string{"DE"}, From: "2026-12-01", To: "2026-12-31", Text: "Good morning", State: campaign.Draft}
}

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func ask(t *testing.T, c *campaign.Campaign, of touch.UserID) campaign.Approval {
	t.Helper()
	a, err := campaign.Ask(c, c.Content("aud"), c.Owner, of, noon, noon.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// A text that nobody approved must not go out under an approval of another.
func TestApprovalOfAChangedTextIsImpossible(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := spring()
		a := ask(t, &c, "usr_officer")
		changed := c
		switch rapid.IntRange(0, 8).Draw(rt, "what") {
		case 0:
			changed.Text += rapid.StringN(1, 5, -1).Draw(rt, "text")
		case 1:
			changed.Subject = "x"
		case 2:
			changed.Markets = []string{"DE", "FR"}
		case 3:
			changed.Systems = append([]touch.SystemID{"other"}, c.Systems...)
		case 4:
			changed.Channel = touch.Email
		case 5:
			changed.Purpose = "other"
		case 6:
			changed.To = "2027-01-31"
		case 7:
			changed.Name = "Summer"
		case 8:
			changed.Goal = "other"
		}
		now := changed.Content("aud")
		if _, err := a.Answer("usr_officer", &changed, now, campaign.Approved, "", "console", noon); touch.CodeOf(err) != touch.Conflict {
			rt.Fatalf("a changed campaign was approved: %v", err)
		}
		yes, err := a.Answer("usr_officer", &c, c.Content("aud"), campaign.Approved, "", "console", noon)
		if err != nil {
			rt.Fatal(err)
		}
		if n, _, _ := campaign.Standing([]campaign.Approval{yes}, now); n != 0 || yes.Counts(now) {
			rt.Fatal("an earlier approval counts for the changed campaign")
		}
		if n, _, _ := campaign.Standing([]campaign.Approval{yes}, c.Content("other audience")); n != 0 {
			rt.Fatal("an approval counts for another audience")
		}
		if n, _, _ := campaign.Standing([]campaign.Approval{yes}, c.Content("aud")); n != 1 {
			rt.Fatal("the approval doesn't count for what was approved")
		}
	})
}

func TestNobodyApprovesTheirOwnCampaign(t *testing.T) {
	c := spring()
	if _, err := campaign.Ask(&c, c.Content(""), "usr_other", c.Owner, noon, noon.Add(time.Hour)); err == nil {
		t.Fatal("the owner was asked")
	}
	if _, err := campaign.Ask(&c, c.Content(""), "usr_other", "usr_other", noon, noon.Add(time.Hour)); err == nil {
		t.Fatal("somebody asked themselves")
	}
	a := ask(t, &c, "usr_officer")
	for _, by := range []touch.UserID{c.Owner, "usr_other", ""} {
		if _, err := a.Answer(by, &c, a.Content, campaign.Approved, "", "console", noon); touch.CodeOf(err) != touch.Forbidden {
			t.Fatalf("%q answered for somebody else: %v", by, err)
		}
	}
	c.Owner = "usr_officer" // the campaign changed hands after the question
	if _, err := a.Answer("usr_officer", &c, a.Content, campaign.Approved, "", "console", noon); touch.CodeOf(err) != touch.Forbidden {
		t.Fatalf("a new owner approved their own campaign: %v", err)
	}
	if _, _, err := a.Delegate("usr_officer", "usr_officer", &c, noon); err == nil {
		t.Fatal("handed on to the owner")
	}
}

func TestOnePersonCountsOnce(t *testing.T) {
	c := spring()
	a, b := ask(t, &c, "usr_officer"), ask(t, &c, "usr_officer")
	a, _ = a.Answer("usr_officer", &c, a.Content, campaign.Approved, "", "link", noon)
	b, _ = b.Answer("usr_officer", &c, b.Content, campaign.Approved, "", "link", noon)
	if n, _, _ := campaign.Standing([]campaign.Approval{a, b}, a.Content); n != 1 {
		t.Fatalf("one person counts %d times", n)
	}
	if _, err := a.Answer("usr_officer", &c, a.Content, campaign.Refused, "no", "link", noon); touch.CodeOf(err) != touch.Conflict {
		t.Fatalf("answered twice: %v", err)
	}
}

func TestRiskDecidesHowManyApprove(t *testing.T) {
	for name, x := range map[string]struct {
		f    campaign.Facts
		want campaign.Tier
	}{
		"small and our own":  {campaign.Facts{People: 50, Markets: 1}, campaign.Routine},
		"many people":        {campaign.Facts{People: 5000, Markets: 1}, campaign.Ordinary},
		"a vendor":           {campaign.Facts{VendorAI: true, Markets: 1}, campaign.Ordinary},
		"generated":          {campaign.Facts{Generates: true}, campaign.Ordinary},
		"significant":        {campaign.Facts{Significant: true, People: 3}, campaign.Sensitive},
		"special categories": {campaign.Facts{Special: true}, campaign.Sensitive},
		"open findings":      {campaign.Facts{OpenFindings: 1}, campaign.Sensitive},
	} {
		if got, why := campaign.TierOf(x.f); got != x.want || len(why) == 0 {
			t.Errorf("%s: %v because %v", name, got, why)
		}
	}
}

func TestEachMissingThingBlocksByItself(t *testing.T) {
	c := spring()
	ready := campaign.Facts{People: 10, Cleared: 5, Rehearsed: true, RehearsedOn: noon, Markets: 1}
	today := register.Date("2026-11-24")
	if b := campaign.Ready(&c, ready, nil, "h", today); len(b) != 0 {
		t.Fatalf("a ready campaign is blocked: %+v", b)
	}
	for name, spoil := range map[string]func(*campaign.Facts){
		"retired": func(f *campaign.Facts) { f.Retired = []string{"s"} }, "no alternative": func(f *campaign.Facts) { f.NoAlternate = []string{"s"} },
		"ownership": func(f *campaign.Facts) { f.Blocked = []string{"s: path"} }, "unassessed": func(f *campaign.Facts) { f.Unassessed = []string{"s"} },
		"unpiloted": func(f *campaign.Facts) { f.Unpiloted = []string{"s"} }, "untrained": func(f *campaign.Facts) { f.Untrained = []string{"s"} },
		"stale rehearsal": func(f *campaign.Facts) { f.Rehearsed = false }, "nobody": func(f *campaign.Facts) { f.Cleared = 0 },
		"approvals": func(f *campaign.Facts) { f.VendorAI = true },
	} {
		f := ready
		spoil(&f)
		if b := campaign.Ready(&c, f, nil, "h", today); len(b) != 1 || b[0].Owner == "" || b[0].Link == "" {
			t.Errorf("%s: %+v", name, b)
		}
	}
	late := c
	late.To = "2026-11-01"
	if b := campaign.Ready(&late, ready, nil, "h", today); len(b) != 1 {
		t.Errorf("past dates: %+v", b)
	}
}

func TestOnlyStatesThatFollowFollow(t *testing.T) {
	states := []campaign.State{campaign.Draft, campaign.Running, campaign.Stopped, campaign.Ended}
	allowed := map[[2]campaign.State]bool{{campaign.Draft, campaign.Running}: true, {campaign.Running, campaign.Stopped}: true,
		{campaign.Stopped, campaign.Running}: true, {campaign.Running, campaign.Ended}: true, {campaign.Stopped, campaign.Ended}: true}
	for _, from := range states {
		for _, to := range states {
			c := spring()
			c.State = from
			next, err := c.Move(to, "usr", noon, "why")
			if (err == nil) != allowed[[2]campaign.State{from, to}] {
				t.Errorf("%s to %s: %v", from, to, err)
			}
			if err == nil && (next.State != to || next.Version != c.Version+1) {
				t.Errorf("%+v", next)
			}
		}
	}
}

// What a person is told must be what nobody can mend, before what somebody can.
func TestTheFirmestGroundIsTold(t *testing.T) {
	pilot := touch.Check{Step: touch.StepPilot, Rule: "pilot.outside", Verdict: touch.Deny}
	gap := touch.Check{Step: touch.StepLaw, Rule: "law.jurisdiction", Verdict: touch.Gap}
	no := touch.Check{Step: touch.StepConsent, Rule: "consent.x", Verdict: touch.Deny}
	fine := touch.Check{Step: touch.StepLaw, Rule: "ok", Verdict: touch.Allow}
	for _, x := range []struct {
		in   []touch.Check
		want string
	}{{[]touch.Check{pilot, gap, no}, "consent.x"}, {[]touch.Check{pilot, gap, fine}, "law.jurisdiction"}, {[]touch.Check{fine, pilot}, "pilot.outside"}} {
		if got := campaign.Ground(x.in); got == nil || got.Rule != x.want {
			t.Errorf("%+v, want %s", got, x.want)
		}
	}
	if campaign.Ground([]touch.Check{fine}) != nil {
		t.Error("a ground where nothing stands against it")
	}
}
