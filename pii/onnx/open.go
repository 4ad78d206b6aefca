package onnx

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"fairtouch/pii"
)

// Model is a network with its tokeniser and labels. It is safe for concurrent
// use; texts are read one after another, each on all cores. It implements
// pii.Model.
type Model struct {
	name   string
	tok    *tokenizer
	net    *network
	conf   config
	window int // pieces in one run, special ones included
}

var _ pii.Model = (*Model)(nil)

// DefaultWindow is how many pieces are read at once: about a hundred words.
// Time grows with the square of it, and names seldom need more.
const DefaultWindow = 128

// ErrFiles marks a directory that holds no model which can be run here. The
// message says which file and why.
var ErrFiles = errors.New("onnx: the model can't be used")

// Open reads the model in dir: config.json with id2label, tokenizer.json, and
// model.onnx or onnx/model.onnx, and runs it once. name is what evidence calls
// it. It fails with ErrFiles.
func Open(dir fs.FS, name string) (*Model, error) {
	m, err := open(dir, name)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrFiles, oneLine(err.Error()))
	}
	return m, nil
}

func open(dir fs.FS, name string) (*Model, error) {
	m := &Model{name: name, window: DefaultWindow}
	b, err := read(dir, "config.json")
	if err != nil {
		return nil, err
	}
	if m.conf, err = readConfig(b); err != nil {
		return nil, err
	}
	if b, err = read(dir, "tokenizer.json"); err != nil {
		return nil, err
	}
	if m.tok, err = readTokenizer(b); err != nil {
		return nil, fmt.Errorf("tokenizer.json %w", err)
	}
	if m.conf.positions > 0 {
		m.window = min(m.window, m.conf.positions)
	}
	if m.window < 8+len(m.tok.before)+len(m.tok.after) {
		return nil, fmt.Errorf("config.json allows %d pieces at once, which is too few to read anything", m.window)
	}
	if b, err = read(dir, "model.onnx", "onnx/model.onnx"); err != nil {
		return nil, err
	}
	m.net, err = load(b, len(m.conf.labels), m.tok.size)
	return m, err
}

// Name implements pii.Model.
func (m *Model) Name() string { return m.name }

func read(dir fs.FS, names ...string) ([]byte, error) {
	for _, n := range names {
		b, err := fs.ReadFile(dir, n)
		if err == nil {
			return b, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s can't be read", n)
		}
	}
	return nil, fmt.Errorf("there is no %s; a model is a directory with config.json, tokenizer.json and model.onnx", names[0])
}

// oneLine leaves the first line of an error, at most 300 bytes: the
// interpreter's own carry a stack.
func oneLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	if len(s) > 300 {
		s = strings.ToValidUTF8(s[:300], "") + "…"
	}
	return s
}
