package app

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"k8s.io/klog/v2"

	"fairtouch/touch"
)

// lockDir takes the data directory for this process. The lock goes with the
// process, however it ends.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, touch.Wrap(touch.Unavailable, err, "the data directory can't be locked: %v", pathErr(err))
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, &touch.Error{Code: touch.Conflict, Err: err,
			Message: "another Fairtouch uses this data directory; stop it, use its HTTP API, or name another with --data"}
	}
	return f, nil
}

func errType(err error) string { return fmt.Sprintf("%T", err) }

// silenceLibraries keeps the transparency log's library from writing paths to
// standard error; its errors reach us as values.
func silenceLibraries() {
	fs := flag.NewFlagSet("klog", flag.ContinueOnError)
	klog.InitFlags(fs)
	_ = fs.Set("logtostderr", "false")
	_ = fs.Set("alsologtostderr", "false")
	_ = fs.Set("stderrthreshold", "FATAL")
	klog.SetOutput(io.Discard)
}
