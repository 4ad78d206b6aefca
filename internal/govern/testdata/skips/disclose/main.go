// A disclosure that somebody made up.
package main

import "fairtouch/internal/disclose"

func main() { _ = disclose.Disclosed{note: disclose.Disclosed{}.Note()} }
