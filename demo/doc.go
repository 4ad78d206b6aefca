// Package demo is the demo workspace: the calls of a real bank campaign (UCI
// Bank Marketing, Moro et al. 2011, see data/README.md), and people around them
// whose names, addresses, countries and permissions are invented, by a fixed
// seed, and labelled so. Nothing in the data identifies a real person.
package demo
