package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/rights"
	"fairtouch/touch"
)

// Rights takes people's requests in and carries them forward, by the same rules
// and dates as the pages. A request of another workspace is touch.Unknown. What
// shows a person's data goes on record under who's name.
type Rights interface {
	// Open takes a request in. key, if not "", names it: the same key again is the
	// same request, and again is true.
	Open(ctx context.Context, who access.Principal, ask rights.Ask, key string) (r RightCase, again bool, err error)
	// List returns at most f.Limit requests, the newest first. Nobody is named.
	List(ctx context.Context, ws touch.Workspace, f RightFilter) ([]RightRow, error)
	// Of lists one person's requests, the oldest first. Nobody is made known by asking.
	Of(ctx context.Context, ws touch.Workspace, external string) ([]RightRow, error)
	Read(ctx context.Context, who access.Principal, id string) (RightCase, error)
	Verify(ctx context.Context, who access.Principal, id string, proof rights.Proof, external, email string) (RightCase, error)
	Identify(ctx context.Context, who access.Principal, id, external, email string) (RightCase, error)
	Run(ctx context.Context, who access.Principal, id string, how RightRun) (RightCase, error)
	Extend(ctx context.Context, who access.Principal, id, reason string) (RightCase, error)
	Refuse(ctx context.Context, who access.Principal, id, reason string) (RightCase, error)
	Finish(ctx context.Context, who access.Principal, id, missing string) (RightCase, error)
	Cancel(ctx context.Context, who access.Principal, id string) (RightCase, error)
	// Plan says what other systems would do, and changes nothing.
	Plan(ctx context.Context, ws touch.Workspace, id string) ([]RightCall, error)
	// Answer and Evidence are made anew each time and kept nowhere.
	Answer(ctx context.Context, who access.Principal, id string) (any, error)
	Evidence(ctx context.Context, who access.Principal, id string) (any, error)
}

// RightFilter picks requests; zero values pick all.
type RightFilter struct {
	State rights.State
	Open  bool // something is still owed
	Kind  rights.Kind
	After string // the last id of the page before
	Limit int    // 1 to 201
}

// RightRow is what may be counted of a request.
type RightRow struct {
	ID       string       `json:"id"`
	Kind     rights.Kind  `json:"kind"`
	State    rights.State `json:"state"`
	Rule     string       `json:"rule"` // whose deadline
	Received time.Time    `json:"received_at"`
	Due      string       `json:"due"` // the last day, YYYY-MM-DD
	Late     bool         `json:"late"`
	Erased   bool         `json:"person_erased"`
}

// RightCall is what another system did, or would do.
type RightCall struct {
	System  string           `json:"system"`
	Op      rights.Op        `json:"op"`
	State   rights.CallState `json:"state,omitzero"`
	Outcome rights.Outcome   `json:"outcome,omitzero"`
	Receipt string           `json:"receipt,omitzero"` // the idempotency key of the call
	Fault   string           `json:"fault,omitzero"`
	At      time.Time        `json:"at,omitzero"`
}

// RightMail is a mail to the person about the request.
type RightMail struct {
	What  string    `json:"what"`  // received, extended, answered
	State string    `json:"state"` // waiting, sent, failed, no_server, no_address
	At    time.Time `json:"at"`
}

// RightCase is one request, with what was said and done. Of an erased person
// only what may be counted is left.
type RightCase struct {
	RightRow
	ExternalID string          `json:"external_id,omitzero"`
	Email      string          `json:"email,omitzero"`
	Claimed    string          `json:"claimed_email,omitzero"` // typed by the person, compared by nobody
	Place      string          `json:"place,omitzero"`
	Locale     string          `json:"locale,omitzero"`
	Text       string          `json:"text,omitzero"`
	Via        string          `json:"via,omitzero"`
	Proof      rights.Proof    `json:"proof,omitzero"`
	Verified   time.Time       `json:"verified_at,omitzero"`
	Decision   string          `json:"decision,omitzero"`
	Of         string          `json:"of,omitzero"`
	Mandate    *rights.Mandate `json:"mandate,omitzero"`
	Reason     string          `json:"reason,omitzero"`
	Extended   bool            `json:"extended"`
	Furthest   string          `json:"furthest,omitzero"` // the last day with an extension
	Citation   string          `json:"citation,omitzero"`
	Draft      bool            `json:"draft"` // nobody has compared the rule with its primary source
	Calls      []RightCall     `json:"other_systems"`
	Steps      []rights.Step   `json:"steps"`
	Mails      []RightMail     `json:"mails"`
}

type rightList struct {
	Requests []RightRow `json:"requests"`
	Next     string     `json:"next,omitzero"`
}

func rightsRoutes() []route {
	one := "/v1/rights/{id}"
	act := func(name, id, body, summary string, handle func(*call) error) route {
		return route{method: "POST", path: one + "/" + name, id: id, scope: access.Rights, body: body, answer: "Right", status: 200, handle: handle, summary: summary}
	}
	return []route{
		{method: "POST", path: "/v1/rights", id: "openRight", scope: access.Rights, body: "RightAsk", answer: "Right", status: 201, handle: (*call).openRight,
			summary: "Take a person's request in: its deadline is computed by the law of where they live. A no works at once. Send Idempotency-Key to get the same request on a retry."},
		{method: "GET", path: "/v1/rights", id: "listRights", scope: access.Rights, answer: "RightList", status: 200, handle: (*call).listRights,
			query:   append([]param{{"state", "RightStateFilter", "Only this state; open: whatever is still owed.", false}, {"kind", "RightKind", "Only this kind.", false}}, paging...),
			summary: "List requests, newest first. Nobody is named."},
		{method: "POST", path: "/v1/people/rights", id: "lookUpRights", scope: access.Rights, body: "Person", answer: "RightList", status: 200, handle: (*call).lookUpRights,
			summary: "List one person's requests, with the id in the body, where no proxy logs it."},
		{method: "GET", path: one, id: "getRight", scope: access.Rights, answer: "Right", status: 200, handle: (*call).readRight,
			summary: "Read one request with its steps, other systems and mails. That it was read goes on record."},
		act("verify", "verifyRight", "RightProof", "Say how the person is known for sure. The key's owner answers for it.", (*call).verifyRight),
		act("identify", "identifyRight", "RightNames", "Say what other systems know the person by, after it was compared.", (*call).identifyRight),
		act("run", "runRight", "RightRun", "Carry it out, or go on with it: first here, then in other systems. An erasure needs irrevocable: true.", (*call).runRight),
		act("extend", "extendRight", "RightReason", "Move the deadline to the law's furthest day, once, within the first period. The person is told the reason.", (*call).extendRight),
		act("refuse", "refuseRight", "RightReason", "End it with a reason, which the person is told with the way to appeal. An objection to marketing can't be refused.", (*call).refuseRight),
		act("finish", "finishRight", "RightFinish", "Say that a correction, a review or an appeal is done, and what could not be.", (*call).finishRight),
		act("cancel", "cancelRight", "", "End it because the person took it back.", (*call).cancelRight),
		{method: "GET", path: one + "/plan", id: "planRight", scope: access.Rights, answer: "RightPlan", status: 200, handle: (*call).planRight,
			summary: "Ask other systems what they would do. Nothing is changed."},
		{method: "GET", path: one + "/answer", id: "answerRight", scope: access.Rights, answer: "Any", status: 200, handle: (*call).answerRight,
			summary: "Read the answer to a request that shows data. It is made anew each time; that it was made goes on record."},
		{method: "GET", path: one + "/evidence", id: "evidenceOfRight", scope: access.Rights, answer: "Any", status: 200, handle: (*call).evidenceOfRight,
			summary: "Read the evidence of a request, with a proof of each step that can be checked offline."},
	}
}

// desk is the rights' desk with the one who answers for a change: a key without
// an owner can take requests in and read, and change nothing.
func (c *call) desk(changes bool) (Rights, error) {
	switch {
	case c.s.cfg.Rights == nil:
		return nil, touch.Errorf(touch.Unsupported, "requests are not set up here")
	case changes && c.who.User == "":
		return nil, touch.Errorf(touch.Forbidden, "this key has no owner who could answer for it; make one with an owner")
	}
	return c.s.cfg.Rights, nil
}

// rightAsk is what a client may say of a new request.
type rightAsk struct {
	ExternalID string          `json:"external_id"`
	Kind       rights.Kind     `json:"kind"`
	Place      string          `json:"place"`
	Email      string          `json:"email"`
	Locale     string          `json:"locale"`
	Text       string          `json:"text"`
	Received   string          `json:"received_at"`
	Proof      rights.Proof    `json:"proof"`
	Decision   string          `json:"decision"`
	Of         string          `json:"of"`
	Mandate    *rights.Mandate `json:"mandate"`
}

func (in *rightAsk) ask(by touch.UserID) (rights.Ask, error) {
	place := strings.ToUpper(in.Place)
	switch country, region, _ := strings.Cut(place, "-"); {
	case in.ExternalID == "":
		return rights.Ask{}, touch.Fielderr("external_id", "name the person by the id that your own systems use")
	case place != "" && (len(country) != 2 || len(region) > 3):
		return rights.Ask{}, touch.Fielderr("place", "two letters such as DE, or US-CA; left out: where the company is")
	case in.Email != "" && !strings.Contains(in.Email, "@"):
		return rights.Ask{}, touch.Fielderr("email", "this is no e-mail address")
	}
	out := rights.Ask{Kind: in.Kind, Place: place, External: in.ExternalID, Email: in.Email, Locale: in.Locale, Text: in.Text, Via: "api",
		Decision: in.Decision, Of: in.Of, Mandate: in.Mandate, Proof: in.Proof, By: by}
	if in.Mandate != nil {
		out.Via = "agent"
	}
	switch in.Proof {
	case "":
		out.Proof = rights.ProofIdentifier
	case rights.ProofIdentifier:
	default:
		if err := shown(in.Proof); err != nil {
			return out, err
		}
	}
	var err error
	if in.Received != "" {
		out.Received, err = when(in.Received, "received_at")
	}
	return out, err
}

// shown refuses a proof that a client can't bring: a link is checked by the page
// that it leads to.
func shown(p rights.Proof) error {
	switch p {
	case rights.ProofLogin, rights.ProofCode, rights.ProofStaff:
		return nil
	}
	return touch.Fielderr("proof", "must be login, code or staff")
}

func (c *call) openRight() error {
	var in rightAsk
	if err := c.decode(&in); err != nil {
		return err
	}
	ask, err := in.ask(c.who.User)
	if err != nil {
		return err
	}
	key := c.r.Header.Get("Idempotency-Key")
	if len(key) > 200 || !clean(key) {
		return touch.Fielderr("Idempotency-Key", "is text of at most 200 bytes")
	}
	desk, err := c.desk(ask.Proof != rights.ProofIdentifier)
	if err != nil {
		return err
	}
	v, again, err := desk.Open(c.r.Context(), c.who, ask, key)
	if err != nil {
		return err
	}
	status := http.StatusCreated
	if again {
		status = http.StatusOK
	}
	c.send(status, &v)
	return nil
}

func (c *call) listRights() error {
	desk, err := c.desk(false)
	if err != nil {
		return err
	}
	limit := defaultPage
	if s := c.query.Get("limit"); s != "" {
		if limit, err = strconv.Atoi(s); err != nil || limit < 1 || limit > maxPage {
			return touch.Fielderr("limit", "is a number from 1 to %d", maxPage)
		}
	}
	f := RightFilter{State: rights.State(c.query.Get("state")), Kind: rights.Kind(c.query.Get("kind")), After: c.query.Get("after"), Limit: limit + 1}
	if f.State == "open" {
		f.State, f.Open = "", true
	}
	switch {
	case f.State != "" && !f.State.Known():
		return touch.Fielderr("state", "must be open, or a state of a request")
	case f.Kind != "" && !f.Kind.Known():
		return touch.Fielderr("kind", "is no kind of request")
	case f.After != "" && !strings.HasPrefix(f.After, "req_"):
		return touch.Fielderr("after", "is the id of a request")
	}
	all, err := desk.List(c.r.Context(), c.ws(), f)
	if err != nil {
		return err
	}
	out := rightList{Requests: all}
	if len(all) > limit {
		out.Requests, out.Next = all[:limit], all[limit-1].ID
	}
	c.sendRights(out)
	return nil
}

func (c *call) lookUpRights() error {
	var in struct {
		ExternalID string `json:"external_id"`
	}
	if err := c.decode(&in); err != nil {
		return err
	}
	if in.ExternalID == "" {
		return touch.Fielderr("external_id", "name the person by the id that your own systems use")
	}
	desk, err := c.desk(false)
	if err != nil {
		return err
	}
	all, err := desk.Of(c.r.Context(), c.ws(), in.ExternalID)
	if err == nil {
		c.sendRights(rightList{Requests: all})
	}
	return err
}

func (c *call) sendRights(l rightList) {
	if l.Requests == nil {
		l.Requests = []RightRow{}
	}
	c.send(http.StatusOK, &l)
}
