// Package handoff hands a conversation from a program to a person and back.
//
// It hears two wishes, and never takes one for the other: "I want a person"
// starts a hand-over in the same turn, "are you a bot?" gets a truthful answer
// that no model writes. A conversation has one owner at a time. Each change of
// owner raises the conversation's epoch, and a message that was produced under
// an earlier one is dropped: a bot never talks over a person.
//
// What people wrote is sealed under the person's key; a store sees no text.
package handoff
