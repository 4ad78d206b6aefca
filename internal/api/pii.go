package api

import (
	"context"
	"crypto/rand"
	"net/http"
	"slices"

	"fairtouch/internal/access"
	"fairtouch/pii"
	"fairtouch/touch"
)

// Tokens replaces values by a workspace's vault tokens and puts them back.
// Restoring is a decision: an implementation asks for the grant, and leaves a
// receipt that names who, which purpose and how many values, never the values.
type Tokens interface {
	// Protect keeps the values sealed, durably, before it returns the text.
	Protect(ctx context.Context, ws touch.Workspace, s pii.Scope, text string, fs []pii.Finding) (string, error)
	// Restore returns the text with the values that who may see, and how many.
	Restore(ctx context.Context, ws touch.Workspace, who access.Principal, s pii.Scope, text string) (string, int, error)
}

func piiRoutes() []route {
	return []route{
		{method: "POST", path: "/v1/pii/scan", id: "scanText", scope: access.Decide, body: "PiiText", answer: "Any", status: 200, handle: (*call).piiScan,
			summary: "Find personal data in a text: type, place in code points and bytes, score, evidence in words. Nothing is stored."},
		{method: "POST", path: "/v1/pii/protect", id: "protectText", scope: access.Decide, body: "PiiText", answer: "Any", status: 200, handle: (*call).piiProtect,
			summary: "Replace personal data in a text: by tokens that can be restored, or for good."},
		{method: "POST", path: "/v1/pii/restore", id: "restoreText", scope: access.Decide, body: "PiiProtected", answer: "Any", status: 200, handle: (*call).piiRestore,
			summary: "Put the values back where this workspace's tokens stand. It is recorded who asked, never the values."},
		{method: "POST", path: "/presidio/analyze", id: "presidioAnalyze", scope: access.Decide, body: "PresidioText", answer: "Any", status: 200, handle: (*call).presidioAnalyze,
			summary: "Presidio's analyser: the same request and answer."},
		{method: "POST", path: "/presidio/anonymize", id: "presidioAnonymize", scope: access.Decide, body: "PresidioResults", answer: "Any", status: 200, handle: (*call).presidioAnonymize,
			summary: "Presidio's anonymiser: replace, redact, mask, hash, encrypt, keep."},
		{method: "POST", path: "/presidio/deanonymize", id: "presidioDeanonymize", scope: access.Decide, body: "PresidioItems", answer: "Any", status: 200, handle: (*call).presidioDeanonymize,
			summary: "Presidio's deanonymiser: decrypt what encrypt wrote."},
		{method: "GET", path: "/presidio/anonymizers", id: "presidioAnonymizers", scope: access.Decide, answer: "Strings", status: 200, handle: (*call).presidioAnonymizers, summary: "List the operators."},
		{method: "GET", path: "/presidio/deanonymizers", id: "presidioDeanonymizers", scope: access.Decide, answer: "Strings", status: 200, handle: (*call).presidioDeanonymizers, summary: "List the operators that undo one."},
		{method: "GET", path: "/presidio/recognizers", id: "presidioRecognizers", scope: access.Decide, answer: "Strings", status: 200, handle: (*call).presidioRecognizers,
			query: []param{{"language", "Text", "Any; every recogniser reads every language.", false}}, summary: "List the recognisers."},
		{method: "GET", path: "/presidio/supportedentities", id: "presidioEntities", scope: access.Decide, answer: "Strings", status: 200, handle: (*call).presidioEntities,
			query: []param{{"language", "Text", "Any; every type is found in every language.", false}}, summary: "List the types that are found."},
		{method: "GET", path: "/presidio/health", id: "presidioHealth", scope: open, status: 200, handle: (*call).presidioHealth, summary: "The analyser answers."},
	}
}

// piiAsk is what a scan is asked for.
type piiAsk struct {
	Text      string     `json:"text"`
	Column    string     `json:"column"`
	Language  string     `json:"language"`
	Types     []pii.Type `json:"types"`
	Threshold *float64   `json:"threshold"`
	Names     *bool      `json:"names"`
	Allow     []string   `json:"allow"`
	Overlaps  bool       `json:"overlaps"`
	Operator  string     `json:"operator"`
	Purpose   string     `json:"purpose"`
	Subject   string     `json:"subject"`
}

// piiView is one finding. Start and end count code points.
type piiView struct {
	Type      pii.Type `json:"type"`
	Start     int      `json:"start"`
	End       int      `json:"end"`
	ByteStart int      `json:"byte_start"`
	ByteEnd   int      `json:"byte_end"`
	Score     float64  `json:"score"`
	Detector  string   `json:"detector"`
	Evidence  string   `json:"evidence"`
}

func (a *piiAsk) scan(ctx context.Context, names pii.Model) ([]pii.Finding, error) {
	if a.Text == "" {
		return nil, touch.Fielderr("text", "is the text to look at")
	}
	o := pii.Options{Model: names, Types: a.Types, Allow: a.Allow, Overlaps: a.Overlaps, NoNames: a.Names != nil && !*a.Names}
	known := pii.Types()
	for _, t := range a.Types {
		if !slices.Contains(known, t) {
			return nil, touch.Fielderr("types", "holds a name that is no type here; GET /presidio/supportedentities lists them")
		}
	}
	if a.Threshold != nil {
		o.Threshold = *a.Threshold
		if o.Threshold == 0 {
			o.Threshold = -1
		}
		if *a.Threshold < 0 || *a.Threshold > 1 {
			return nil, touch.Fielderr("threshold", "is between 0 and 1")
		}
	}
	s, err := pii.New(o)
	if err != nil {
		return nil, touch.Wrap(touch.Invalid, err, "the options can't be used")
	}
	fs, err := s.Find(ctx, a.Text, pii.Context{Column: a.Column, Language: a.Language})
	return fs, unread(err)
}

// unread says that a text could not be read for names: an answer without them
// would pass for one that found none.
func unread(err error) error {
	return touch.Wrap(touch.Unavailable, err, "the model of names did not answer, so nothing is said about the text; try again")
}

func (c *call) piiScan() error {
	var in piiAsk
	if err := c.decode(&in); err != nil {
		return err
	}
	fs, err := in.scan(c.r.Context(), c.s.cfg.Names)
	if err != nil {
		return err
	}
	out := struct {
		Findings []piiView `json:"findings"`
	}{make([]piiView, 0, len(fs))}
	for _, f := range fs {
		out.Findings = append(out.Findings, piiView{f.Type, f.RuneFrom, f.RuneTo, f.Start, f.End, f.Score, f.Detector, f.Evidence()})
	}
	c.send(http.StatusOK, &out)
	return nil
}

func (c *call) piiProtect() error {
	var in piiAsk
	if err := c.decode(&in); err != nil {
		return err
	}
	fs, err := in.scan(c.r.Context(), c.s.cfg.Names)
	if err != nil {
		return err
	}
	out := struct {
		Text     string           `json:"text"`
		Replaced map[pii.Type]int `json:"replaced"`
	}{Replaced: map[pii.Type]int{}}
	for _, f := range fs {
		out.Replaced[f.Type]++
	}
	switch in.Operator {
	case "", "token":
		if c.s.cfg.Tokens == nil {
			return touch.Errorf(touch.Unavailable, "this server keeps no vault for tokens; name another operator")
		}
		out.Text, err = c.s.cfg.Tokens.Protect(c.r.Context(), c.ws(), pii.Scope{Tenant: string(c.ws()), Purpose: in.Purpose, Subject: in.Subject}, in.Text, pii.Resolve(fs))
	case "replace", "redact", "mask", "hash", "surrogate":
		o := pii.Operator{Kind: in.Operator, MaskingChar: "*", CharsToMask: len(in.Text), Key: make([]byte, 32)}
		if _, err := rand.Read(o.Key); err != nil {
			return err
		}
		out.Text, _, err = pii.Anonymise(in.Text, fs, map[string]pii.Operator{"DEFAULT": o}, rand.Reader)
	default:
		return touch.Fielderr("operator", "is one of token, replace, redact, mask, hash, surrogate")
	}
	if err != nil {
		return err
	}
	c.send(http.StatusOK, &out)
	return nil
}

func (c *call) piiRestore() error {
	var in struct {
		Text    string `json:"text"`
		Purpose string `json:"purpose"`
		Subject string `json:"subject"`
	}
	if err := c.decode(&in); err != nil {
		return err
	}
	if in.Text == "" {
		return touch.Fielderr("text", "is the protected text")
	}
	if c.s.cfg.Tokens == nil {
		return touch.Errorf(touch.Unavailable, "this server keeps no vault for tokens, so that nothing can be restored")
	}
	text, n, err := c.s.cfg.Tokens.Restore(c.r.Context(), c.ws(), c.who, pii.Scope{Tenant: string(c.ws()), Purpose: in.Purpose, Subject: in.Subject}, in.Text)
	if err != nil {
		return err
	}
	c.send(http.StatusOK, &struct {
		Text     string `json:"text"`
		Restored int    `json:"restored"`
	}{text, n})
	return nil
}
