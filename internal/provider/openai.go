package provider

import (
	"net/http"

	"fairtouch/internal/wire"
)

// NewOpenAI is a back end with OpenAI's interface, OpenAI's own or another's.
// base ends in /v1 where the vendor's does; key may be "" for one that asks for
// none.
func NewOpenAI(name, base, key string, trip http.RoundTripper) (Sender, error) {
	clean, err := cleanBase("gateway.openai_url", base)
	if err != nil {
		return nil, err
	}
	return &vendor{name: name, base: clean, trip: trip,
		takes: func(r wire.Route) bool { return !r.Anthropic() },
		sign: func(h http.Header) {
			if key != "" {
				h.Set("Authorization", "Bearer "+key)
			}
		}}, nil
}
