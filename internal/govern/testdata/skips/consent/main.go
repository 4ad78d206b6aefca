// Policy without consent.
package main

import (
	"fairtouch/internal/pilot"
	"fairtouch/internal/policy"
)

func main() { _, _, _ = policy.Decide(pilot.Placement{}, policy.Input{}, nil) }
