// Command fairtouch is the governed path between a marketing team and every AI
// it uses, in one static binary.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"fairtouch/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Main(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
