package app

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"fairtouch/internal/consent"
	"fairtouch/internal/tables"
	"fairtouch/touch"
)

// importColumns are the columns that an import may have; required ones first.
var importColumns = [...]string{"external_id", "purpose", "state", "occurred_at",
	"system", "channel", "basis", "notice", "actor", "source", "assessment", "locale", "valid_until",
	"confirmed_at", "confirmed_by", "place"}

const importRequired = 4

// ReadImport reads and checks a table of permissions, and puts each person's
// events together. One bad row refuses all of them, by its line.
func ReadImport(in tables.Reader) (people []Imported, events int, err error) {
	return readImport(in, func(error) bool { return false })
}

// readSorted is ReadImport for sorting: a yes without the text that was shown,
// or without a basis, is kept, to be found unproven.
func readSorted(in tables.Reader) (people []Imported, events int, err error) {
	return readImport(in, func(err error) bool {
		f := touch.AsError(err).Field
		return f == "notice" || f == "basis"
	})
}

func readImport(in tables.Reader, pass func(error) bool) (people []Imported, events int, err error) {
	if err := KnownImport(in.Columns()); err != nil {
		return nil, 0, err
	}
	at := map[string]int{}
	now := time.Now()
	for n := 1; ; n++ {
		row, err := in.Next()
		if errors.Is(err, io.EOF) {
			if n == 1 {
				return nil, 0, touch.Errorf(touch.Invalid, "the file has no rows")
			}
			return people, n - 1, nil
		}
		if err != nil {
			return nil, 0, err
		}
		id, e, place, err := importRow(row, now)
		if err != nil && (id == "" || !pass(err)) {
			return nil, 0, inLine(in, n, err)
		}
		if err != nil {
			e.Notice = ""
		}
		i, ok := at[id]
		if !ok {
			i = len(people)
			at[id] = i
			people = append(people, Imported{External: id})
		}
		people[i].Events = append(people[i].Events, e)
		if place != "" && !slices.Contains(people[i].Places, place) {
			people[i].Places = append(people[i].Places, place)
		}
	}
}

// inLine says where the fault is: the table's header counts as a line.
func inLine(in tables.Reader, n int, err error) error {
	e := touch.AsError(err)
	if in.Columns() != nil {
		n++
	}
	return &touch.Error{Code: e.Code, Field: e.Field, Err: err, Message: fmt.Sprintf("line %d: %s; nothing was imported", n, e.Message)}
}

// KnownImport reports the first column that an import doesn't know, or lacks.
func KnownImport(cols []string) error {
	if cols == nil {
		return nil
	}
	for _, c := range cols {
		if !slices.Contains(importColumns[:], c) {
			return touch.Fielderr(c, "is no column of an import; the columns are %s", strings.Join(importColumns[:], ", "))
		}
	}
	for _, c := range importColumns[:importRequired] {
		if !slices.Contains(cols, c) {
			return touch.Fielderr(c, "is missing from the header; an import needs %s", strings.Join(importColumns[:importRequired], ", "))
		}
	}
	return nil
}

// importRow makes an event of a row and validates it as the ledger will. place is
// where the person lives, "" where the row doesn't say.
func importRow(row map[string]any, now time.Time) (id string, e consent.Event, place string, err error) {
	cell := map[string]string{}
	for k, v := range row {
		if !slices.Contains(importColumns[:], k) {
			return "", e, "", touch.Fielderr("columns", "a key is no column of an import; the columns are %s", strings.Join(importColumns[:], ", "))
		}
		s, ok := v.(string)
		if !ok && v != nil {
			return "", e, "", touch.Fielderr(k, "must be text")
		}
		cell[k] = strings.TrimSpace(s)
	}
	if id, err = consent.Normalise(cell["external_id"]); err != nil {
		return "", e, "", touch.Fielderr("external_id", "must be 1 to 512 bytes of text, the id that your own systems use")
	}
	e = consent.Event{State: consent.State(cell["state"]), Basis: consent.Basis(cell["basis"]), Notice: cell["notice"], Locale: cell["locale"],
		Assessment: cell["assessment"], Source: cell["source"], Actor: consent.Actor(cell["actor"]), Method: "import file", ReceivedAt: now,
		Scope: consent.Scope{Purpose: cell["purpose"], System: touch.SystemID(cell["system"]), Channel: touch.Channel(cell["channel"])}}
	if e.Actor == "" {
		e.Actor = consent.Import
	}
	if e.Scope.Channel == "" {
		e.Scope.Channel = consent.Any
	}
	if e.OccurredAt, err = when("occurred_at", cell["occurred_at"]); err != nil {
		return "", e, "", err
	}
	for name, at := range map[string]*time.Time{"valid_until": &e.ValidUntil, "confirmed_at": &e.Confirmed} {
		if cell[name] == "" {
			continue
		}
		if *at, err = when(name, cell[name]); err != nil {
			return "", e, "", err
		}
	}
	if e.ConfirmedBy = cell["confirmed_by"]; e.Shown() {
		e.Assurance = consent.ByDoubleOptIn
	}
	place = strings.ToUpper(cell["place"])
	if country, _, _ := strings.Cut(place, "-"); place != "" && len(country) != 2 {
		return "", e, "", touch.Fielderr("place", "must be two letters such as DE, or US-CA")
	}
	if !knownChannel(e.Scope.Channel) {
		return "", e, "", touch.Fielderr("channel", "must be one of %v, or * for any", touch.Channels())
	}
	return id, e, place, e.Validate()
}

func knownChannel(c touch.Channel) bool {
	return c == consent.Any || slices.Contains(touch.Channels(), c)
}

// when reads an instant; a day alone is its first moment, UTC.
func when(field, s string) (time.Time, error) {
	for _, layout := range [...]string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, touch.Fielderr(field, "must be an instant such as 2026-08-02T10:00:00Z, or a day")
}
