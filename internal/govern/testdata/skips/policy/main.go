// Protection without a permit.
package main

import (
	"fairtouch/internal/consent"
	"fairtouch/internal/protect"
)

func main() { _, _, _ = protect.Minimise(consent.Standing{}, protect.Plan{}, nil) }
