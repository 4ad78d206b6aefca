package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"fairtouch/fairness"
	"fairtouch/internal/engine"
	"fairtouch/internal/record"
	"fairtouch/internal/seal"
	"fairtouch/touch"
)

// Rows reads the record, oldest first. record.Store implements it.
type Rows interface {
	Scan(ctx context.Context, ws touch.Workspace, after int64, limit int) ([]record.Stored, error)
}

// Opener opens what the record seals. record.Recorder implements it; the error
// of an erased person's is seal.ErrErased.
type Opener interface {
	Opening(ctx context.Context, ws touch.Workspace, id touch.EventID) (record.Opening, error)
}

// Keys opens people's keys. seal.Keeper implements it.
type Keys interface {
	OpenSubjectKey(ws touch.Workspace, id touch.SubjectID, wrapped []byte) (seal.SubjectKey, error)
}

// Own audits Fairtouch's own decisions. Protected attributes are joined here,
// in memory, for the length of one audit, and nowhere else.
type Own struct {
	Rows      Rows
	Open      Opener
	Keys      Keys
	Protected Protected
	Now       func() time.Time
}

// ownColumns are what a decision has by itself.
func ownColumns() []string {
	return []string{"decision", "system", "purpose", "channel", "verdict", "allowed", "stopped_at", "reason", "arm", "jurisdiction",
		"band", "action", "score", "campaign", "model", "day", "label", "reviewed", "overturned"}
}

// smallest is the fewest people that a shown cell may have over people on
// record, whatever the specification says.
const smallestCell = 5

// Engine makes an engine over the decisions that a specification picks. Columns
// beyond a decision's own are protected attributes, whose use needs permission;
// it is put on record by the run. s gets at least the house's suppression.
func (o *Own) Engine(ws touch.Workspace, s *engine.Spec, perm *Permission) (engine.Engine, error) {
	if s.Data.Decisions == nil {
		return nil, touch.Fielderr("data.decisions", "the specification names other data")
	}
	from, err := moment("data.decisions.from", s.Data.Decisions.From)
	if err != nil {
		return nil, err
	}
	until, err := moment("data.decisions.until", s.Data.Decisions.Until)
	if err != nil {
		return nil, err
	}
	columns := ownColumns()
	protected := slices.DeleteFunc(engine.Compile(s).Lacking(columns), func(c string) bool { return strings.HasPrefix(c, FeaturePrefix) })
	if len(protected) > 0 {
		if err := perm.Check(o.Now()); err != nil {
			return nil, err
		}
	}
	s.Suppress = max(s.Suppress, smallestCell)
	w := &ownWalk{o: o, ws: ws, system: touch.SystemID(s.Data.Decisions.System), from: from, until: until, protected: protected,
		reviewed: asksReviews(s)}
	return engine.Stream{Name: "decisions", Source: w.name(), Snapshot: o.Now().UTC().Format(time.RFC3339Nano),
		Columns: append(append(columns, protected...), featured(s)...), Rows: w.rows}, nil
}

// asksReviews reports whether a specification needs a column about reviews: any
// column that it would lack without them.
func asksReviews(s *engine.Spec) bool {
	plain := slices.DeleteFunc(ownColumns(), func(c string) bool { return c == "reviewed" || c == "overturned" })
	return slices.ContainsFunc(engine.Compile(s).Lacking(plain), func(c string) bool { return c == "reviewed" || c == "overturned" })
}

// featured lists the columns of a specification that hold features.
func featured(s *engine.Spec) (out []string) {
	for _, a := range s.Attributes {
		if strings.HasPrefix(a.Column, FeaturePrefix) {
			out = append(out, a.Column)
		}
	}
	return out
}

func moment(field, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return t, touch.Fielderr(field, "must be a day such as 2026-08-02, or an instant such as 2026-08-02T10:00:00Z")
	}
	return t, nil
}

// ownWalk goes over the decisions of one audit.
type ownWalk struct {
	o           *Own
	ws          touch.Workspace
	system      touch.SystemID
	from, until time.Time
	protected   []string
	reviewed    bool // the specification asks how people reviewed
}

func (w *ownWalk) name() string {
	name := "decisions on record"
	if w.system != "" {
		name = "decisions of " + string(w.system)
	}
	if !w.from.IsZero() {
		name += " since " + w.from.UTC().Format(time.DateTime) + " UTC"
	}
	return name
}

func (w *ownWalk) rows(ctx context.Context, yield func(get func(string) fairness.Value) error) error {
	people, err := w.attributes(ctx)
	if err != nil {
		return err
	}
	labels, err := w.o.Protected.Outcomes(ctx, w.ws)
	if err != nil {
		return err
	}
	reviews, err := w.reviews(ctx)
	if err != nil {
		return err
	}
	for after := int64(0); ; {
		page, err := w.o.Rows.Scan(ctx, w.ws, after, 500)
		if err != nil || len(page) == 0 {
			return err
		}
		for i := range page {
			after = page[i].Seq
			if !w.picks(&page[i]) {
				continue
			}
			d, err := w.decision(ctx, &page[i])
			if errors.Is(err, seal.ErrErased) {
				continue // the person is erased, and counts in nothing
			}
			if err != nil {
				return err
			}
			d.review = reviews[d.row.ID]
			if err := yield(d.get(labels, people[page[i].Subject])); err != nil {
				return err
			}
		}
	}
}

// reviews finds how people's reviews of the audited decisions ended; the latest
// of each counts. A review is about an earlier decision, so it is read first.
func (w *ownWalk) reviews(ctx context.Context) (map[touch.DecisionID]touch.ReviewOutcome, error) {
	if !w.reviewed {
		return nil, nil
	}
	out := map[touch.DecisionID]touch.ReviewOutcome{}
	for after := int64(0); ; {
		page, err := w.o.Rows.Scan(ctx, w.ws, after, 500)
		if err != nil || len(page) == 0 {
			return out, err
		}
		for i := range page {
			after = page[i].Seq
			if page[i].Kind != record.Review || page[i].Decision == nil || w.system != "" && page[i].Decision.System != w.system {
				continue
			}
			d, err := w.decision(ctx, &page[i])
			if errors.Is(err, seal.ErrErased) {
				continue
			}
			if err != nil {
				return nil, err
			}
			if r := d.Decision.Review; r != nil {
				out[r.Of] = r.Outcome
			}
		}
	}
}

func (w *ownWalk) picks(r *record.Stored) bool {
	d := r.Decision
	return r.Kind == record.Closed && d != nil && (w.system == "" || d.System == w.system) &&
		!d.At.Before(w.from) && (w.until.IsZero() || d.At.Before(w.until))
}

// attributes opens the protected attributes that the audit asks for.
func (w *ownWalk) attributes(ctx context.Context) (map[touch.SubjectID]map[string]string, error) {
	if len(w.protected) == 0 {
		return nil, nil
	}
	out, seen := map[touch.SubjectID]map[string]string{}, map[string]bool{}
	err := w.o.Protected.EachProtected(ctx, w.ws, func(s SealedAttributes) error {
		values, err := w.o.unseal(w.ws, s)
		if errors.Is(err, seal.ErrErased) {
			return nil
		}
		if err != nil {
			return err
		}
		for k := range values {
			if slices.Contains(w.protected, k) {
				seen[k] = true
			} else {
				delete(values, k)
			}
		}
		out[s.Subject] = values
		return nil
	})
	var missing []string
	for _, p := range w.protected {
		if !seen[p] {
			missing = append(missing, p)
		}
	}
	if err == nil && len(missing) > 0 {
		err = &touch.Error{Code: touch.Invalid, Missing: missing,
			Message: "neither a decision's columns nor the protected attributes have what the specification names; decisions have " + strings.Join(ownColumns(), ", ")}
	}
	return out, err
}

func attributesAAD(id touch.SubjectID) []byte { return []byte("protected\x00" + string(id)) }

func (o *Own) unseal(ws touch.Workspace, s SealedAttributes) (map[string]string, error) {
	k, err := o.Keys.OpenSubjectKey(ws, s.Subject, s.Wrapped)
	if err != nil {
		return nil, err
	}
	b, err := k.Open(s.Sealed, attributesAAD(s.Subject))
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	err = json.Unmarshal(b, &values)
	return values, touch.Wrap(touch.Tampered, err, "a person's protected attributes can't be read")
}

// SealAttributes seals a person's attributes under the person's key.
func SealAttributes(id touch.SubjectID, key seal.SubjectKey, values map[string]string) (SealedAttributes, error) {
	b, err := json.Marshal(values)
	if err != nil {
		return SealedAttributes{}, touch.Wrap(touch.Internal, err, "attributes can't be written")
	}
	sealed, err := key.Seal(b, attributesAAD(id))
	return SealedAttributes{Subject: id, Sealed: sealed}, err
}

// ownDecision is what an audit reads of a decision on record.
type ownDecision struct {
	row record.DecisionRow
	touch.Decision
	features map[string]any      // as they came with the touch
	review   touch.ReviewOutcome // by a person, the latest; "" for none
}

// FeaturePrefix begins the name of a column that holds what came with a touch
// as a feature: feature.balance.
const FeaturePrefix = "feature."

func (d *ownDecision) feature(name string) fairness.Value {
	switch v := d.features[name].(type) {
	case string:
		return fairness.Value{Text: v}
	case float64:
		return fairness.Value{Text: engine.FormatFloat(v)}
	case bool:
		return fairness.Value{Text: strconv.FormatBool(v)}
	}
	return fairness.Value{Null: true}
}

func (w *ownWalk) decision(ctx context.Context, r *record.Stored) (ownDecision, error) {
	o, err := w.o.Open.Opening(ctx, w.ws, r.ID)
	if err != nil {
		return ownDecision{}, err
	}
	var p struct {
		Body struct {
			Decision touch.Decision `json:"decision"`
			Features map[string]any `json:"features"`
		} `json:"body"`
	}
	if err := json.Unmarshal(o.Payload, &p); err != nil {
		return ownDecision{}, touch.Wrap(touch.Tampered, err, "an entry of the record can't be read")
	}
	return ownDecision{row: *r.Decision, Decision: p.Body.Decision, features: p.Body.Features}, nil
}

func (d *ownDecision) get(labels map[touch.DecisionID]string, protected map[string]string) func(string) fairness.Value {
	return func(column string) fairness.Value {
		if v, ok := d.column(column); ok {
			return v
		}
		if name, ok := strings.CutPrefix(column, FeaturePrefix); ok {
			return d.feature(name)
		}
		if column == "label" {
			l, ok := labels[d.row.ID]
			return fairness.Value{Text: l, Null: !ok}
		}
		v, ok := protected[column]
		return fairness.Value{Text: v, Null: !ok}
	}
}

func (d *ownDecision) column(name string) (fairness.Value, bool) {
	text := func(s string) (fairness.Value, bool) { return fairness.Value{Text: s, Null: s == ""}, true }
	r := &d.row
	switch name {
	case "decision":
		return text(string(r.ID))
	case "system":
		return text(string(r.System))
	case "purpose":
		return text(r.Purpose)
	case "channel":
		return text(string(r.Channel))
	case "verdict":
		return text(string(r.Verdict))
	case "allowed":
		return text(fmt.Sprint(r.Verdict == touch.Allow))
	case "stopped_at":
		return text(string(r.StoppedAt))
	case "reason":
		return text(r.Reason)
	case "arm":
		return text(r.Arm)
	case "jurisdiction":
		return text(r.Jurisdiction)
	case "band":
		return text(r.Band)
	case "campaign":
		return text(string(r.Campaign))
	case "day":
		return text(r.At.UTC().Format(time.DateOnly))
	case "model":
		return text(d.Versions.Model)
	case "reviewed":
		return text(strconv.FormatBool(d.review != ""))
	case "overturned":
		return fairness.Value{Text: strconv.FormatBool(d.review == touch.Overturned), Null: d.review == ""}, true
	}
	if d.Outcome == nil {
		return fairness.Value{Null: true}, name == "action" || name == "score"
	}
	switch name {
	case "action":
		return text(d.Outcome.Action)
	case "score":
		if d.Outcome.Score == nil {
			return fairness.Value{Null: true}, true
		}
		return text(engine.FormatFloat(*d.Outcome.Score))
	}
	return fairness.Value{}, false
}
