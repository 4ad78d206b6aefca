// Package fairness measures how a decision treats groups of people, and how
// sure one can be of it: rates and their gaps with intervals, tests,
// corrections for many questions, minimum sizes, verdicts of pass, fail or
// inconclusive, processes that may be looked at at any time, and corrections
// computed from the same counts.
//
// Everything is computed from sufficient statistics: the counts of a group
// (Counts), its score histogram (Histogram), or sums (Moments). They are
// integers, so that parts merge exactly in any order. The package stands
// alone, reads no clock, and draws random numbers only from a Source that the
// caller seeds.
//
// Undefined is NaN, never a number that looks sure: 0/0 has no rate, and a
// ratio to a reference of zero has no value.
package fairness
