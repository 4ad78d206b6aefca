package wire

import "io"

// Call is how an adapter asks a provider: which interface and address, and the
// headers to pass on. The body travels apart, since only a protected one may.
type Call struct {
	Route  Route
	Stream bool
	Header map[string][]string // canonical names; no credential of ours is among them
}

// Reply is what a provider said. Body must be closed.
type Reply struct {
	Status int
	Header map[string][]string
	Body   io.ReadCloser
	From   string // which of its addresses answered
}

// Route is one operation of a vendor's interface.
type Route string

// The operations.
const (
	Chat       Route = "chat.completions"
	Responses  Route = "responses"
	Embeddings Route = "embeddings"
	Messages   Route = "messages"
	Count      Route = "messages.count_tokens"
)

// Anthropic reports whether the operation is of Anthropic's interface.
func (r Route) Anthropic() bool { return r == Messages || r == Count }

// Path is the operation's address below the interface's base address. OpenAI's
// base ends in /v1, Anthropic's does not.
func (r Route) Path() string {
	switch r {
	case Chat:
		return "/chat/completions"
	case Responses:
		return "/responses"
	case Embeddings:
		return "/embeddings"
	case Messages:
		return "/v1/messages"
	case Count:
		return "/v1/messages/count_tokens"
	}
	return ""
}
