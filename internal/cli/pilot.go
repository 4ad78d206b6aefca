package cli

import (
	"fmt"

	"fairtouch/internal/app"
	"fairtouch/internal/pilot"
	"fairtouch/touch"
)

type pilotCmd struct {
	List   pilotListCmd   `cmd:"" help:"The pilots, and where each stands."`
	Create pilotCreateCmd `cmd:"" help:"A draft; nobody is in it until it is started."`
	Start  pilotStartCmd  `cmd:"" help:"Take a draft to its first step."`
	Step   pilotStepCmd   `cmd:"" help:"One step further."`
	Scale  pilotScaleCmd  `cmd:"" help:"End a pilot on its last step: everybody meets the AI."`
	Halt   pilotHaltCmd   `cmd:"" help:"Everybody gets the alternative, at once."`
}

type pilotListCmd struct{}

// Run lists pilots.
func (c *pilotListCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		ps, err := a.DB.Pilots(r.ctx, ws)
		if err != nil {
			return err
		}
		if r.opts.JSON {
			return r.print(append([]pilot.Pilot{}, ps...))
		}
		table(r.Out, "PILOT\tNAME\tSYSTEM\tSTATE\tSTEP\tCOVERAGE\tCONTROL", func(line func(...any)) {
			for i := range ps {
				p := &ps[i]
				line(p.ID, p.Name, p.System, p.State, fmt.Sprintf("%d of %d", p.Step+1, len(p.Steps)),
					fmt.Sprintf("%g %%", 100*p.Epoch.Coverage), fmt.Sprintf("%g %%", 100*p.ControlShare))
			}
		})
		return nil
	})
}

type pilotCreateCmd struct {
	System  string    `required:"" help:"The registered system." placeholder:"S"`
	Name    string    `required:"" help:"What people call it." placeholder:"N"`
	Control float64   `default:"0.5" help:"Share of those covered who get the alternative, to compare with."`
	Steps   []float64 `default:"1,5,10,25,50,100" help:"Coverage of each step, in percent, rising."`
	By      string    `default:"local" help:"The user who answers for it." placeholder:"USER"`
}

// Run creates.
func (c *pilotCreateCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		p, err := a.CreatePilot(r.ctx, ws, app.NewPilot{System: touch.SystemID(c.System), Name: c.Name, Control: c.Control, Steps: c.Steps, By: touch.UserID(c.By)})
		if err != nil {
			return err
		}
		if r.opts.JSON {
			return r.print(p)
		}
		_, err = fmt.Fprintln(r.Out, p.ID)
		return err
	})
}

// pilotMove are the flags of every transition.
type pilotMove struct {
	ID     string `arg:"" help:"The pilot."`
	Reason string `required:"" help:"Why; it goes on record." placeholder:"TEXT"`
	By     string `default:"local" help:"The user who decides it." placeholder:"USER"`
}

func (c *pilotMove) move(r *run, how func(pilot.Pilot, pilot.Act) (pilot.Pilot, pilot.Event, error)) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		p, e, err := a.MovePilot(r.ctx, ws, touch.PilotID(c.ID), touch.UserID(c.By), c.Reason, how)
		if err != nil {
			return err
		}
		if r.opts.JSON {
			return r.print(map[string]any{"pilot": p, "event": e})
		}
		_, err = fmt.Fprintf(r.Out, "pilot %s %s: %s, step %d of %d, coverage %g %%\n", p.ID, e.Kind, p.State, p.Step+1, len(p.Steps), 100*p.Epoch.Coverage)
		return err
	})
}

type pilotStartCmd struct {
	pilotMove `embed:""`
}

// Run starts.
func (c *pilotStartCmd) Run(r *run) error { return c.move(r, pilot.Pilot.Start) }

type pilotStepCmd struct {
	pilotMove `embed:""`
}

// Run advances.
func (c *pilotStepCmd) Run(r *run) error { return c.move(r, pilot.Pilot.Advance) }

type pilotScaleCmd struct {
	pilotMove `embed:""`
}

// Run scales.
func (c *pilotScaleCmd) Run(r *run) error { return c.move(r, pilot.Pilot.Scale) }

type pilotHaltCmd struct {
	pilotMove `embed:""`
}

// Run halts.
func (c *pilotHaltCmd) Run(r *run) error { return c.move(r, pilot.Pilot.Halt) }
