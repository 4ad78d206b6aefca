// Package pii finds personal data in text and replaces it, reversibly or not.
//
// A [Scanner] makes one pass over the bytes. A table of 256 classes finds
// anchors (a digit, an at sign, a colon, a dot inside a word, an equals sign);
// hand-written verifiers run only there, and no regular expression does unless
// the caller brings one. What is found is a [Finding]: a type under the name
// that Presidio gives it where it has one, byte and code-point offsets, a score
// between 0 and 1, and the evidence in words.
//
// A [Protector] replaces findings by aliases or vault tokens and restores them
// byte for byte; a [Restorer] does so in a stream that is cut anywhere.
//
// The package does no input or output, reads no clock and no global randomness,
// and imports nothing of the product around it.
package pii
