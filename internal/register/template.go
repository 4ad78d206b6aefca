package register

import "fairtouch/touch"

// Template is a start for registering a common system. What only the company
// can know (owner, dates, screening, contract) stays open.
type Template struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	System System `json:"system"`
}

// Templates lists the built-in templates.
func Templates() []Template {
	return append(own(), vendors()...)
}

// vendors are the usual suppliers' AI: advised, since their models run at the
// supplier's. What the supplier knows is asked by its questionnaire.
func vendors() []Template {
	yes, no := true, false
	mail, any := []touch.Channel{touch.Email}, []touch.Channel{touch.Email, touch.Push, touch.SMS}
	scorer := func(id, title, vendor string, channels []touch.Channel, categories ...string) Template {
		return Template{id, title, System{Kind: touch.LeadScoring, Mode: Advised, Vendor: vendor, Purposes: []string{"lead-scoring"}, Channels: channels,
			DataCategories: categories, Profiling: &yes, OwnNameProvider: &no}}
	}
	return []Template{
		scorer("hubspot-scoring", "HubSpot: predictive lead scoring", "HubSpot", mail, "contact-history", "web-behaviour"),
		scorer("salesforce-einstein", "Salesforce Marketing Cloud: Einstein engagement scoring", "Salesforce", any, "contact-history", "purchases"),
		scorer("braze-predictive", "Braze: predictive churn and purchases", "Braze", any, "contact-history", "app-behaviour", "purchases"),
		scorer("klaviyo-predictive", "Klaviyo: predictive analytics of customers", "Klaviyo", any, "contact-history", "purchases"),
		{"llm-vendor", "A vendor's language model behind a tool of yours", System{
			Kind: touch.CopyGen, Mode: Advised, Purposes: []string{"newsletter"}, Channels: mail, DataCategories: []string{"segment"},
			Profiling: &no, OwnNameProvider: &no, Companion: &no}},
		{"chatbot-vendor", "A vendor's chatbot on your site", System{
			Kind: touch.Chatbot, Mode: Advised, Purposes: []string{"service"}, Channels: []touch.Channel{touch.Chat}, FacesPerson: true,
			DataCategories: []string{"conversation"}, Profiling: &no, OwnNameProvider: &no, Companion: &no}},
	}
}

func own() []Template {
	yes, no := true, false
	mail := []touch.Channel{touch.Email}
	return []Template{
		{"lead-scorer", "Lead scorer: who is likely to be interested", System{
			Kind: touch.LeadScoring, Mode: Enforced, Purposes: []string{"lead-scoring"}, Channels: []touch.Channel{touch.Call, touch.Email},
			DataCategories: []string{"contact-history", "account"}, Profiling: &yes, OwnNameProvider: &no}},
		{"next-best-offer", "Next-best offer: what to offer to whom", System{
			Kind: touch.NextOffer, Mode: Enforced, Purposes: []string{"offers"}, Channels: []touch.Channel{touch.Email, touch.Web},
			DataCategories: []string{"contact-history", "account", "purchases"}, Profiling: &yes, OwnNameProvider: &no}},
		{"copywriter", "Copywriter: drafts e-mail and page text", System{
			Kind: touch.CopyGen, Mode: Enforced, Purposes: []string{"newsletter"}, Channels: mail,
			DataCategories: []string{"segment"}, Profiling: &no, Companion: &no}},
		{"chatbot", "Chatbot: answers customers", System{
			Kind: touch.Chatbot, Mode: Enforced, Purposes: []string{"service"}, Channels: []touch.Channel{touch.Chat}, FacesPerson: true,
			DataCategories: []string{"conversation"}, Profiling: &no, OwnNameProvider: &yes, Companion: &no}},
		{"vendor-scorer", "Vendor scorer: a supplier's scores, checked before and recorded after", System{
			Kind: touch.LeadScoring, Mode: Advised, Purposes: []string{"lead-scoring"}, Channels: mail,
			DataCategories: []string{"contact-history"}, Profiling: &yes, OwnNameProvider: &no}},
		{"segment-builder", "Segment builder: groups people for a campaign", System{
			Kind: touch.Segmentation, Mode: Enforced, Purposes: []string{"segmentation"}, Channels: mail,
			DataCategories: []string{"contact-history", "account"}, Profiling: &yes, OwnNameProvider: &no}},
	}
}

// FromTemplate copies a template for a new system. The result is active, at
// version 1, for marketing, and asks for literacy; it validates once its owner
// and alternative are named.
func FromTemplate(template string, id touch.SystemID, name string) (System, error) {
	for _, t := range Templates() {
		if t.ID == template {
			s := t.System
			s.ID, s.Name, s.Template, s.Version, s.State, s.Domain = id, name, t.ID, 1, "active", "marketing"
			s.RequireLiteracy = true
			biometric := false // none of the templates looks at bodies
			s.BiometricCategories = &biometric
			return s, nil
		}
	}
	return System{}, touch.Fielderr("template", "there is no template %.40q", template)
}
