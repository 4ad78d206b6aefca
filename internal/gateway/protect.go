package gateway

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"

	"fairtouch/internal/wire"
	"fairtouch/pii"
	"fairtouch/touch"
)

// kept are types that say who somebody is only together with more, or that are
// needed to answer: they leave as they are, unless a binding asks for more.
var kept = [...]pii.Type{pii.URL, pii.DateTime, pii.Organization, pii.Location, pii.NRP, pii.Title, pii.DEPLZ, pii.UKPostcode}

// scanners are made once for each choice of types.
type scanners struct {
	model pii.Model // of names, beside the detector's own; nil: none

	mu  sync.Mutex // guards all
	all map[string]*pii.Scanner
}

func newScanners(m pii.Model) (*scanners, error) {
	s := &scanners{model: m, all: map[string]*pii.Scanner{}}
	_, err := s.of(&Binding{})
	return s, err
}

// of returns the scanner of a binding.
func (s *scanners) of(b *Binding) (*pii.Scanner, error) {
	key := fmt.Sprint(b.Keep, b.Replace, b.MinScore)
	s.mu.Lock()
	defer s.mu.Unlock()
	if x, ok := s.all[key]; ok {
		return x, nil
	}
	// A type that may leave is found at a score that nothing has, so that it
	// can't hide what lies inside it: an address with a mail address in it.
	o := pii.Options{Model: s.model, Threshold: b.MinScore, Thresholds: map[pii.Type]float64{}}
	for _, t := range append(slices.Clone(kept[:]), b.Keep...) {
		if !slices.Contains(b.Replace, t) {
			o.Thresholds[t] = 1
		}
	}
	x, err := pii.New(o)
	if err != nil {
		return nil, touch.Wrap(touch.Internal, err, "the scanner can't be made")
	}
	if len(s.all) > 256 {
		clear(s.all)
	}
	s.all[key] = x
	return x, nil
}

// find scans one text and leaves out what may leave. A text that the model of
// names did not answer for is refused, never sent as if it held nothing.
func (k *keeper) find(s string, in pii.Context) ([]pii.Finding, error) {
	in.Known = k.known
	fs, err := k.scan.Find(k.ctx, s, in)
	if err != nil {
		return nil, errUnread(err)
	}
	return slices.DeleteFunc(fs, func(f pii.Finding) bool {
		if slices.Contains(k.binding.Replace, f.Type) {
			return false
		}
		return slices.Contains(kept[:], f.Type) || slices.Contains(k.binding.Keep, f.Type)
	}), nil
}

// errUnread refuses what could not be read for personal data.
func errUnread(err error) error {
	return touch.Wrap(touch.Unavailable, err, "the model of names did not answer, so the text is not passed on; try again, and if it lasts, look at pii_model in the configuration")
}

// keeper replaces personal data in one request and puts it back into its
// answer. It belongs to one request.
type keeper struct {
	ctx      context.Context // of the request: the model of names is asked within it
	binding  *Binding
	scan     *pii.Scanner
	known    *pii.Known
	session  *pii.Session
	recalled []pii.Minted // of earlier turns with the same secret
	aliases  []string     // minted
	subject  string
	pseudo   func(id string) (string, error)
}

// protect returns the body that may leave. nonce makes the aliases; called
// again, it begins anew.
func (k *keeper) protect(p *prompt, nonce []byte) ([]byte, map[string]int, error) {
	var err error
	k.aliases = nil
	if k.session, err = pii.NewSession(nonce); err != nil {
		return nil, nil, touch.Wrap(touch.Internal, err, "no aliases can be made")
	}
	for _, t := range p.texts {
		if strings.IndexByte(t.value, '<') >= 0 {
			_ = k.session.Reserve(t.value) // nothing is minted yet
		}
	}
	for _, m := range k.recalled {
		if k.session.Inherit(m) {
			k.aliases = append(k.aliases, m.Alias)
		}
	}
	var edits []wire.Edit
	for i := range p.texts {
		by, err := k.text(&p.texts[i])
		if err != nil {
			return nil, nil, err
		}
		if by != nil {
			edits = append(edits, wire.Edit{Start: p.texts[i].start, End: p.texts[i].end, By: by})
		}
	}
	for _, id := range p.people {
		alias, err := k.pseudo(id.value)
		if err != nil {
			return nil, nil, err
		}
		edits = append(edits, wire.Edit{Start: id.start, End: id.end, By: wire.Quote(alias)})
	}
	return wire.Splice(p.body, edits), counts(k.session.Types()), nil
}

func counts(m map[pii.Type]int) map[string]int {
	if len(m) == 0 {
		return nil
	}
	out := make(map[string]int, len(m))
	for t, n := range m {
		out[string(t)] = n
	}
	return out
}

// text returns the literal that replaces one text, nil to leave it.
func (k *keeper) text(t *text) ([]byte, error) {
	switch {
	case t.address:
		fs, err := k.find(t.value, pii.Context{})
		if err != nil {
			return nil, err
		}
		if len(fs) > 0 {
			return nil, touch.Errorf(touch.Invalid, "an address that the provider would fetch holds personal data; send the content itself, or an address without")
		}
		return nil, nil
	case t.handle:
		spaced := strings.NewReplacer("_", " ", "-", " ").Replace(t.value)
		fs, err := k.find(spaced, pii.Context{})
		if err != nil || len(fs) == 0 {
			return nil, err
		}
		sum := sha256.Sum256(append([]byte(t.value), k.subject...))
		return wire.Quote("participant_" + hex.EncodeToString(sum[:4])), nil
	}
	out, err := k.replace(t.value, t.column, 0)
	if err != nil || out == t.value {
		return nil, err
	}
	return wire.Quote(out), nil
}

// maxInner is how many JSON texts within JSON texts are read as such.
const maxInner = 3

// replace protects a text; where it is JSON itself (the arguments of a tool, a
// tool's result), its strings are.
func (k *keeper) replace(s, column string, depth int) (string, error) {
	if depth < maxInner && looksJSON(s) {
		if out, err := k.inner(s, depth); err == nil || touch.CodeOf(err) != touch.Invalid {
			return out, err
		}
	}
	fs, err := k.find(s, pii.Context{Column: column})
	if err != nil || len(fs) == 0 {
		return s, err
	}
	out, reps, err := k.session.Protect(s, fs)
	for _, r := range reps {
		k.aliases = append(k.aliases, r.Alias)
	}
	return out, touch.Wrap(touch.Internal, err, "the text can't be protected")
}

func looksJSON(s string) bool {
	t := strings.TrimLeft(s, " \t\r\n")
	return t != "" && (t[0] == '{' || t[0] == '[')
}

func (k *keeper) inner(s string, depth int) (string, error) {
	var edits []wire.Edit
	var failed error
	err := wire.Walk([]byte(s), false, func(p wire.Path, l wire.Leaf) error {
		if l.Kind != '"' && l.Kind != '0' {
			return nil
		}
		column := p.Last()
		if l.Name {
			column = ""
		}
		v := l.Text()
		var out string
		if out, failed = k.replace(v, column, depth+1); failed != nil {
			return failed
		}
		if out != v {
			edits = append(edits, wire.Edit{Start: l.Start, End: l.End, By: wire.Quote(out)})
		}
		return nil
	})
	if failed != nil {
		return s, touch.Wrap(touch.CodeOf(failed), failed, "%s", touch.AsError(failed).Message)
	}
	if err != nil {
		return s, err
	}
	return string(wire.Splice([]byte(s), edits)), nil
}
