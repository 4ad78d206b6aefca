package record

import "context"

type logs struct{}

func openLogs(context.Context, *Recorder) (*logs, error) { return &logs{}, nil }
func (l *logs) poke()                                    {}
func (l *logs) close() error                             { return nil }
