// Package storetest is the contract that every database must keep. Run runs it;
// extend it rather than write a test for one database.
package storetest
