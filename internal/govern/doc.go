// Package govern holds the path that every AI use takes, and nothing else: it
// calls pilot, consent, policy, protect, model, explain, disclose and record,
// in this order.
//
// Each step takes a value that only the step before can make, so that skipping
// one does not compile; a zero value is refused when it is run; each value
// carries its decision's id, and another decision's is refused. Any error
// refuses, is recorded, and still offers the human. No receipt, no reply.
package govern
