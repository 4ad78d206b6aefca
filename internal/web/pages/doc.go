// Package pages serves customers: why they got something, how to stop it, what
// they agreed to, a way to a person, a proof, and the public register of AI
// systems. Everything works without JavaScript and weighs at most 14 KB with
// its stylesheet. GET changes nothing.
//
// A page is opened by a link's token, which alone says whose page it is. The
// token never enters a log.
package pages
