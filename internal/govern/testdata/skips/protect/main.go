// A permit that somebody made up.
package main

import (
	"fairtouch/internal/policy"
	"fairtouch/touch"
)

func main() { _ = policy.Permit{decision: touch.DecisionID("dec_1")} }
