// Package campaign is where marketers work: an audience, the AI systems it
// uses, its copy, channel, markets, dates and owner. It answers "can this go
// out?", keeps approvals bound to what was approved, and stops what is running.
package campaign
