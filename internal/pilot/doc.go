// Package pilot decides who meets an AI system while it is being tried out.
//
// Assignment is a pure function of the pilot's epoch and the subject's id, the
// same function as GrowthBook's (spec 0.7.0), so that it can be recomputed
// anywhere, at any time. Whatever is not plainly in the treatment arm takes the
// control path: unknown, halted, malformed, absent.
package pilot
