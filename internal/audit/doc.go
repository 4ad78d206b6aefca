// Package audit asks whether a system's decisions treat groups of people alike,
// keeps what it finds as findings with an owner and a due date, corrects, and
// proves the correction on people that it hasn't seen.
package audit
