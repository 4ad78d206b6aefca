// Package rights holds what people may ask about their data, and what a company
// owes them: the kinds of requests, the dates by which laws want an answer, the
// states that a request goes through with the evidence of each step, and the
// contract that other systems carry a request out by.
//
// It is a pure domain: no clock, no disk, no network. Dates, stores and
// connectors are passed in. Deadlines are calendar rules, not day counts; they
// lie in deadlines.yaml with their source, two dates and a grade.
package rights
