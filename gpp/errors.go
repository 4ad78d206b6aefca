package gpp

import "errors"

// What callers can tell apart with errors.Is.
var (
	// ErrUnknown: the string is no TCF, GPP or US privacy string. Nothing was read.
	ErrUnknown = errors.New("gpp: not a TCF v2, GPP or US privacy string")
	// ErrTooLong: the string is longer than MaxLength. Nothing was read.
	ErrTooLong = errors.New("gpp: the string is longer than any real one")
	// ErrField: the section has no field of this name.
	ErrField = errors.New("gpp: no such field")
	// ErrSection: no section of this name or id is published, or the message has none.
	ErrSection = errors.New("gpp: no such section")
	// ErrValue: a value that can't be written or that the specification forbids. Correct it.
	ErrValue = errors.New("gpp: value not allowed")
	// ErrIncomplete: the section was cut or can't be decoded. Ask for the string
	// again; what is missing must not be filled in.
	ErrIncomplete = errors.New("gpp: the section is incomplete")
	// ErrPolicy: the TCF's policy forbids the combination. Correct the section.
	ErrPolicy = errors.New("gpp: the TCF policy doesn't allow this")
)

// MaxLength is the longest string that is read, in bytes. The longest TCF
// string that can mean anything is about 55,000.
const MaxLength = 1 << 16
