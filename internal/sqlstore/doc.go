// Package sqlstore keeps every module's data in SQLite or PostgreSQL, with the
// same queries on both. The contract suite in storetest is its specification.
//
// SQLite has one writer connection, owned by one goroutine, which takes
// everything that is queued, runs it in one transaction, commits with
// synchronous=FULL, and only then answers. PostgreSQL has a few such writers.
package sqlstore
