package law

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"

	"fairtouch/touch"
)

// maxDepth bounds how deep a pack's YAML may nest; the parser recurses.
const maxDepth = 40

// decode reads strict YAML: unknown and duplicate keys are errors. The parser
// panics on some malformed tags, so a panic here is the file's fault.
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
		lead := len(line) - len(bytes.TrimLeft(line, " -?:\t"))
		if lead > 4*maxDepth {
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

// yamlLine is the first line of a YAML error, which holds position and cause.
func yamlLine(err error) string {
	var unknown *yaml.UnknownFieldError
	if errors.As(err, &unknown) && unknown.Token != nil {
		return clip(fmt.Sprintf("%s, line %d", unknown.Message, unknown.Token.Position.Line))
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	return clip(line)
}
