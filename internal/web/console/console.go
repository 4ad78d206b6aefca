package console

import (
	"embed"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

//go:embed templates/*.html
var templateFiles embed.FS

// Config is what the console is made of.
type Config struct {
	Backend Backend
	Desk    *access.Desk
	Assets  *view.Assets
	Log     *slog.Logger
	Now     func() time.Time
	Secure  bool
	Demo    func() touch.Workspace // the demo's workspace where its roles may be entered without a password; "" for none
}

// Console serves /console/.
type Console struct {
	Config
	t    templates
	lang languages
	mux  *http.ServeMux
}

// cookieName holds the session's token.
const cookieName = "ft_session"

// The routes that take a large body read it themselves.
const (
	uploadPattern   = "POST /console/campaigns/{id}/audience"
	trainingPattern = "POST /console/fairness/training/{plan}"
	importPattern   = "POST /console/permissions/import"
	markPattern     = "POST /console/marks/mark"
	readPattern     = "POST /console/marks/read"
	feedPattern     = "POST /console/marks/feed"
)

// maxForm bounds a posted form.
const maxForm = 128 << 10

type handler func(w http.ResponseWriter, r *http.Request, p access.Principal) error

// route is one row of the console's table. scope "" means that a signed-in
// person of any role may come; open means that nobody needs to be signed in.
type route struct {
	pattern string
	scope   access.Scope
	open    bool
	handle  handler
}

func (c *Console) routes() []route {
	return append(slices.Concat(c.requestRoutes(), c.siteRoutes(), c.trainingRoutes(), c.connectorRoutes()), []route{
		{"GET /console/sign-in", "", true, c.signInShow},
		{"POST /console/sign-in", "", true, c.signInTry},
		{"POST /console/enter", "", true, c.demoEnter},
		{"GET /console/join/{token}", "", true, c.joinShow},
		{"POST /console/join/{token}", "", true, c.joinSave},
		{"POST /console/sign-out", "", false, c.signOut},
		{"POST /console/language", "", true, c.languageSave},
		{"GET /console/{$}", access.RecordRead, false, c.todayShow},
		{"GET /console/decisions", access.RecordRead, false, c.decisionsList},
		{"GET /console/decisions/{id}", access.RecordRead, false, c.decisionShow},
		{"GET /console/decisions/{id}/proof", access.RecordRead, false, c.proofShow},
		{"POST /console/decisions/{id}/human", access.RecordRead, false, c.decisionHuman},
		{"GET /console/prompts", access.RecordRead, false, c.promptsShow},
		{"POST /console/prompts/try", access.Rehearse, false, c.promptsTry},
		{"POST /console/prompts/bind", access.Admin, false, c.promptsBind},
		{"POST /console/prompts/limit", access.Admin, false, c.promptsLimit},
		{"GET /console/marks", access.RecordRead, false, c.marksShow},
		{markPattern, access.Campaign, false, c.marksMark},
		{readPattern, access.RecordRead, false, c.marksRead},
		{feedPattern, access.RecordRead, false, c.marksFeed},
		{"POST /console/marks/find", access.RecordRead, false, c.marksFind},
		{"GET /console/fairness", access.Audit, false, c.fairnessShow},
		{"GET /console/fairness/reach/{plan}", access.Audit, false, c.reachShow},
		{"POST /console/fairness/reach/{plan}", access.Score, false, c.populationSave},
		{"POST /console/fairness/plan", access.Score, false, c.auditPlan},
		{"POST /console/fairness/run", access.Score, false, c.auditRun},
		{"POST /console/fairness/again", access.Score, false, c.demoAgain},
		{"POST /console/fairness/forget", access.Admin, false, c.attributesForget},
		{"GET /console/fairness/runs/{id}", access.Audit, false, c.auditShow},
		{"GET /console/fairness/runs/{id}/json", access.Audit, false, c.auditJSON},
		{"GET /console/fairness/findings/{id}", access.Audit, false, c.findingShow},
		{"GET /console/fairness/findings/{id}/proxies", access.Audit, false, c.proxiesShow},
		{"POST /console/fairness/findings/{id}", access.Score, false, c.findingMove},
		{"GET /console/systems", access.RegisterRead, false, c.systemsList},
		{"GET /console/systems/policy", access.RegisterRead, false, c.policyShow},
		{"POST /console/systems/policy", access.RegisterWrite, false, c.policyPublish},
		{"GET /console/systems/new", access.RegisterWrite, false, c.systemNew},
		{"POST /console/systems/new", access.RegisterWrite, false, c.systemCreate},
		{"GET /console/systems/{id}", access.RegisterRead, false, c.systemShow},
		{"GET /console/systems/{id}/model", access.RegisterRead, false, c.modelShow},
		{"GET /console/systems/{id}/edit", access.RegisterWrite, false, c.systemEdit},
		{"POST /console/systems/{id}/edit", access.RegisterWrite, false, c.systemSave},
		{"POST /console/systems/{id}/assess", access.RegisterWrite, false, c.systemAssess},
		{"POST /console/systems/{id}/covered", access.LawWrite, false, c.supplierJudge},
		{"POST /console/systems/{id}/supplier", access.RegisterWrite, false, c.vendorAsk},
		{"GET /console/vendor/{token}", "", true, c.vendorShow},
		{"POST /console/vendor/{token}", "", true, c.vendorAnswer},
		{"GET /console/systems/{id}/retire", access.RegisterWrite, false, c.systemRetireAsk},
		{"POST /console/systems/{id}/retire", access.RegisterWrite, false, c.systemRetire},
		{"GET /console/campaigns", access.RecordRead, false, c.campaignsList},
		{"GET /console/campaigns/new", access.Campaign, false, c.campaignNew},
		{"POST /console/campaigns/new", access.Campaign, false, c.campaignSave},
		{"GET /console/campaigns/{id}", access.RecordRead, false, c.campaignShow},
		{"GET /console/campaigns/{id}/edit", access.Campaign, false, c.campaignEdit},
		{"POST /console/campaigns/{id}/edit", access.Campaign, false, c.campaignSave},
		{"POST /console/campaigns/{id}/start", access.Campaign, false, c.campaignStart},
		{"POST /console/campaigns/{id}/end", access.Campaign, false, c.campaignEnd},
		{"POST /console/campaigns/{id}/stop", access.Campaign, false, c.campaignStop},
		{"POST /console/campaigns/{id}/approvals", access.Campaign, false, c.approvalAsk},
		{"POST /console/campaigns/{id}/review", access.RegisterRead, false, c.launchReview},
		{"GET /console/campaigns/{id}/reached", access.RecordRead, false, c.campaignReached},
		{"GET /console/campaigns/{id}/pack", access.RecordRead, false, c.packShow},
		{"GET /console/campaigns/{id}/pack.json", access.RecordRead, false, c.packJSON},
		{"GET /console/campaigns/{id}/sample", access.Rehearse, false, c.sampleAudience},
		{"GET /console/campaigns/{id}/audience", access.Rehearse, false, c.audienceShow},
		{uploadPattern, access.Rehearse, false, c.audienceUpload},
		{"GET /console/campaigns/{id}/audience/{file}", access.Rehearse, false, c.audienceMap},
		{"POST /console/campaigns/{id}/audience/{file}", access.Rehearse, false, c.audienceStart},
		{"GET /console/campaigns/{id}/rehearsal/{file}", access.Rehearse, false, c.rehearsalShow},
		{"GET /console/campaigns/{id}/rehearsal/{file}/result", access.Rehearse, false, c.rehearsalResult},
		{"GET /console/approvals", access.RecordRead, false, c.approvalsList},
		{"POST /console/approvals", access.RecordRead, false, c.approvalsBatch},
		{"GET /console/approvals/{id}", access.RecordRead, false, c.approvalShow},
		{"POST /console/approvals/{id}", access.RecordRead, false, c.approvalAnswer},
		{"GET /console/copy", access.RecordRead, false, c.copyList},
		{"POST /console/copy", access.RecordRead, false, c.copySubmit},
		{"GET /console/copy/{id}", access.RecordRead, false, c.draftShow},
		{"POST /console/copy/{id}", access.RecordRead, false, c.draftAnswer},
		{"GET /console/approve/{token}", "", true, c.linkShow},
		{"POST /console/approve/{token}", "", true, c.linkAnswer},
		{"GET /console/mail", access.RecordRead, false, c.mailShow},
		{"GET /console/ownership", access.RegisterRead, false, c.ownershipShow},
		{"GET /console/pilots", access.RegisterRead, false, c.pilotsList},
		{"POST /console/pilots", access.RegisterWrite, false, c.pilotNew},
		{"POST /console/pilots/{id}", access.RegisterWrite, false, c.pilotMove},
		{"GET /console/law", access.RegisterRead, false, c.lawShow},
		{"GET /console/permissions", access.ConsentRead, false, c.permissionsShow},
		{"POST /console/permissions/find", access.ConsentRead, false, c.personFind},
		{"POST /console/permissions/confirm", access.ConsentWrite, false, c.personConfirm},
		{"POST /console/permissions/minor", access.ConsentWrite, false, c.personMinor},
		{"POST /console/permissions/refuse", access.ConsentWrite, false, c.personRefuse},
		{importPattern, access.ConsentWrite, false, c.importUpload},
		{"GET /console/permissions/import/{file}", access.ConsentWrite, false, c.importShow},
		{"POST /console/permissions/import/{file}", access.ConsentWrite, false, c.importRun},
		{"GET /console/permissions/import/{file}/again", access.ConsentWrite, false, c.importAgain},
		{"POST /console/permissions/notice/preview", access.ConsentWrite, false, c.noticePreview},
		{"POST /console/permissions/notice", access.ConsentWrite, false, c.noticePublish},
		{"GET /console/conversations", access.Rights, false, c.casesList},
		{"GET /console/conversations/settings", access.Admin, false, c.handoffShow},
		{"POST /console/conversations/settings", access.Admin, false, c.handoffSave},
		{"POST /console/conversations/desks", access.Admin, false, c.deskAdd},
		{"POST /console/conversations/desks/{id}/secret", access.Admin, false, c.deskSign},
		{"POST /console/conversations/desks/{id}/remove", access.Admin, false, c.deskRemove},
		{"GET /console/conversations/cases/{id}", access.Rights, false, c.reviewShow},
		{"POST /console/conversations/cases/{id}", access.Rights, false, c.reviewSave},
		{"GET /console/conversations/talks/{id}", access.Rights, false, c.talkShow},
		{"POST /console/conversations/talks/{id}", access.Rights, false, c.talkMove},
		{"GET /console/staff", access.RegisterRead, false, c.staffShow},
		{"POST /console/staff", access.Admin, false, c.staffAttest},
		{"POST /console/staff/agreement", access.Admin, false, c.staffAgree},
		{"POST /console/staff/problem", access.RecordRead, false, c.problemReport},
		{"GET /console/reports", access.RecordRead, false, c.reportsShow},
		{"GET /console/reports/month", access.RecordRead, false, c.monthShow},
		{"GET /console/reports/month.json", access.RecordRead, false, c.monthJSON},
		{"GET /console/reports/article-30", access.RecordRead, false, c.article30Show},
		{"GET /console/reports/article-30.json", access.RecordRead, false, c.article30JSON},
		{"GET /console/reports/retention", access.RecordRead, false, c.retentionShow},
		{"POST /console/reports/retention", access.Admin, false, c.retentionSave},
		{"GET /console/settings", access.Admin, false, c.settingsShow},
		{"POST /console/settings/company", access.Admin, false, c.companySave},
		{"POST /console/settings/keys", access.Admin, false, c.keyCreate},
		{"POST /console/settings/keys/{id}/revoke", access.Admin, false, c.keyRevoke},
		{"POST /console/settings/mail", access.Admin, false, c.mailSave},
		{"POST /console/settings/webhook", access.Admin, false, c.webhookSave},
		{"POST /console/settings/mail/test", access.Admin, false, c.mailTest},
		{"POST /console/settings/invite", access.Admin, false, c.userInvite},
		{"GET /console/settings/demo", access.Admin, false, c.demoAsk},
		{"POST /console/settings/demo", access.Admin, false, c.demoRemove},
	}...)
}

// New parses the templates and builds the routes.
func New(cfg Config) (*Console, error) {
	c := &Console{Config: cfg, mux: http.NewServeMux()}
	var err error
	if c.t, err = loadTemplates(); err != nil {
		return nil, err
	}
	if c.lang, err = loadLanguages(); err != nil {
		return nil, err
	}
	for _, r := range c.routes() {
		c.mux.HandleFunc(r.pattern, c.wrap(r))
	}
	c.mux.HandleFunc("/console/", c.wrap(route{scope: access.RecordRead, handle: func(http.ResponseWriter, *http.Request, access.Principal) error {
		return touch.Errorf(touch.Unknown, "no such page")
	}}))
	return c, nil
}

// ServeHTTP serves the console.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.mux.ServeHTTP(w, r) }

func (c *Console) wrap(rt route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w, finish := c.translated(w, r)
		defer finish()
		big := slices.Contains([]string{uploadPattern, trainingPattern, importPattern, markPattern, readPattern, feedPattern}, rt.pattern)
		if !big {
			r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		}
		p, err := c.who(r)
		if err != nil && touch.CodeOf(err) != touch.Unknown && touch.CodeOf(err) != touch.Unauthenticated {
			c.fail(w, r, p, err)
			return
		}
		if p.Workspace == "" && !rt.open {
			http.Redirect(w, r, "/console/sign-in", http.StatusSeeOther)
			return
		}
		if !rt.open && rt.scope != "" && !p.Can(rt.scope) {
			c.fail(w, r, p, touch.Errorf(touch.Forbidden, "your role, %s, does not see this page; ask an administrator", p.Role.Words()))
			return
		}
		if r.Method == http.MethodPost && !big {
			if err := r.ParseForm(); err != nil {
				c.fail(w, r, p, touch.Wrap(touch.TooLarge, err, "the form is too large or damaged"))
				return
			}
		}
		if err := rt.handle(w, r, p); err != nil {
			c.fail(w, r, p, err)
		}
	}
}

func (c *Console) who(r *http.Request) (access.Principal, error) {
	k, err := r.Cookie(cookieName)
	if err != nil || k.Value == "" {
		return access.Principal{}, nil
	}
	return c.Desk.BySession(r.Context(), k.Value)
}

func (c *Console) fail(w http.ResponseWriter, r *http.Request, p access.Principal, err error) {
	f := view.FaultOf(c.Log, r.Pattern, err)
	if e := c.t.fault.Render(w, f.Status, page[view.Fault]{c.frame(p, "", nil), f}); e != nil {
		http.Error(w, f.Heading, f.Status)
	}
}

func redirect(w http.ResponseWriter, r *http.Request, to string) error {
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
