// Package events takes webhooks in and sends them out, signed as the Standard
// Webhooks specification 1.0.0 says, and reads what other systems say about
// permissions. What they hold by default is not consent: a yes counts only
// where the person acted, the time is known, and the text that was shown is.
package events
