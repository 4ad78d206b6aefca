// Package engine turns an audit's specification into a plan that counts the
// finest cells of a table (attributes by decision by label by score bin), and
// runs the plan where the data lies: on files, on Fairtouch's own decisions, or
// pushed down as one GROUP BY into a database. Engines return integers only;
// package fairness does the arithmetic.
//
// All engines agree on what a value is. A value is null or a text. NULL, NaN
// and the empty text are three different groups, and none is dropped. Texts
// are compared byte by byte, whatever the database's collation. Which text
// means yes is decided here and not in SQL, so that no dialect can differ.
package engine
