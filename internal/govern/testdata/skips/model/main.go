// The model with a bare row.
package main

import (
	"context"
	"time"

	"fairtouch/internal/model"
)

func main() { _, _ = model.Call(context.Background(), nil, []float64{1}, time.Now) }
