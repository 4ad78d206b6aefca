package api

import (
	"slices"
	"strings"

	"fairtouch/internal/access"
)

// route is one address: who may call it, what it takes and gives.
type route struct {
	method, path string
	id           string // operationId
	scope        access.Scope
	summary      string
	query        []param
	body         string // schema of the request, "" for none
	answer       string // schema of the answer; "" for text
	status       int    // of the usual answer
	probe        bool   // answers for any host: it says nothing
	limit        int64  // largest body in bytes; 0 for Config.MaxBody
	handle       func(c *call) error

	names []string // of the path's parts
	gauge gauge
}

// param is a name of the query.
type param struct {
	name, schema, about string
	required            bool
}

var (
	fromTo = []param{{"from", "When", "At or after this time: RFC 3339, or a date in UTC.", false}, {"to", "When", "Before this time.", false}}
	paging = []param{{"after", "Id", "The last id of the page before.", false}, {"limit", "Limit", "Rows a page; 50 unless told, at most 200.", false}}
)

// routes is the whole API.
func routes() []route {
	table := []route{
		{method: "POST", path: "/v1/decisions", id: "decide", scope: access.Decide, body: "Touch", answer: "Decision", status: 200, handle: (*call).decide,
			summary: "Take one touch through consent, law, protection, model, explanation and disclosure. A refusal is a decision too, with its reasons. Send Idempotency-Key to get the same decision on a retry."},
		{method: "GET", path: "/v1/decisions", id: "listDecisions", scope: access.RecordRead, answer: "DecisionList", status: 200, handle: (*call).listDecisions,
			query: append(append([]param{{"verdict", "Verdict", "Only this verdict.", false}, {"system", "Id", "Only this system.", false},
				{"step", "Step", "Only decisions that stopped at this step.", false}}, fromTo...), paging...),
			summary: "List decisions, newest first, without anything about persons."},
		{method: "GET", path: "/v1/decisions/{id}", id: "getDecision", scope: access.RecordRead, answer: "Decision", status: 200, handle: (*call).getDecision,
			summary: "Read a decision as it was recorded. After an erasure the answer is 410."},
		{method: "GET", path: "/v1/decisions/{id}/explanation", id: "explainDecision", scope: access.RecordRead, answer: "ExplanationView", status: 200, handle: (*call).explanation,
			query:   []param{{"audience", "Audience", "customer unless told; audit also needs the scope audit.", false}},
			summary: "Read why: for the customer, for the staff who talk to them, or for an audit."},
		{method: "GET", path: "/v1/receipts/{id}", id: "getReceipt", scope: access.RecordRead, answer: "ReceiptView", status: 200, handle: (*call).receipt,
			summary: "Read a receipt by its id or its decision's, with the leaf and the public keys that check it offline."},
		{method: "GET", path: "/v1/receipts/{id}/proof", id: "getProof", scope: access.RecordRead, status: 200, handle: (*call).proof,
			summary: "Read the proof of inclusion (c2sp.org/tlog-proof). 202 with Retry-After while it isn't in a checkpoint yet."},
		{method: "GET", path: "/v1/systems", id: "listSystems", scope: access.RegisterRead, answer: "SystemList", status: 200, handle: (*call).systems,
			summary: "List the registered AI systems."},
		{method: "GET", path: "/v1/systems/{id}", id: "getSystem", scope: access.RegisterRead, answer: "System", status: 200, handle: (*call).system,
			summary: "Read one registered AI system."},
		{method: "GET", path: "/v1/pilots", id: "listPilots", scope: access.RegisterRead, answer: "PilotList", status: 200, handle: (*call).pilots,
			summary: "List the pilots."},
		{method: "POST", path: "/v1/pilots/{id}/step", id: "stepPilot", scope: access.RegisterWrite, body: "PilotAct", answer: "PilotMoved", status: 200, handle: (*call).stepPilot,
			summary: "Start a draft, or take a running pilot one step further. The key's owner answers for it."},
		{method: "POST", path: "/v1/pilots/{id}/halt", id: "haltPilot", scope: access.RegisterWrite, body: "PilotAct", answer: "PilotMoved", status: 200, handle: (*call).haltPilot,
			summary: "Send everybody to the control path at once."},
		{method: "GET", path: "/v1/law/rules", id: "listRules", scope: access.RegisterRead, answer: "RuleList", status: 200, handle: (*call).rules,
			query: []param{{"as_of", "Date", "Rules that apply on this day; today unless told.", false},
				{"known_at", "When", "As this installation knew the law then; now unless told.", false}},
			summary: "List the rules of law that apply on a day, as known at a time."},
		{method: "POST", path: "/v1/consents", id: "recordConsents", scope: access.ConsentWrite, body: "ConsentEvents", answer: "ConsentRecorded", status: 201, handle: (*call).recordConsents,
			summary: "Record permissions and refusals of one person, all or none."},
		{method: "POST", path: "/v1/consents/confirmations", id: "askConfirmation", scope: access.ConsentWrite, body: "ConfirmationAsk", answer: "ConfirmationAsked", status: 202, handle: (*call).askConfirmation,
			summary: "Send the person a link that confirms a permission for e-mail (double opt-in). Until it is opened and its button pressed, the permission is ConsentRequested and permits nothing."},
		{method: "POST", path: "/v1/consents/minors", id: "markMinor", scope: access.ConsentWrite, body: "Born", answer: "MinorMarked", status: 200, handle: (*call).markMinor,
			summary: "Say when a person was born: until the age of their country a guardian answers for them, by the link that comes back. Kept is the day of coming of age, and of adults nothing."},
		{method: "GET", path: "/v1/consents", id: "readConsents", scope: access.ConsentRead, answer: "Consents", status: 200, handle: (*call).readConsents,
			query:   []param{{"external_id", "Text", "The person, by the id that your own systems use.", true}},
			summary: "Read one person's present permissions and the events behind them."},
		{method: "POST", path: "/v1/consents/lookup", id: "lookUpConsents", scope: access.ConsentRead, body: "Person", answer: "Consents", status: 200, handle: (*call).askConsents,
			summary: "Read one person's permissions with the id in the body, where no proxy logs it."},
		{method: "POST", path: "/v1/consents/check", id: "checkConsent", scope: access.ConsentRead, body: "ConsentQuestion", answer: "ConsentAnswer", status: 200, handle: (*call).checkConsent,
			summary: "Ask whether one person permits one use now. A no, an unknown and an expired permission are all allowed: false."},
		{method: "POST", path: "/v1/chats", id: "newChat", scope: access.Decide, body: "Person", answer: "ChatMade", status: 201, handle: (*call).newChat,
			summary: "Make a link to a new conversation with one person, to hand to that person: a program answers first and says so, a human whenever they ask."},
		{method: "POST", path: "/v1/keys", id: "createKey", scope: access.Keys, body: "NewKey", answer: "KeyMade", status: 201, handle: (*call).createKey,
			summary: "Make a key. It can have no scope that your own key lacks, and is shown once."},
		{method: "GET", path: "/v1/keys", id: "listKeys", scope: access.Keys, answer: "KeyList", status: 200, handle: (*call).keys,
			summary: "List the keys, without their secrets."},
		{method: "DELETE", path: "/v1/keys/{id}", id: "revokeKey", scope: access.Keys, status: 204, handle: (*call).revokeKey,
			summary: "Revoke a key. It stops at once on this node, and within a second on others."},
		{method: "GET", path: "/v1/openapi.json", id: "openapi", scope: open, answer: "Any", status: 200, handle: (*call).describe,
			summary: "This document."},
		{method: "GET", path: "/log/{ws}/{path...}", id: "readLog", scope: access.RecordRead, status: 200, handle: (*call).logFile,
			summary: "Read the transparency log: checkpoint, tile/…, tile/entries/… (c2sp.org/tlog-tiles)."},
		{method: "GET", path: "/healthz", id: "health", scope: open, probe: true, answer: "Any", status: 200, handle: (*call).healthy, summary: "The process answers."},
		{method: "GET", path: "/readyz", id: "ready", scope: open, probe: true, answer: "Any", status: 200, handle: (*call).ready, summary: "Decisions can be taken and recorded."},
		{method: "GET", path: "/metrics", id: "metrics", scope: open, status: 200, handle: (*call).metrics, summary: "Counts and latencies in the Prometheus format; nothing of persons."},
	}
	table = slices.Concat(table, rightsRoutes(), piiRoutes(), disclosureRoutes(), copyRoutes())
	for i := range table {
		table[i].names = partsOf(table[i].path)
	}
	return table
}

// partsOf lists the names in a pattern.
func partsOf(path string) []string {
	var out []string
	for _, seg := range strings.Split(path, "/") {
		if strings.HasPrefix(seg, "{") {
			out = append(out, strings.TrimSuffix(strings.Trim(seg, "{}"), "..."))
		}
	}
	return out
}
