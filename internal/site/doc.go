// Package site is the permission side of a company's own web site: which sites
// may ask, what they ask, and in which words. It has no input or output; the
// ledger keeps the answers, as states of a device.
//
// A device is a browser that nobody signed in on. What it answers counts on that
// browser alone. It can never be a person's permission; what it refused counts
// for the person who linked it in their own name.
package site
