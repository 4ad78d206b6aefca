// Package wire reads and edits the JSON and the event streams of the OpenAI and
// Anthropic interfaces without decoding them into structures: strings are found
// by their offsets, new ones are spliced in, and every other byte stays as it
// came. It is pure.
package wire
