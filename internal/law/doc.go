// Package law decides what dated rules of law ask of one use of AI.
//
// A Pack is a file of rules, a Book is the packs of this installation with the
// times at which each was activated, and an Evaluator answers Questions from a
// Book. Everything is a pure function of its arguments: there is no clock, no
// randomness, no input or output, and the same Question to the same Book gives
// the same Answer for ever. See docs/design/law.md.
//
// An answer says which rules were checked and what they asked for. It never
// says that something is lawful.
package law
