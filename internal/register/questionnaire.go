package register

import (
	"strings"

	"fairtouch/touch"
)

// Question is one question to a supplier. Each decides something in the checks
// of the chain; none is asked out of interest.
type Question struct {
	ID, Text, Hint string
	Choices        [][2]string // value and words; none: free text
	Required       bool
}

// Questions lists what a supplier is asked about one AI system.
func Questions() []Question {
	yesNo := [][2]string{{"yes", "yes"}, {"no", "no"}, {"unknown", "we can't say"}}
	return []Question{
		{ID: "model", Text: "Which model is it, in which version?", Required: true},
		{ID: "trained_on", Text: "What was it trained on?", Hint: "Name the data sets or sources; “undisclosed” is an answer too", Required: true},
		{ID: "owner", Text: "Who owns that training data?", Choices: [][2]string{{"vendor", "we do"}, {"licensed", "others, under licences"}, {"public", "nobody in particular: it was public"}, {"unknown", "we can't say"}}, Required: true},
		{ID: "licence", Text: "Under which licence or contract was it used?", Hint: "An SPDX id, or the contract's name and date"},
		{ID: "personal", Text: "Is personal data in it?", Choices: [][2]string{{"none", "no"}, {"pseudonymous", "pseudonymised"}, {"yes", "yes"}, {"unknown", "we can't say"}}, Required: true},
		{ID: "basis", Text: "If so, on what legal basis?"},
		{ID: "ours", Text: "Do you train on what customers send you?", Choices: yesNo, Required: true},
		{ID: "publish", Text: "May what it makes be published by us?", Choices: yesNo, Required: true},
		{ID: "indemnity", Text: "Do you indemnify us against claims about it?", Choices: [][2]string{{"full", "yes"}, {"conditional", "under conditions"}, {"none", "no"}}, Required: true},
		{ID: "until", Text: "Until when do you grant us its use?", Hint: "As 2027-12-31; empty if it has no end"},
		{ID: "name", Text: "Your name and role", Required: true},
	}
}

// CheckAnswers reports the first answer that is missing or no choice.
func CheckAnswers(a map[string]string) error {
	for _, q := range Questions() {
		v := strings.TrimSpace(a[q.ID])
		if v == "" && q.Required {
			return touch.Fielderr(q.ID, "Please answer: %s", q.Text)
		}
		if len(v) > 2000 {
			return touch.Fielderr(q.ID, "At most 2,000 characters, please")
		}
		known := len(q.Choices) == 0 || v == ""
		for _, c := range q.Choices {
			known = known || c[0] == v
		}
		if !known {
			return touch.Fielderr(q.ID, "Please choose one of the answers")
		}
	}
	if u := Date(a["until"]); u != "" && !u.Valid() {
		return touch.Fielderr("until", "Please write the date as 2027-12-31")
	}
	return nil
}

// FromAnswers makes the chain that a supplier declared: the tool, what it was
// trained on, and the rights. What is unknown stays unknown, so that the checks
// say so. us is the id of the company's own party; evidence names the
// questionnaire.
func FromAnswers(s *System, us string, a map[string]string, evidence string, on Date) Parts {
	vendor, tool, data := "vendor-"+string(s.ID), string(s.ID)+"-tool", string(s.ID)+"-training"
	proof := []Evidence{{URI: evidence, Kind: "attestation", Status: "declared", VerifiedBy: a["name"], VerifiedAt: on}}
	personal := a["personal"]
	if personal == "unknown" {
		personal = ""
	}
	p := Parts{
		Parties: []Party{{ID: vendor, Name: s.Vendor, Kind: "vendor"}},
		Assets: []Asset{
			{ID: tool, Name: s.Name, Version: a["model"], Kind: "tool", Owner: vendor, PersonalData: "none", TrainsOnOurs: answered(a["ours"]), Indemnity: a["indemnity"], Acquired: "licensed"},
			{ID: data, Name: a["trained_on"], Kind: "dataset", PersonalData: personal, LegalBasis: a["basis"], Acquired: "licensed"},
		},
		Edges:  []Edge{{From: tool, To: data, Rel: TrainedOn, AssertedBy: vendor, Evidence: proof}},
		Rights: []Right{{ID: tool + "-use", Asset: tool, Kind: "contract", Contract: "supplier of " + s.Name, Status: "declared", Licensor: vendor, Licensee: us, Until: Date(a["until"]), Evidence: proof}},
	}
	if a["publish"] == "no" {
		p.Rights[0].UsesDenied = []string{"output_publish"}
	}
	train := Right{ID: data + "-use", Asset: data, Licensee: vendor, Status: "declared", Licence: a["licence"], Evidence: proof}
	switch a["owner"] {
	case "vendor":
		p.Assets[1].Owner, p.Assets[1].Acquired = vendor, "own"
		train.Kind, train.Licensor = "ownership", vendor
	case "licensed":
		holder := "rightsholders-" + string(s.ID)
		p.Parties = append(p.Parties, Party{ID: holder, Name: "Rightsholders of the training data of " + s.Name, Kind: "rightsholder"})
		p.Assets[1].Owner, train.Kind, train.Licensor = holder, "licence", holder
	default:
		return p // nobody is named, so no right is claimed: the checks find the open end
	}
	p.Rights = append(p.Rights, train)
	return p
}

func answered(s string) *bool {
	b := s == "yes"
	if s != "yes" && s != "no" {
		return nil
	}
	return &b
}
