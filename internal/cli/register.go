package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"fairtouch/internal/app"
	"fairtouch/internal/provider"
	"fairtouch/internal/register"
	"fairtouch/touch"
)

type registerCmd struct {
	Import registerImportCmd `cmd:"" help:"Systems, chains and judgements from a YAML or JSON file."`
	Check  registerCheckCmd  `cmd:"" help:"Ownership: what is open, and where a chain is weakest; exit status 1 if blocked or a gap."`
	Rank   registerRankCmd   `cmd:"" help:"Tools for one use, those on own data first."`
	Model  registerModelCmd  `cmd:"" help:"Bind a model to a system."`
	Policy registerPolicyCmd `cmd:"" help:"The section on AI of the privacy policy, in plain words; exit status 1 if the published one is out of date."`
	Export registerExportCmd `cmd:"" help:"The register as one JSON file, which import reads."`
}

type registerImportCmd struct {
	File string `arg:"" help:"The register file; - is standard input."`
	By   string `help:"The user who answers for it." default:"local" placeholder:"USER"`
}

// Run imports. The file is checked whole before anything is saved; parts of
// chains replace earlier ones by id.
func (c *registerImportCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		b, err := r.read(c.File)
		if err != nil {
			return err
		}
		f, err := register.ParseFile(b)
		if err != nil {
			return err
		}
		done, err := a.ImportRegister(r.ctx, ws, f, touch.UserID(c.By))
		if err != nil {
			return err
		}
		if r.opts.JSON {
			return r.print(done)
		}
		_, err = fmt.Fprintf(r.Out, "%d systems, %d unchanged, %d assets, %d rights, %d judgements and attestations\n",
			done.Systems, done.Unchanged, done.Assets, done.Rights, done.Judgements)
		return err
	})
}

// useFlags name a use.
type useFlags struct {
	System    string `help:"Only this system." placeholder:"S"`
	Purpose   string `help:"The purpose (default: each of the system's)." placeholder:"P"`
	Channel   string `help:"The channel (default: the system's first)." placeholder:"C"`
	Territory string `help:"The country (default: the system's markets, each)." placeholder:"T"`
	On        string `help:"The day (default: today)." placeholder:"DATE"`
}

func (u *useFlags) day() (register.Date, error) {
	if u.On == "" {
		return register.Date(time.Now().UTC().Format(time.DateOnly)), nil
	}
	d, err := civil("on", u.On)
	return register.Date(d.String()), err
}

type registerCheckCmd struct {
	useFlags `embed:""`
}

// Run checks every use of the systems.
func (c *registerCheckCmd) Run(r *run) error {
	on, err := c.day()
	if err != nil {
		return err
	}
	return r.within(func(a *app.App, ws touch.Workspace) error {
		w, err := a.Worlds.Load(r.ctx, ws)
		if err != nil {
			return err
		}
		verdicts := []register.Verdict{}
		ids := make([]touch.SystemID, 0, len(w.Systems))
		for id := range w.Systems {
			if c.System == "" || string(id) == c.System {
				ids = append(ids, id)
			}
		}
		if c.System != "" && len(ids) == 0 {
			return touch.Fielderr("system", "no system of this id is registered here; `fairtouch register check` lists them")
		}
		slices.Sort(ids)
		for _, id := range ids {
			for _, u := range c.uses(&w.Systems[id].System) {
				verdicts = append(verdicts, w.Verdicts.Check(u, on))
			}
		}
		return c.print(r, verdicts)
	})
}

// uses are the uses that were asked for, or all that the system is registered for.
func (c *registerCheckCmd) uses(s *register.System) (out []register.Use) {
	purposes, territories := s.Purposes, s.Markets
	if c.Purpose != "" {
		purposes = []string{c.Purpose}
	}
	if c.Territory != "" {
		territories = []string{c.Territory}
	}
	if len(territories) == 0 {
		territories = []string{""}
	}
	channel := touch.Channel(c.Channel)
	if channel == "" && len(s.Channels) > 0 {
		channel = s.Channels[0]
	}
	for _, p := range purposes {
		for _, t := range territories {
			out = append(out, s.Use(p, channel, t))
		}
	}
	return out
}

func (c *registerCheckCmd) print(r *run, verdicts []register.Verdict) error {
	refused := 0
	for _, v := range verdicts {
		if v.Refuses() {
			refused++
		}
	}
	if r.opts.JSON {
		if err := r.print(verdicts); err != nil {
			return err
		}
	} else {
		for _, v := range verdicts {
			fmt.Fprintf(r.Out, "%s, %s, %s, %s: %s\n", v.Use.System, v.Use.Purpose, dash(v.Use.Channel), dash(v.Use.Territory), v.Verdict)
			for _, f := range v.Findings {
				fmt.Fprintf(r.Out, "  %s %s: %s Chain: %s.\n", f.Severity, f.Code, f.Reason, f.Words)
			}
			fmt.Fprintf(r.Out, "  weakest: %s\n", dash(v.Weakest))
		}
	}
	if refused > 0 {
		fmt.Fprintf(r.Err, "fairtouch: %d of %d uses are blocked or have a gap\n", refused, len(verdicts))
		return exitStatus(1)
	}
	return nil
}

type registerRankCmd struct {
	Purpose   string `required:"" placeholder:"P"`
	Channel   string `required:"" placeholder:"C"`
	Territory string `required:"" placeholder:"T"`
	On        string `help:"The day (default: today)." placeholder:"DATE"`
}

// Run ranks the tools of the register for one use.
func (c *registerRankCmd) Run(r *run) error {
	on, err := (&useFlags{On: c.On}).day()
	if err != nil {
		return err
	}
	return r.within(func(a *app.App, ws touch.Workspace) error {
		ranked, err := a.Rank(r.ctx, ws, register.Use{Purpose: c.Purpose, Channel: c.Channel, Territory: c.Territory, Commercial: true}, on)
		if err != nil {
			return err
		}
		if r.opts.JSON {
			return r.print(ranked)
		}
		table(r.Out, "TOOL\tVERDICT\tTIER\tSCORE\tWHY\tWEAKEST", func(line func(...any)) {
			for _, x := range ranked {
				line(cmp.Or(x.Name, x.Tool), x.Verdict, x.Tier, fmt.Sprintf("%.0f", x.Score), x.Why, x.Weakest)
			}
		})
		return nil
	})
}

type registerModelCmd struct {
	System     string `required:"" help:"The registered system." placeholder:"S"`
	File       string `required:"" help:"LightGBM text, XGBoost JSON or UBJ." placeholder:"MODEL"`
	Spec       string `required:"" help:"JSON: name, calibration, bands, features." placeholder:"SPEC.json"`
	Dictionary string `required:"" help:"YAML: what each input is called, for the reasons." placeholder:"DICT.yaml"`
	By         string `help:"The user who answers for it." default:"local" placeholder:"USER"`
}

// Run binds a model.
func (c *registerModelCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		doc, err := c.doc(r)
		if err != nil {
			return err
		}
		s, err := a.BindModel(r.ctx, ws, touch.SystemID(c.System), doc, touch.UserID(c.By))
		if err != nil {
			return err
		}
		if r.opts.JSON {
			return r.print(map[string]any{"system": s.ID, "version": s.Version, "model_hash": s.ModelHash})
		}
		_, err = fmt.Fprintf(r.Out, "%s version %d: model sha256:%s\n", s.ID, s.Version, s.ModelHash)
		return err
	})
}

func (c *registerModelCmd) doc(r *run) (doc app.ModelDoc, err error) {
	if doc.File, err = r.read(c.File); err != nil {
		return doc, err
	}
	if doc.Dictionary, err = r.read(c.Dictionary); err != nil {
		return doc, err
	}
	b, err := r.read(c.Spec)
	if err != nil {
		return doc, err
	}
	doc.Spec = provider.Spec{}
	return doc, touch.Wrap(touch.Invalid, json.Unmarshal(b, &doc.Spec), "%s is not the JSON of a model's spec", c.Spec)
}

type registerExportCmd struct {
	Out string `short:"o" help:"File; - is standard output." default:"-"`
}

// Run exports.
func (c *registerExportCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		f, err := a.ExportRegister(r.ctx, ws)
		if err != nil {
			return err
		}
		return r.writeJSON(c.Out, f)
	})
}

// writeJSON writes one JSON value to a file or standard output.
func (r *run) writeJSON(path string, v any) error {
	w, err := r.create(path)
	if err != nil {
		return err
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	err = e.Encode(v)
	if c := w.Close(); err == nil {
		err = c
	}
	return touch.Wrap(touch.Unavailable, err, "the output can't be written")
}
