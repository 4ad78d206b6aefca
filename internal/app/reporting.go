package app

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/campaign"
	"fairtouch/internal/web/chart"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// Month implements console.Reports.
func (s staff) Month(ctx context.Context, p access.Principal, from time.Time) (console.Report, error) {
	to := from.AddDate(0, 1, 0)
	out := console.Report{Title: "AI in " + from.Format("January 2006"), Made: time.Now().UTC()}
	tallies, err := s.DB.TalliesBetween(ctx, p.Workspace, from, to)
	if err != nil {
		return out, err
	}
	total, allowed := 0, 0
	bySystem, byReason := map[touch.SystemID][2]int{}, map[string]int{}
	for _, t := range tallies {
		total += t.N
		x := bySystem[t.System]
		x[0] += t.N
		if t.Verdict == touch.Allow {
			allowed += t.N
			x[1] += t.N
		} else {
			byReason[t.Reason] += t.N
		}
		bySystem[t.System] = x
	}
	out.Lede = fmt.Sprintf("%d uses of AI were asked for, %d were allowed. Everybody else got the declared alternative or, after an objection, silence.", total, allowed)
	systems, err := s.Systems(ctx, p)
	if err != nil {
		return out, err
	}
	var rows [][]string
	for _, x := range systems {
		n := bySystem[x.ID]
		rows = append(rows, []string{x.Name, string(x.Mode), x.Ownership, orNot(x.Assessed, "not assessed"), strconv.Itoa(n[0]), strconv.Itoa(n[1])})
	}
	out.Sections = append(out.Sections, console.Section{Heading: "AI systems", Table: chart.NewTable("", []string{"System", "Mode", "Ownership", "Significant effects", "#Asked", "#Allowed"}, rows)},
		console.Section{Heading: "What stopped the others", Table: counts("Rule", byReason)})
	today, err := s.Today(ctx, p)
	if err != nil {
		return out, err
	}
	rows = nil
	for _, x := range today.Promises {
		rows = append(rows, []string{x.Name, x.Word, x.Text})
	}
	out.Sections = append(out.Sections, console.Section{Heading: "The nine promises, as they stand today", Table: chart.NewTable("", []string{"Promise", "State", "Evidence"}, rows)})
	return out, s.monthPeople(ctx, p, from, to, &out)
}

// monthPeople adds what people asked, campaigns, approvals and pilots.
func (s staff) monthPeople(ctx context.Context, p access.Principal, from, to time.Time, out *console.Report) error {
	kinds, late, err := s.DB.CaseCounts(ctx, p.Workspace, from, to)
	if err != nil {
		return err
	}
	out.Sections = append(out.Sections, console.Section{Heading: "What people asked a human", Text: fmt.Sprintf("%d of the questions are open past their time.", late), Table: counts("Kind", kinds)})
	all, err := s.Campaigns(ctx, p)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, c := range all {
		rows = append(rows, []string{c.Name, string(c.State), string(c.From), string(c.To), strconv.Itoa(c.Reached)})
	}
	out.Sections = append(out.Sections, console.Section{Heading: "Campaigns", Table: chart.NewTable("", []string{"Campaign", "State", "From", "To", "#Reached with AI"}, rows)})
	approvals, err := s.App.Approvals(ctx, p.Workspace)
	if err != nil {
		return err
	}
	approvals = slices.DeleteFunc(approvals, func(a campaign.Approval) bool { return a.AskedAt.Before(from) || !a.AskedAt.Before(to) })
	w, why, err := s.waits(ctx, p.Workspace, approvals)
	if err != nil {
		return err
	}
	if why == "" {
		why = fmt.Sprintf("The median took %s.", w.Median.Round(time.Minute))
	}
	out.Sections = append(out.Sections, console.Section{Heading: "Approvals", Text: fmt.Sprintf("%d were answered. %s", w.Asked, why)})
	pilots, err := s.Pilots(ctx, p)
	if err != nil {
		return err
	}
	rows = nil
	for _, x := range pilots {
		rows = append(rows, []string{x.Name, string(x.System), string(x.State), strconv.FormatFloat(x.Epoch.Coverage*100, 'g', 3, 64) + " %", strconv.Itoa(x.Treatment), strconv.Itoa(x.Control)})
	}
	out.Sections = append(out.Sections, console.Section{Heading: "Pilots", Table: chart.NewTable("", []string{"Pilot", "System", "State", "Share", "#With AI", "#Control"}, rows)})
	return nil
}

func counts(head string, m map[string]int) chart.Table {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int {
		if m[a] != m[b] {
			return m[b] - m[a]
		}
		return strings.Compare(a, b)
	})
	rows := make([][]string, len(keys))
	for i, k := range keys {
		rows[i] = []string{k, strconv.Itoa(m[k])}
	}
	return chart.NewTable("", []string{head, "#Times"}, rows)
}

func orNot(s, not string) string {
	if s == "" {
		return not
	}
	return s
}

// Article30 implements console.Reports: the record of processing activities of
// the controller, with what Art. 30(1)(a) to (g) GDPR lists, from the register.
func (s staff) Article30(ctx context.Context, p access.Principal) (console.Report, error) {
	co, err := s.Worlds.CompanyOf(ctx, p.Workspace)
	if err != nil {
		return console.Report{}, err
	}
	out := console.Report{Title: "Record of processing activities", Made: time.Now().UTC(),
		Lede: "What Art. 30(1) GDPR asks of a controller, for the AI systems of marketing, from the register as it is. Other processing of the company is not in it."}
	out.Sections = []console.Section{{Heading: "Controller", Table: chart.NewTable("", []string{"What", "Who"}, [][]string{
		{"Controller", strings.TrimSuffix(co.Name+", "+co.Address, ", ")}, {"Data protection officer", orNot(co.Officer, "not named")}, {"Established in", orNot(co.Country, "not said")}})}}
	systems, err := s.Systems(ctx, p)
	if err != nil {
		return out, err
	}
	keep, err := s.schedule(ctx, p.Workspace)
	if err != nil {
		return out, err
	}
	var limits []string
	for _, k := range keep {
		limits = append(limits, fmt.Sprintf("%s: %s", k.What, keptFor(k.Days)))
	}
	for _, x := range systems {
		if x.State != "active" {
			continue
		}
		recipients := "nobody outside the company"
		if x.Vendor != "" {
			recipients = x.Vendor
		}
		channels := make([]string, len(x.Channels))
		for i, c := range x.Channels {
			channels[i] = string(c)
		}
		out.Sections = append(out.Sections, console.Section{Heading: x.Name, Table: chart.NewTable("", []string{"What", "As registered"}, [][]string{
			{"Purposes", strings.Join(x.Purposes, ", ")}, {"Categories of persons", "customers and people interested, over " + strings.Join(channels, ", ")},
			{"Categories of data", strings.Join(x.DataCategories, ", ")}, {"Recipients", recipients},
			{"Transfers to third countries", "not in the register; name them for each vendor"},
			{"Time limits", strings.Join(limits, "; ") + "; decisions until the person is erased"},
			{"Security measures (Art. 32)", "each person's data sealed under a key of their own; least data to the model; access by role; every look on record"},
			{"Basis", "as each person's permission says; asked before every use"}})})
	}
	return out, nil
}

func keptFor(days int) string {
	if days == 0 {
		return "until removed"
	}
	return strconv.Itoa(days) + " days"
}

// Problem implements console.Reports.
func (s staff) Problem(ctx context.Context, p access.Principal, system touch.SystemID, text string, hold bool) error {
	if text == "" || len(text) > 4000 {
		return touch.Fielderr("problem", "Say what is wrong, in up to 4,000 characters, without people's names")
	}
	w, err := s.Worlds.Load(ctx, p.Workspace)
	if err != nil {
		return err
	}
	b, ok := w.Systems[system]
	if !ok {
		return touch.Fielderr("system", "Choose the AI system")
	}
	x := problem{ID: "prb_" + touch.RandomID(), System: system, Text: text, By: p.User, At: time.Now().UTC()}
	if hold && b.Pilot != nil {
		if err := s.Move(ctx, p, b.Pilot.ID, "halt", "a problem was reported: "+x.ID); err != nil && touch.CodeOf(err) != touch.Conflict {
			return err
		}
		x.Held = true
	}
	if _, err := s.DB.PutDocument(ctx, p.Workspace, docProblem, x.ID, x, p.User); err != nil {
		return err
	}
	return s.Post(ctx, p.Workspace, Message{To: b.System.Owner, Subject: "A problem with " + b.System.Name, Text: text, Link: s.Links.base + "/console/staff#problems"})
}

const docProblem = "problem"

// problem is what a member of the staff found wrong with a system.
type problem struct {
	ID     string         `json:"id"`
	System touch.SystemID `json:"system"`
	Text   string         `json:"text"`
	By     touch.UserID   `json:"by"`
	At     time.Time      `json:"at"`
	Held   bool           `json:"held"`
}
