// Package console is the staff's side: every page answers first, then shows
// the evidence, then what can be done. It needs no script.
//
// Each route names the scope that it needs, in one table; a test walks the
// table, so that a route without a rule fails. What a page shows comes from the
// Backend, whose first argument is the principal of the session.
package console
