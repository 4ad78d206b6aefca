package gpp

import (
	"encoding/json"
	"strings"
	"time"
)

// GPCHeader is the request header of Global Privacy Control; GPCPath is where a
// site says that it honours it. Source: W3C, Global Privacy Control.
const (
	GPCHeader = "Sec-GPC"
	GPCPath   = "/.well-known/gpc.json"
)

// GPCSignal reports whether a request carries the signal: one of the header's
// values is exactly "1". Any other value, and no header at all, says nothing;
// it is never consent.
func GPCSignal(values []string) bool {
	for _, v := range values {
		if strings.Trim(v, " \t") == "1" {
			return true
		}
	}
	return false
}

// GPCFile is the content of GPCPath for a site that honours the signal, as of
// the day on which that was last reviewed.
func GPCFile(lastUpdate time.Time) []byte {
	b, _ := json.Marshal(struct { // two scalars always marshal
		GPC  bool   `json:"gpc"`
		Last string `json:"lastUpdate"`
	}{true, lastUpdate.UTC().Format(time.DateOnly)})
	return b
}
