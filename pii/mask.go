package pii

import (
	"context"
	"strings"
)

// MaxHeld is the most bytes that a Masker holds back.
const MaxHeld = 256

// leftContext is how much text that has gone out already is read again, so that
// words before a value count.
const leftContext = 160

// Masker scans a stream of decoded text and replaces what it finds. It holds
// back at most MaxHeld bytes. Its decisions fall at places that depend on the
// text alone, so that the output is the same for every way of cutting the input.
// It belongs to one stream and one goroutine.
type Masker struct {
	ctx     context.Context // of the stream; a Model is asked within it
	err     error           // once a Model did not answer: nothing more is passed on
	scan    *Scanner
	replace func(f Finding, value string) string
	left    string
	pending []byte
	found   map[Type]int
}

// NewMasker makes a masker; replace returns what is written in a value's place.
// Returning the value itself lets it pass. ctx is the stream's.
func NewMasker(ctx context.Context, s *Scanner, replace func(f Finding, value string) string) *Masker {
	return &Masker{ctx: ctx, scan: s, replace: replace, found: map[Type]int{}}
}

// Write takes the next piece and returns what can be passed on.
func (m *Masker) Write(chunk string) string {
	var b strings.Builder
	for chunk != "" && m.err == nil {
		n := min(len(chunk), MaxHeld-len(m.pending))
		m.pending = append(m.pending, chunk[:n]...)
		chunk = chunk[n:]
		if len(m.pending) == MaxHeld {
			m.step(&b, false)
		}
	}
	return b.String()
}

// Flush returns the rest at the end of the stream.
func (m *Masker) Flush() string {
	var b strings.Builder
	if m.err == nil {
		m.step(&b, true)
	}
	return b.String()
}

// Err is ErrModel once the scanner's model did not answer. From then on Write
// and Flush return nothing: what they held back was not read.
func (m *Masker) Err() error { return m.err }

// Held is how many bytes are held back now.
func (m *Masker) Held() int { return len(m.pending) }

// Found counts the findings, by type.
func (m *Masker) Found() map[Type]int { return m.found }

// step decides on the first half of what is pending, or at the end on all.
func (m *Masker) step(b *strings.Builder, last bool) {
	text := m.left + string(m.pending)
	base := len(m.left)
	cut := len(text)
	fs, err := m.scan.Find(m.ctx, text, Context{})
	if err != nil {
		m.err, m.pending = err, m.pending[:0]
		return
	}
	if !last {
		cut = m.cut(text, base, fs)
	}
	at := base
	for _, f := range fs {
		if f.Start < at || f.End > cut {
			continue
		}
		v := text[f.Start:f.End]
		b.WriteString(text[at:f.Start])
		b.WriteString(m.replace(f, v))
		m.found[f.Type]++
		at = f.End
	}
	b.WriteString(text[at:cut])
	m.pending = append(m.pending[:0], text[cut:]...)
	m.left = text[max(0, cut-leftContext):cut]
}

// cut chooses where to stop: at a space near the middle that no finding
// crosses.
func (m *Masker) cut(text string, base int, fs []Finding) int {
	half := base + MaxHeld/2
	cut := strings.LastIndexAny(text[:half], " \n\t")
	if cut < base {
		cut = strings.IndexAny(text[half:], " \n\t")
		if cut < 0 {
			cut = len(text) - MaxHeld/4
			for cut > base && cut < len(text) && text[cut]&0xC0 == 0x80 {
				cut--
			}
		} else {
			cut += half
		}
	}
	for _, f := range fs {
		if f.Start < cut && f.End > cut {
			if f.Start > base {
				return f.Start
			}
			return f.End
		}
	}
	return max(cut, base+1)
}
