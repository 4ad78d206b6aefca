package touch

import (
	"errors"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Parse reads a touch from strict JSON: duplicate keys, unknown keys, trailing
// bytes and numbers beyond float64 are refused, with the place.
func Parse(b []byte) (Touch, error) {
	var t Touch
	if err := Decode(b, &t); err != nil {
		return Touch{}, err
	}
	return t, t.Validate()
}

// Decode reads strict JSON into v. Errors are Invalid and name the place, never
// a value.
func Decode(b []byte, v any) error {
	err := json.Unmarshal(b, v, json.RejectUnknownMembers(true))
	if err == nil {
		return nil
	}
	var syn *jsontext.SyntacticError
	var sem *json.SemanticError
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		e := &Error{Code: Invalid, Message: "the JSON has a key twice; send each once", Err: err}
		if errors.As(err, &syn) {
			e.Field = pointer(syn.JSONPointer)
		}
		return e
	case errors.Is(err, json.ErrUnknownName):
		e := &Error{Code: Invalid, Message: "the JSON has a key that is not known here", Err: err}
		if errors.As(err, &sem) {
			e.Field = pointer(sem.JSONPointer)
		}
		return e
	case errors.As(err, &sem):
		return &Error{Code: Invalid, Message: "the JSON has a value of the wrong type", Field: pointer(sem.JSONPointer), Err: err}
	case errors.As(err, &syn):
		return &Error{Code: Invalid, Message: "the JSON is not well formed", Field: pointer(syn.JSONPointer), Err: err}
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return &Error{Code: Invalid, Message: "the JSON ends too early", Err: err}
	}
	return &Error{Code: Invalid, Message: "the JSON can't be read", Err: err}
}

func pointer(p jsontext.Pointer) string {
	out := ""
	for tok := range p.Tokens() {
		if out != "" {
			out += "."
		}
		out += tok
	}
	return out
}

// Validate reports the first thing that is wrong with a touch in itself.
func (t *Touch) Validate() error {
	switch {
	case t.System == "":
		return Fielderr("system", "name the AI system")
	case t.Subject != nil && t.Subject.ExternalID == "":
		return Fielderr("subject.external_id", "name the person by the id that your own systems use; or send \"subject\": null for a system that faces no person")
	case t.Purpose == "":
		return Fielderr("purpose", "say what it is for, as the person was told")
	case len(t.Features) > 0 && len(t.Content) > 0:
		return Fielderr("content", "send features or content, not both")
	case len(t.Features) > 2000:
		return Fielderr("features", "at most 2000")
	}
	return nil
}
