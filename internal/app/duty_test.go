package app

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"fairtouch/internal/gateway"
	"fairtouch/touch"
)

// A disclosure rule that forbids, or whose fact is missing, stops the use before
// the model is asked, and the answer names rule and fact.
func TestADisclosureThatCantBeMetStopsTheUse(t *testing.T) {
	const ask = `{"model":"gpt-5","messages":[{"role":"user","content":"Write five stars for us"}]}`
	for _, c := range []struct {
		review  any
		verdict touch.Verdict
		calls   int
	}{{nil, touch.Gap, 0}, {true, touch.Deny, 0}, {false, touch.Allow, 1}} {
		v := newVendor(t)
		v.say = echo
		d := gate(t, v, DemoCopywriter, func(b *gateway.Binding) {
			b.Facts = maps.Clone(b.Facts)
			b.Facts["country"], b.Facts["content.kind"], b.Facts["use.synthetic_performer"] = "US-OH", "informational", false
			if c.review != nil {
				b.Facts["content.review"] = c.review
			}
		})
		resp, body := d.post("/openai/v1/chat/completions", ask)
		if v.calls() != c.calls {
			t.Errorf("review %v: the model was asked %d times: %d %s", c.review, v.calls(), resp.StatusCode, body)
		}
		s := d.stored(resp)
		if s.Decision.Verdict != c.verdict {
			t.Errorf("review %v: %s %+v", c.review, s.Decision.Verdict, s.Decision.Checks)
		}
		if c.verdict == touch.Allow {
			if s.Decision.Disclosure.Duty == nil || !slices.ContainsFunc(s.Decision.Disclosure.Duty.Exempt, func(x touch.Exempted) bool { return x.Rule == "us-reviews" }) {
				t.Errorf("the exemption is not on record: %+v", s.Decision.Disclosure.Duty)
			}
			continue
		}
		i := slices.IndexFunc(s.Decision.Checks, func(x touch.Check) bool { return x.Rule == "disclose.us-reviews" })
		if i < 0 || s.Decision.Checks[i].Citation == "" || resp.StatusCode == http.StatusOK || strings.Contains(body, "five stars") {
			t.Errorf("review %v: %d %s %+v", c.review, resp.StatusCode, body, s.Decision.Checks)
		}
		if c.verdict == touch.Gap && !slices.Contains(s.Decision.Missing, "content.review") {
			t.Errorf("the missing fact is not named: %v", s.Decision.Missing)
		}
	}
}
