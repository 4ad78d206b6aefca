package touch

// Channel is where an AI use meets a person.
type Channel string

// The channels. The empty channel is unknown: the strictest rules apply.
const (
	Email Channel = "email"
	Call  Channel = "call"
	SMS   Channel = "sms"
	Chat  Channel = "chat"
	Voice Channel = "voice"
	Web   Channel = "web"
	Push  Channel = "push"
	Post  Channel = "post"
	Ads   Channel = "ads"
)

// Channels lists the known channels.
func Channels() []Channel {
	return []Channel{Email, Call, SMS, Chat, Voice, Web, Push, Post, Ads}
}

// Kind is what an AI system does.
type Kind string

// The kinds, as law packs name them.
const (
	LeadScoring  Kind = "lead_scoring"
	NextOffer    Kind = "nbo"
	Segmentation Kind = "segmentation"
	CopyGen      Kind = "copy_gen"
	ImageGen     Kind = "image_gen"
	Chatbot      Kind = "chatbot"
	VoiceAgent   Kind = "voice_agent"
	AdsTargeting Kind = "ads_targeting"
	Pricing      Kind = "pricing"
)

// Kinds lists the known kinds.
func Kinds() []Kind {
	return []Kind{LeadScoring, NextOffer, Segmentation, CopyGen, ImageGen, Chatbot, VoiceAgent, AdsTargeting, Pricing}
}

// Generates reports whether the kind makes content that a person may see.
func (k Kind) Generates() bool {
	return k == CopyGen || k == ImageGen || k == Chatbot || k == VoiceAgent
}

// SubjectRef is how a client names a person: by the client's own identifier,
// which is stored as a keyed hash only.
type SubjectRef struct {
	ExternalID string `json:"external_id"`
}

// Content is one part of a prompt.
type Content struct {
	Role string `json:"role"` // system, user, assistant
	Text string `json:"text"`
}

// Touch is one use of one AI system toward one person.
type Touch struct {
	System   SystemID       `json:"system"`
	Subject  *SubjectRef    `json:"subject"` // nil only for systems registered as facing no person
	Purpose  string         `json:"purpose"`
	Channel  Channel        `json:"channel"`
	Locale   string         `json:"locale,omitzero"`   // BCP 47; "" is unknown
	Facts    map[string]any `json:"facts,omitzero"`    // what policy may ask for: string, float64, bool
	Features map[string]any `json:"features,omitzero"` // model input: string, float64, bool or nil (missing)
	Content  []Content      `json:"content,omitzero"`  // in place of features, for generating systems
	Campaign CampaignID     `json:"campaign,omitzero"`
	Result   *Outcome       `json:"result,omitzero"` // what a vendor's AI said; only for advised systems, which it is required for
}
