package console

import (
	"fairtouch/internal/access"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

// Frame is what every page of the console begins with.
type Frame struct {
	CSS      string
	Menu     []Group
	Name     string // of who is signed in; "" for nobody
	Role     string
	Demo     bool
	Admin    bool
	Problems view.Problems
	Refresh  int // seconds until the page shows itself again; 0 for never
}

// Group is a part of the menu.
type Group struct {
	Name  string
	Items []Item
}

// Item is a line of the menu.
type Item struct {
	Name, Href string
	Here       bool
}

type page[V any] struct {
	Frame
	V V
}

type menuItem struct {
	group, name, href string
	scope             access.Scope
}

var menu = [...]menuItem{
	{"Work", "Today", "/console/", access.RecordRead},
	{"Work", "Campaigns", "/console/campaigns", access.RecordRead},
	{"Work", "Approvals", "/console/approvals", access.RecordRead},
	{"Work", "Copy", "/console/copy", access.RecordRead},
	{"Watch", "Decisions", "/console/decisions", access.RecordRead},
	{"Watch", "Fairness", "/console/fairness", access.Audit},
	{"Watch", "Pilots", "/console/pilots", access.RegisterRead},
	{"Govern", "Systems", "/console/systems", access.RegisterRead},
	{"Govern", "Prompts", "/console/prompts", access.RecordRead},
	{"Govern", "Marks", "/console/marks", access.RecordRead},
	{"Govern", "Ownership", "/console/ownership", access.RegisterRead},
	{"Govern", "Law", "/console/law", access.RegisterRead},
	{"Govern", "Staff", "/console/staff", access.RegisterRead},
	{"People", "Permissions", "/console/permissions", access.ConsentRead},
	{"People", "Requests", "/console/requests", access.Rights},
	{"People", "Connectors", "/console/connectors", access.LawWrite},
	{"People", "Conversations", "/console/conversations", access.Rights},
	{"More", "Reports", "/console/reports", access.RecordRead},
	{"More", "Mail", "/console/mail", access.RecordRead},
	{"More", "Settings", "/console/settings", access.Admin},
}

// demoWorkspace is the name of the demo's workspace; its pages say so.
const demoWorkspace touch.Workspace = "demo"

func (c *Console) frame(p access.Principal, here string, problems view.Problems) Frame {
	f := Frame{CSS: c.Assets.URL("fairtouch.css"), Name: p.Name, Role: p.Role.Words(), Demo: p.Workspace == demoWorkspace,
		Admin: p.Can(access.Admin), Problems: problems}
	for _, m := range menu {
		if !p.Can(m.scope) {
			continue
		}
		if n := len(f.Menu); n == 0 || f.Menu[n-1].Name != m.group {
			f.Menu = append(f.Menu, Group{Name: m.group})
		}
		g := &f.Menu[len(f.Menu)-1]
		g.Items = append(g.Items, Item{m.name, m.href, m.href == here})
	}
	return f
}

type templates struct {
	fault       view.Page[page[view.Fault]]
	signIn      view.Page[page[signInView]]
	join        view.Page[page[joinView]]
	today       view.Page[page[todayView]]
	decisions   view.Page[page[decisionsView]]
	decision    view.Page[page[decisionView]]
	systems     view.Page[page[systemsView]]
	system      view.Page[page[System]]
	systemNew   view.Page[page[systemForm]]
	systemEdit  view.Page[page[systemForm]]
	retire      view.Page[page[confirm]]
	ownership   view.Page[page[Ownership]]
	pilots      view.Page[page[pilotsView]]
	law         view.Page[page[Rules]]
	permissions view.Page[page[Permissions]]
	person      view.Page[page[personView]]
	cases       view.Page[page[conversationsView]]
	handoff     view.Page[page[handoffView]]
	review      view.Page[page[reviewView]]
	talk        view.Page[page[Talk]]
	staff       view.Page[page[Staff]]
	campaigns   view.Page[page[[]CampaignLine]]
	campaign    view.Page[page[CampaignPage]]
	campaignFor view.Page[page[campaignForm]]
	audience    view.Page[page[CampaignPage]]
	mapping     view.Page[page[mappingView]]
	rehearsal   view.Page[page[rehearsalView]]
	mail        view.Page[page[Mail]]
	importing   view.Page[page[importView]]
	notice      view.Page[page[NoticeForm]]
	reports     view.Page[page[string]]
	report      view.Page[page[Report]]
	retention   view.Page[page[Retention]]
	fairness    view.Page[page[Audits]]
	auditRun    view.Page[page[AuditPage]]
	finding     view.Page[page[FindingPage]]
	vendor      view.Page[page[VendorPage]]
	prompts     view.Page[page[PromptsPage]]
	marks       view.Page[page[marksView]]
	reach       view.Page[page[ReachPage]]
	training    view.Page[page[trainingView]]
	proxies     view.Page[page[ProxiesPage]]
	model       view.Page[page[GlobalPage]]
	approvals   view.Page[page[[]ApprovalLine]]
	approval    view.Page[page[ApprovalPage]]
	pack        view.Page[page[Pack]]
	copies      view.Page[page[CopyPage]]
	draft       view.Page[page[DraftPage]]
	settings    view.Page[page[settingsView]]
	requests    view.Page[page[requestsView]]
	again       view.Page[page[AgainPage]]
	policy      view.Page[page[PolicyPage]]
	connectors  view.Page[page[[]ConnectorLine]]
	connector   view.Page[page[connectorView]]
	sites       view.Page[page[[]SiteLine]]
	site        view.Page[page[siteView]]
	request     view.Page[page[RequestPage]]
}

// confirm is a page that asks before something can't be undone.
type confirm struct{ Heading, Text, Action, Button, Back string }

func loadTemplates() (templates, error) {
	l := view.NewLoader(templateFiles, nil, "templates/layout.html")
	t := templates{
		fault: view.Load[page[view.Fault]](l, "templates/fault.html"), signIn: view.Load[page[signInView]](l, "templates/sign_in.html"),
		join: view.Load[page[joinView]](l, "templates/join.html"), today: view.Load[page[todayView]](l, "templates/today.html"),
		decisions: view.Load[page[decisionsView]](l, "templates/decisions.html"), decision: view.Load[page[decisionView]](l, "templates/decision.html"),
		systems: view.Load[page[systemsView]](l, "templates/systems.html"), system: view.Load[page[System]](l, "templates/system.html"),
		systemNew: view.Load[page[systemForm]](l, "templates/system_new.html"), systemEdit: view.Load[page[systemForm]](l, "templates/system_edit.html"),
		retire: view.Load[page[confirm]](l, "templates/confirm.html"), ownership: view.Load[page[Ownership]](l, "templates/ownership.html"),
		pilots: view.Load[page[pilotsView]](l, "templates/pilots.html"), law: view.Load[page[Rules]](l, "templates/law.html"),
		permissions: view.Load[page[Permissions]](l, "templates/permissions.html"), person: view.Load[page[personView]](l, "templates/person.html"),
		campaigns: view.Load[page[[]CampaignLine]](l, "templates/campaigns.html"), campaign: view.Load[page[CampaignPage]](l, "templates/campaign.html"),
		campaignFor: view.Load[page[campaignForm]](l, "templates/campaign_form.html"), audience: view.Load[page[CampaignPage]](l, "templates/audience.html"),
		mapping: view.Load[page[mappingView]](l, "templates/mapping.html"), rehearsal: view.Load[page[rehearsalView]](l, "templates/rehearsal.html"),
		approvals: view.Load[page[[]ApprovalLine]](l, "templates/approvals.html"), approval: view.Load[page[ApprovalPage]](l, "templates/approval.html"),
		mail:      view.Load[page[Mail]](l, "templates/mail.html"),
		importing: view.Load[page[importView]](l, "templates/import.html"), notice: view.Load[page[NoticeForm]](l, "templates/notice.html"),
		reports: view.Load[page[string]](l, "templates/reports.html"), report: view.Load[page[Report]](l, "templates/report.html"), retention: view.Load[page[Retention]](l, "templates/retention.html"),
		fairness: view.Load[page[Audits]](l, "templates/fairness.html"), auditRun: view.Load[page[AuditPage]](l, "templates/audit_run.html"), finding: view.Load[page[FindingPage]](l, "templates/finding.html"),
		vendor:  view.Load[page[VendorPage]](l, "templates/vendor.html"),
		prompts: view.Load[page[PromptsPage]](l, "templates/prompts.html"),
		marks:   view.Load[page[marksView]](l, "templates/marks.html"),
		reach:   view.Load[page[ReachPage]](l, "templates/reach.html"), proxies: view.Load[page[ProxiesPage]](l, "templates/proxies.html"),
		training: view.Load[page[trainingView]](l, "templates/training.html"),
		model:    view.Load[page[GlobalPage]](l, "templates/model.html"),
		pack:     view.Load[page[Pack]](l, "templates/pack.html"),
		cases:    view.Load[page[conversationsView]](l, "templates/conversations.html"), talk: view.Load[page[Talk]](l, "templates/conversation.html"), review: view.Load[page[reviewView]](l, "templates/review.html"), handoff: view.Load[page[handoffView]](l, "templates/handoff_settings.html"), staff: view.Load[page[Staff]](l, "templates/staff.html"),
		copies: view.Load[page[CopyPage]](l, "templates/copy.html"), draft: view.Load[page[DraftPage]](l, "templates/draft.html"),
		settings: view.Load[page[settingsView]](l, "templates/settings.html"),
		again:    view.Load[page[AgainPage]](l, "templates/again.html"),
		policy:   view.Load[page[PolicyPage]](l, "templates/policy_text.html"),
		sites:    view.Load[page[[]SiteLine]](l, "templates/sites.html"), site: view.Load[page[siteView]](l, "templates/site.html"),
		connectors: view.Load[page[[]ConnectorLine]](l, "templates/connectors.html"), connector: view.Load[page[connectorView]](l, "templates/connector.html"),
		requests: view.Load[page[requestsView]](l, "templates/requests.html"), request: view.Load[page[RequestPage]](l, "templates/request.html"),
	}
	return t, l.Err()
}
