// Package app wires the house together: a Config becomes an App with Run and
// Close. It holds no rules of its own.
package app
