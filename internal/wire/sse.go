package wire

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"fairtouch/touch"
)

// Event is one event of a stream, with the bytes as they came.
type Event struct {
	Name string // of the event: line; "" for none
	Data []byte // the data: lines joined by newlines; nil for a comment alone
	Raw  []byte // everything, the blank line at its end included
}

// MaxEvent is the most bytes that one event may have.
const MaxEvent = 16 << 20

// Events reads an event stream (HTML standard, section 9.2). It is for one
// goroutine.
type Events struct {
	r   *bufio.Reader
	max int
}

// NewEvents reads events of at most MaxEvent bytes.
func NewEvents(r io.Reader) *Events { return &Events{bufio.NewReaderSize(r, 16<<10), MaxEvent} }

// Next returns the next event, or io.EOF. What stands after the last blank
// line is an event of its own, since vendors end streams so. The event's bytes
// belong to the caller.
func (e *Events) Next() (Event, error) {
	var ev Event
	for {
		line, err := e.line(&ev)
		if err != nil {
			return ev, err
		}
		if line == nil || len(line) == 0 && len(bytes.TrimSpace(ev.Raw)) > 0 {
			return ev, nil
		}
		ev.take(line)
	}
}

// line reads one line and returns it without its end; nil is the stream's end
// after a started event.
func (e *Events) line(ev *Event) ([]byte, error) {
	from := len(ev.Raw)
	for {
		part, err := e.r.ReadSlice('\n')
		ev.Raw = append(ev.Raw, part...)
		switch {
		case len(ev.Raw) > e.max:
			return nil, touch.Errorf(touch.TooLarge, "an event of the stream is larger than %d bytes", e.max)
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF):
			if len(bytes.TrimSpace(ev.Raw)) == 0 {
				return nil, io.EOF
			}
			ev.take(ev.Raw[from:])
			return nil, nil
		case err != nil:
			return nil, err
		}
		return bytes.TrimRight(ev.Raw[from:], "\r\n"), nil
	}
}

func (ev *Event) take(line []byte) {
	name, value, _ := bytes.Cut(bytes.TrimRight(line, "\r\n"), []byte(":"))
	value = bytes.TrimPrefix(value, []byte(" "))
	switch string(name) {
	case "event":
		ev.Name = string(value)
	case "data":
		if ev.Data != nil {
			ev.Data = append(ev.Data, '\n')
		} else {
			ev.Data = make([]byte, 0, len(value))
		}
		ev.Data = append(ev.Data, value...)
	}
}

// With is the event with other data. Its other lines stay as they were.
func (ev Event) With(data []byte) Event {
	out := Event{Name: ev.Name, Data: data, Raw: make([]byte, 0, len(ev.Raw)+len(data))}
	wrote := false
	for _, line := range bytes.SplitAfter(ev.Raw, []byte("\n")) {
		bare := bytes.TrimRight(line, "\r\n")
		if name, _, _ := bytes.Cut(bare, []byte(":")); string(name) != "data" {
			out.Raw = append(out.Raw, line...)
			continue
		}
		if wrote {
			continue
		}
		wrote = true
		for i, part := range bytes.Split(data, []byte("\n")) {
			if i > 0 {
				out.Raw = append(out.Raw, '\n')
			}
			out.Raw = append(append(out.Raw, "data: "...), part...)
		}
		out.Raw = append(out.Raw, line[len(bare):]...)
	}
	return out
}

// Comment writes a comment, which every client skips. Newlines end it, so they
// are taken out.
func Comment(text string) []byte {
	b := append([]byte(": "), text...)
	for i := range b {
		if b[i] == '\n' || b[i] == '\r' {
			b[i] = ' '
		}
	}
	return append(b, "\n\n"...)
}

// Message writes an event of its own.
func Message(name string, data []byte) []byte {
	var b []byte
	if name != "" {
		b = append(append(append(b, "event: "...), name...), '\n')
	}
	return append(append(append(b, "data: "...), data...), "\n\n"...)
}
