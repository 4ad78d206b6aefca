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
	var lines []span
	for {
		from := len(ev.Raw)
		end, err := e.line(&ev)
		if err != nil {
			return ev, err
		}
		line := span{from, from + len(bytes.TrimRight(ev.Raw[from:], "\r\n"))}
		if line.from < line.to {
			lines = append(lines, line)
		}
		if end || line.from == line.to && len(lines) > 0 {
			ev.take(lines)
			return ev, nil
		}
	}
}

// Waiting reports whether a whole further event has arrived already, so that
// what was written need not be flushed yet.
func (e *Events) Waiting() bool {
	b, _ := e.r.Peek(e.r.Buffered())
	return bytes.Contains(b, []byte("\n\n")) || bytes.Contains(b, []byte("\n\r\n"))
}

type span struct{ from, to int }

// line appends one line to the event; end says that the stream is over after
// it. A stream that is over before is io.EOF.
func (e *Events) line(ev *Event) (end bool, err error) {
	for {
		part, err := e.r.ReadSlice('\n')
		ev.Raw = append(ev.Raw, part...)
		switch {
		case len(ev.Raw) > e.max:
			return false, touch.Errorf(touch.TooLarge, "an event of the stream is larger than %d bytes", e.max)
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF):
			if len(bytes.TrimSpace(ev.Raw)) == 0 {
				return true, io.EOF
			}
			return true, nil
		}
		return false, err
	}
}

// take reads the event's lines. Data of one line is not copied.
func (ev *Event) take(lines []span) {
	n := 0
	for _, l := range lines {
		name, value, _ := bytes.Cut(ev.Raw[l.from:l.to], []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch string(name) {
		case "event":
			ev.Name = string(value)
		case "data":
			switch n++; n {
			case 1:
				ev.Data = value[:len(value):len(value)]
				if ev.Data == nil {
					ev.Data = []byte{}
				}
			default:
				ev.Data = append(append(ev.Data, '\n'), value...)
			}
		}
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
