// Package cli is the command line: one file a command. Exit status 0 is done,
// 1 refused or failed with one clear line on standard error, 2 wrong usage.
package cli
