// The control: the steps in order compile.
package main

import (
	"fairtouch/internal/policy"
	"fairtouch/internal/protect"
)

func main() {
	var p policy.Permit
	_, _, _ = protect.Minimise(p, protect.Plan{}, nil)
}
