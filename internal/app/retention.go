package app

import (
	"context"
	"slices"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/record"
	"fairtouch/internal/register"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// docKeep is the schedule of retention of a workspace, a document for each kind.
const docKeep = "retention"

// keepRule is how long one kind of record is kept.
type keepRule struct {
	Kind   string        `json:"kind"`
	Days   int           `json:"days"` // 0: until somebody removes it
	Until  register.Date `json:"held_until,omitzero"`
	Reason string        `json:"held_for,omitzero"`

	What string `json:"-"`
	Why  string `json:"-"`
}

// keepDefaults are the kinds and their usual times. Decisions and permissions
// are evidence that the person's key alone can end: they stay until an erasure.
func keepDefaults() []keepRule {
	return []keepRule{
		{Kind: "replies", Days: 30, What: "replies kept for retries", Why: "a client that retries gets the same decision"},
		{Kind: "cases", Days: 1095, What: "answered questions of people", Why: "three years, as long as a claim can usually be raised; set your own"},
		{Kind: "mail", Days: 90, What: "messages to the staff", Why: "they are work, not evidence"},
		{Kind: "uploads", Days: 1, What: "uploaded lists and their results", Why: "they name people and serve one rehearsal"},
		{Kind: "drafts", Days: 180, What: "copy that AI wrote, with its approvals", Why: "the words serve their approval; older ones have to be approved anew, and who approved what stays on record"},
		{Kind: "prints", Days: 1095, What: "fingerprints of what was sent to people", Why: "three years, to show what was disclosed while a claim can usually be raised; set your own"},
		{Kind: "devices", Days: 400, What: "answers of browsers on web sites", Why: "as long as the browser keeps its own value, counted from its last answer; one that a person linked stays with them"},
		{Kind: "sessions", Days: 0, What: "ended sign-ins and one-time codes", Why: "removed as soon as they end"},
	}
}

// schedule is the workspace's, with the defaults where nothing was set.
func (a *App) schedule(ctx context.Context, ws touch.Workspace) ([]keepRule, error) {
	set, err := docs[keepRule](ctx, a.DB, ws, docKeep)
	out := keepDefaults()
	for i := range out {
		for _, x := range set {
			if x.Kind == out[i].Kind {
				out[i].Days, out[i].Until, out[i].Reason = x.Days, x.Until, x.Reason
			}
		}
	}
	return out, err
}

// SweepWorkspace removes what is past its time and not held, and says how much.
func (a *App) SweepWorkspace(ctx context.Context, ws touch.Workspace, now time.Time) (int, error) {
	all, err := a.schedule(ctx, ws)
	if err != nil {
		return 0, err
	}
	total := 0
	today := register.Date(now.UTC().Format(time.DateOnly))
	for _, k := range all {
		if k.Until != "" && today <= k.Until {
			continue // held for a claim
		}
		if k.Kind == "uploads" {
			a.sweepSpool(ws, false)
		}
		if k.Days == 0 && k.Kind != "sessions" {
			continue
		}
		sweep := a.DB.SweepKind
		if k.Kind == "devices" {
			sweep = a.sweepDevices
		}
		n, err := sweep(ctx, ws, k.Kind, now.AddDate(0, 0, -k.Days))
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}

// deviceBatch is how many browsers are erased in one transaction.
const deviceBatch = 500

// sweepDevices erases browsers that said nothing since a time: their keys go, so
// that nothing of them can be read, and every proof still verifies.
func (a *App) sweepDevices(ctx context.Context, ws touch.Workspace, _ string, before time.Time) (total int, err error) {
	for ctx.Err() == nil {
		ids, err := a.DB.StaleDevices(ctx, ws, before, deviceBatch)
		if err != nil || len(ids) == 0 {
			return total, err
		}
		n, err := a.Record.EraseAll(ctx, ws, ids, func(ctx context.Context, all []record.Erasing) (int, error) {
			return a.DB.EraseDevices(ctx, ws, before, all)
		})
		total += n
		if err != nil || n == 0 {
			return total, err
		}
	}
	return total, touch.Wrap(touch.Unavailable, ctx.Err(), "stopped")
}

// Background starts the server's own jobs; they end with Close.
func (a *App) Background() {
	a.repeat(24*time.Hour, "retention", func(ctx context.Context, ws touch.Workspace) error {
		_, err := a.SweepWorkspace(ctx, ws, time.Now())
		return err
	})
	a.repeat(time.Hour, "reminders", func(ctx context.Context, ws touch.Workspace) error { return a.Remind(ctx, ws, time.Now()) })
	a.repeat(time.Hour, "audits", a.runDue)
	a.repeat(time.Hour, "reviews", a.WatchReviews)
	a.repeat(watchEvery, "watches", a.RunWatches)
	a.repeat(time.Minute, "requests", func(ctx context.Context, ws touch.Workspace) error { _, err := a.RunRights(ctx, ws); return err })
	a.repeat(10*time.Second, "mails about requests", a.TellRights)
	a.repeat(time.Second, "promises of a person", a.AlertLate)
	a.repeat(time.Second, "help desks", a.TellDesks)
	a.runs.wg.Go(func() { a.RunWebhooks(a.runs.ctx) })
	a.runs.wg.Go(a.tellUsage)
}

// repeat does a job for every workspace at the start, and then once in a while.
// A failure is logged, and the next round tries again.
func (a *App) repeat(every time.Duration, name string, job func(ctx context.Context, ws touch.Workspace) error) {
	ctx := a.runs.ctx
	a.runs.wg.Go(func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			all, err := a.DB.AllWorkspaces(ctx)
			for _, w := range all {
				if e := job(ctx, w.ID); e != nil {
					err = e // the others still get their round
				}
			}
			if err != nil && ctx.Err() == nil {
				a.Log.Error(name, "code", touch.CodeOf(err), "cause", causeOf(err))
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	})
}

// Retention implements console.Reports.
func (s staff) Retention(ctx context.Context, p access.Principal) (console.Retention, error) {
	all, err := s.schedule(ctx, p.Workspace)
	if err != nil {
		return console.Retention{}, err
	}
	var out console.Retention
	for _, k := range all {
		n, err := s.DB.CountKind(ctx, p.Workspace, k.Kind)
		if err != nil {
			return out, err
		}
		out.Lines = append(out.Lines, console.RetentionLine{Kind: k.Kind, What: k.What, Why: k.Why, Days: k.Days, HeldUntil: string(k.Until), HeldFor: k.Reason, Now: n})
	}
	return out, nil
}

func (s staff) rule(ctx context.Context, ws touch.Workspace, kind string) (keepRule, error) {
	all, err := s.schedule(ctx, ws)
	if err != nil {
		return keepRule{}, err
	}
	i := slices.IndexFunc(all, func(k keepRule) bool { return k.Kind == kind })
	if i < 0 {
		return keepRule{}, touch.Fielderr("kind", "Choose a kind of record")
	}
	return all[i], nil
}

// minDeviceDays is the longest that six months can be: who said no isn't asked
// again within them, see consent.Lifetime.
const minDeviceDays = 184

// Keep implements console.Reports.
func (s staff) Keep(ctx context.Context, p access.Principal, kind string, days int) error {
	k, err := s.rule(ctx, p.Workspace, kind)
	if err != nil {
		return err
	}
	if days < 0 || days > 36500 {
		return touch.Fielderr("days", "Write a number of days, 0 to 36,500")
	}
	if kind == "devices" && days > 0 && days < minDeviceDays {
		return touch.Fielderr("days", "Keep them for %d days or more: a no is left in peace for six months", minDeviceDays)
	}
	if kind == "uploads" && days != 1 {
		return touch.Fielderr("days", "Uploads are kept for a day; that can't be changed")
	}
	k.Days = days
	_, err = s.DB.PutDocument(ctx, p.Workspace, docKeep, kind, k, p.User)
	return err
}

// Hold implements console.Reports.
func (s staff) Hold(ctx context.Context, p access.Principal, kind, until, reason string) error {
	k, err := s.rule(ctx, p.Workspace, kind)
	if err != nil {
		return err
	}
	k.Until, k.Reason = register.Date(until), reason
	if until != "" && (!k.Until.Valid() || reason == "") {
		return touch.Fielderr("until", "Give a day as 2027-12-31, and the claim that it is held for")
	}
	_, err = s.DB.PutDocument(ctx, p.Workspace, docKeep, kind, k, p.User)
	return err
}

// Sweep implements console.Reports.
func (s staff) Sweep(ctx context.Context, p access.Principal) (int, error) {
	return s.SweepWorkspace(ctx, p.Workspace, time.Now())
}

// remindBefore is how long before its due time an approval is called to mind.
const remindBefore = 4 * time.Hour

// Remind posts a reminder for each open approval that is soon due or late, and
// was not called to mind yet.
func (a *App) Remind(ctx context.Context, ws touch.Workspace, now time.Time) error {
	all, err := a.Approvals(ctx, ws)
	if err != nil {
		return err
	}
	for _, q := range all {
		if q.State != "open" && q.State != "question" || !q.Reminded.IsZero() || now.Before(q.Due.Add(-remindBefore)) {
			continue
		}
		q.Reminded = now.UTC()
		q.Revision++
		err := a.DB.PutVersion(ctx, ws, DocApproval, q.ID, q.Revision, q, q.Asked)
		if touch.CodeOf(err) == touch.Conflict {
			continue // answered meanwhile, or another node reminds
		}
		if err == nil {
			err = staff{a}.tellAsked(ctx, ws, &q)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
