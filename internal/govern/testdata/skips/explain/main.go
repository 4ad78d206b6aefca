// A disclosure of an answer that was not explained.
package main

import (
	"fairtouch/internal/disclose"
	"fairtouch/internal/model"
)

func main() { _, _ = disclose.Answer(model.Answer{}, disclose.Duty{}, "", disclose.Links{}) }
