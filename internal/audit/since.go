package audit

import (
	"context"
	"errors"

	"fairtouch/internal/seal"
	"fairtouch/touch"
)

// Fresh is one decision as a watch reads it, with what is kept of its person
// for audits alone.
type Fresh struct {
	Seq    int64
	Values map[string]string
	touch.Decision
}

// Since calls f with each decision of a system after a place in the record,
// oldest first, and returns the last place that was read. Protected attributes
// are opened for the length of the call; permission is needed as for an audit.
func (o *Own) Since(ctx context.Context, ws touch.Workspace, system touch.SystemID, after int64, protected []string, perm *Permission, f func(Fresh) error) (int64, error) {
	if err := perm.Check(o.Now()); err != nil {
		return after, err
	}
	w := &ownWalk{o: o, ws: ws, system: system, protected: protected}
	var people map[touch.SubjectID]map[string]string
	for {
		page, err := o.Rows.Scan(ctx, ws, after, 500)
		if err != nil || len(page) == 0 {
			return after, err
		}
		for i := range page {
			if w.picks(&page[i]) {
				if people == nil { // only when there is something new
					if people, err = w.attributes(ctx); err != nil {
						return after, err
					}
				}
				d, err := w.decision(ctx, &page[i])
				if err == nil {
					err = f(Fresh{page[i].Seq, people[page[i].Subject], d.Decision})
				}
				if err != nil && !errors.Is(err, seal.ErrErased) {
					return after, err
				}
			}
			after = page[i].Seq
		}
	}
}
