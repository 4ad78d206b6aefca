package register

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"

	"fairtouch/touch"
)

// maxDepth bounds how deep a register file may nest; the parser recurses.
const maxDepth = 40

// decode reads strict YAML (JSON is YAML too). The parser panics on some
// malformed tags, so a panic here is the file's fault.
func decode(data []byte, into any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = touch.Errorf(touch.Invalid, "it isn't well-formed YAML")
		}
	}()
	if deep(data) {
		return touch.Errorf(touch.Invalid, "it nests deeper than %d levels", maxDepth)
	}
	return yaml.UnmarshalWithOptions(data, into, yaml.Strict())
}

// deep overestimates nesting: brackets in text count too, closers take back.
func deep(data []byte) bool {
	depth := 0
	for line := range bytes.Lines(data) {
		if len(line)-len(bytes.TrimLeft(line, " -?:\t")) > 4*maxDepth {
			return true
		}
		for _, c := range line {
			switch c {
			case '[', '{':
				depth++
			case ']', '}':
				depth = max(0, depth-1)
			}
			if depth > maxDepth {
				return true
			}
		}
	}
	return false
}

func firstLine(err error) string {
	var unknown *yaml.UnknownFieldError
	s := err.Error()
	if errors.As(err, &unknown) && unknown.Token != nil {
		s = fmt.Sprintf("%s, line %d", unknown.Message, unknown.Token.Position.Line)
	}
	s, _, _ = strings.Cut(s, "\n")
	if r := []rune(s); len(r) > 120 {
		s = string(r[:117]) + "..."
	}
	return s
}
