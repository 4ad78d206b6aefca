// Package touch holds the words of Fairtouch as types: the request ("touch"),
// its outcome ("decision"), the ids of both, and the one error type.
//
// It is the leaf of the module's import graph: it imports nothing of the rest
// and does no input or output.
package touch
