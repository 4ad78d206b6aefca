package record_test

import (
	"fmt"
	"io"
	"os"
	"testing"

	"k8s.io/klog/v2"

	"fairtouch/internal/storetest"
)

var cluster storetest.Postgres

func TestMain(m *testing.M) {
	klog.LogToStderr(false) // the log's library would write between the benchmarks' figures
	klog.SetOutput(io.Discard)
	if dir := os.Getenv(childDir); dir != "" {
		os.Exit(child(dir))
	}
	code := m.Run()
	if err := cluster.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}
