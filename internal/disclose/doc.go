// Package disclose acknowledges the use of AI and offers a human, on every
// answer of the path, refusals included.
//
// The duty is resolved from channel, jurisdiction, kind of system and locale
// before the model is called; where one of them is unknown the strictest
// applies. A duty that no text can meet is a gap, and nothing is sent.
package disclose
