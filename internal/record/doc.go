// Package record keeps the proof of what was decided: rows that are committed
// before the reply, receipts, and a transparency log that outsiders can check.
//
// A row holds an event's sealed payload and a salted commitment to it. Its leaf
// in the log holds nothing about anyone. docs/design/record.md tells the life
// of a leaf.
package record
