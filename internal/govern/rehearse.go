package govern

import (
	"context"
	"sync"

	"fairtouch/internal/consent"
	"fairtouch/internal/disclose"
	"fairtouch/internal/policy"
	"fairtouch/touch"
)

// Rehearsed is what would become of one touch: nothing was decided, no model
// was called, and nothing about the person was written.
type Rehearsed struct {
	Verdict     touch.Verdict
	Checks      []touch.Check // those that stand against it, in the order of the path
	Missing     []string
	Alternative *touch.Alternative
	Label       string
	Why, Human  string          // links
	Subject     touch.SubjectID // "" where the person isn't known here
	Err         error           // what is wrong with the touch itself
}

// UseLinks makes the addresses of a use that no decision stands behind yet.
type UseLinks interface {
	ForUse(ws touch.Workspace, system touch.SystemID, ch touch.Channel, subject touch.SubjectID) (why, human string)
}

// Rehearse takes touches through pilot, consent, law, ownership and disclosure
// as Decide would, on as many goroutines as workers, and records nothing. The
// campaign's own state is not asked: a rehearsal comes before the start. A
// person who isn't known here is placed in a pilot by their look-up.
func (p *Path) Rehearse(ctx context.Context, c Caller, ts []touch.Touch, workers int, links UseLinks) ([]Rehearsed, error) {
	out, entries := make([]Rehearsed, len(ts)), make([]*entry, len(ts))
	lookups := make([]string, len(ts))
	var ask []string
	for i := range ts {
		if ts[i].Subject == nil {
			out[i].Err = touch.Fielderr("subject", "every row names its person")
			continue
		}
		if lookups[i], out[i].Err = p.ledger.Lookup(c.Workspace, ts[i].Subject.ExternalID); out[i].Err == nil {
			ask = append(ask, lookups[i])
		}
	}
	people, epoch, err := p.ledger.LookAll(ctx, c.Workspace, ask)
	if err != nil {
		return nil, err
	}
	for i := range ts {
		if out[i].Err != nil {
			continue
		}
		t := ts[i]
		t.Campaign, t.Result = "", nil
		e := &entry{id: touch.NewDecisionID(), at: p.stamp(), caller: c, touch: t, known: people[lookups[i]]}
		out[i].Subject = e.known.ID
		if e.known.ID == "" {
			e.known.ID = touch.SubjectID("sub_" + lookups[i])
		}
		if out[i].Err = p.enter(ctx, e, epoch); out[i].Err == nil {
			entries[i] = e
		}
	}
	var wg sync.WaitGroup
	workers = max(1, min(workers, len(ts)))
	for w := range workers {
		wg.Go(func() {
			for i := w * len(ts) / workers; i < (w+1)*len(ts)/workers; i++ {
				if entries[i] != nil {
					p.rehearse(entries[i], &out[i], links)
				}
			}
		})
	}
	wg.Wait()
	return out, nil
}

func (p *Path) rehearse(e *entry, out *Rehearsed, links UseLinks) {
	refused, duty, err := p.wouldRefuse(e)
	if err != nil {
		out.Err = err
		return
	}
	out.Verdict = touch.Allow
	if refused != nil {
		out.Verdict, out.Missing, out.Alternative = refused.Verdict, refused.Missing, refused.Alternative
		for _, c := range refused.Checks {
			if c.Verdict != touch.Allow {
				out.Checks = append(out.Checks, c)
			}
		}
	}
	out.Why, out.Human = links.ForUse(e.caller.Workspace, e.touch.System, e.touch.Channel, out.Subject)
	if out.Verdict != touch.Allow {
		return // no AI, so no label that says there was
	}
	note, err := duty.Render(string(e.bound.System.ID), disclose.Links{Why: out.Why, Human: out.Human})
	out.Label, out.Err = note.Label.Text, err
}

// asks is the entry's question to the ledger.
func (e *entry) asks() consent.Question {
	supplier := e.bound.System.Supplier
	return consent.Question{Purpose: e.touch.Purpose, System: e.touch.System, Channel: e.touch.Channel, NoPerson: e.no,
		SupplierOpen: supplier.Open(), CountsFrom: supplier.CountsFrom()}
}

// wouldRefuse is admit without payload.
func (p *Path) wouldRefuse(e *entry) (*policy.Refusal, disclose.Duty, error) {
	var none disclose.Duty
	facts, err := clientFacts(e.touch.Facts)
	if err != nil {
		return nil, none, err
	}
	if consent.MinorAt(e.known.Members, e.at) {
		facts["subject.minor"] = true // the ledger knows better than a client
	}
	e.stored.Facts = facts
	e.arm = p.place(e)
	standing, err := consent.Ask(e.arm, e.asks(),
		e.known.Members, e.world.Bases, e.at)
	if err != nil {
		return nil, none, err
	}
	in := p.question(e, facts)
	permit, refusal, err := policy.Decide(standing, in, e.world.Law)
	if err != nil {
		return nil, none, err
	}
	if refusal = outsidePilot(e, standing, in, permit, refusal); refusal != nil {
		return refusal, none, nil
	}
	duty, refusal, err := e.duty(in, permit)
	return refusal, duty, err
}
