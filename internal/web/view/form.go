package view

import (
	"cmp"
	"errors"
	"slices"

	"fairtouch/touch"
)

// Problem is what is wrong with one field of a form; "" is the whole form.
type Problem struct {
	Field   string
	Message string
}

// Problems are what a form's answer lists before everything else.
type Problems []Problem

// Add appends a problem.
func (p *Problems) Add(field, message string) { *p = append(*p, Problem{field, message}) }

// Of returns the first message about a field, or "".
func (p Problems) Of(field string) string {
	for _, x := range p {
		if x.Field == field {
			return x.Message
		}
	}
	return ""
}

// FromError turns an error that the person can mend into a problem of the form,
// and reports false for every other error, which belongs on an error page.
func (p *Problems) FromError(err error) bool {
	var e *touch.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code {
	case touch.Invalid, touch.Conflict, touch.Missing, touch.RateLimited, touch.Unauthenticated, touch.Unknown, touch.Unsupported, touch.Unapproved:
		p.Add(e.Field, e.Message)
		return true
	}
	return false
}

// Option is one choice of a select or of radio buttons.
type Option struct{ Value, Label string }

// Field is one labelled control of a form.
type Field struct {
	Name, Label, Value, Hint, Error, Kind string
	Options                               []Option
}

// inputField makes a field; rest may hold a hint, a kind and options.
func inputField(ps Problems, name, label, value string, rest ...any) Field {
	f := Field{Name: name, Label: label, Value: value, Kind: "text", Error: ps.Of(name)}
	for _, r := range rest {
		switch x := r.(type) {
		case string:
			if slices.Contains([]string{"password", "date", "time", "area", "number", "email", "search"}, x) {
				f.Kind = x
			} else {
				f.Hint = x
			}
		case []Option:
			f.Kind, f.Options = cmp.Or(kindOf(f.Kind), "select"), x
		}
	}
	return f
}

func kindOf(k string) string {
	if k == "text" {
		return ""
	}
	return k
}

// Described is the aria-describedby value of the field, or "".
func (f Field) Described() string {
	switch {
	case f.Error != "" && f.Hint != "":
		return "e-" + f.Name + " h-" + f.Name
	case f.Error != "":
		return "e-" + f.Name
	case f.Hint != "":
		return "h-" + f.Name
	}
	return ""
}
