package provider

import (
	"net/http"

	"fairtouch/internal/wire"
)

// anthropicVersion is sent where the client names none; the vendor requires it.
const anthropicVersion = "2023-06-01"

// NewAnthropic is Anthropic's interface. base does not end in /v1.
func NewAnthropic(name, base, key string, trip http.RoundTripper) (Sender, error) {
	clean, err := cleanBase("gateway.anthropic_url", base)
	if err != nil {
		return nil, err
	}
	return &vendor{name: name, base: clean, trip: trip,
		takes: wire.Route.Anthropic,
		sign: func(h http.Header) {
			if key != "" {
				h.Set("X-Api-Key", key)
			}
			if h.Get("Anthropic-Version") == "" {
				h.Set("Anthropic-Version", anthropicVersion)
			}
		}}, nil
}
