package treeshap

import (
	"errors"
	"fmt"
)

// What is refused. Test with errors.Is; the message says what and where.
var (
	// ErrFormat: the bytes are not a model of a known format, or are damaged.
	// Ask for the file again.
	ErrFormat = errors.New("treeshap: not a readable model")
	// ErrUnsupported: a construct that can't be explained exactly (linear
	// trees, vector leaves, gblinear). Retrain without it.
	ErrUnsupported = errors.New("treeshap: a construct that can't be explained exactly")
	// ErrNoCovers: the model was stripped of its training counts, without
	// which there is no path-dependent explanation. Save it again with them.
	ErrNoCovers = errors.New("treeshap: the model has no training counts")
	// ErrNotAdditive: contributions don't sum to the margin. Show nothing.
	ErrNotAdditive = errors.New("treeshap: contributions don't add up to the margin")
	// ErrShape: a row or destination of the wrong length.
	ErrShape = errors.New("treeshap: wrong number of values")
)

func badf(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrFormat, fmt.Sprintf(format, args...))
}

func unsupported(what string) error { return fmt.Errorf("%w: %s", ErrUnsupported, what) }
