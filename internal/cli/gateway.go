package cli

import (
	"strings"

	"fairtouch/internal/app"
	"fairtouch/internal/gateway"
	"fairtouch/touch"
)

type gatewayCmd struct {
	Bind  gatewayBindCmd  `cmd:"" help:"Let a registered system write text through /openai/v1 and /anthropic/v1, from a JSON file."`
	Limit gatewayLimitCmd `cmd:"" help:"Bind a key to systems and models, and limit it, from a JSON file."`
	List  gatewayListCmd  `cmd:"" help:"The systems that are bound, and to which providers."`
}

type gatewayBindCmd struct {
	File string `arg:"" help:"JSON: system, providers, models, tools, keep, replace, found, …; - for standard input. docs/gateway.md describes it."`
}

// Run stores a binding.
func (c *gatewayBindCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		var b gateway.Binding
		if err := r.document(c.File, &b); err != nil {
			return err
		}
		return a.PutBinding(r.ctx, ws, b, app.LocalOperator)
	})
}

type gatewayLimitCmd struct {
	File string `arg:"" help:"JSON: key, systems, models, per_minute, per_day; - for standard input."`
}

// Run stores a key's rule.
func (c *gatewayLimitCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		var rule gateway.Rule
		if err := r.document(c.File, &rule); err != nil {
			return err
		}
		return a.PutRule(r.ctx, ws, rule, app.LocalOperator)
	})
}

// document reads a JSON file strictly.
func (r *run) document(file string, v any) error {
	b, err := r.read(file)
	if err != nil {
		return err
	}
	return touch.Decode(b, v)
}

type gatewayListCmd struct{}

// Run lists bindings.
func (c *gatewayListCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		all, err := a.Bindings(r.ctx, ws)
		if err != nil {
			return err
		}
		if r.opts.JSON {
			return r.print(all)
		}
		table(r.Out, "SYSTEM\tPROVIDERS\tMODELS\tTOOLS WITH VALUES", func(line func(...any)) {
			for _, b := range all {
				line(b.System, strings.Join(b.Providers, ", "), strings.Join(b.Models, ", "), strings.Join(b.Tools, ", "))
			}
		})
		return nil
	})
}
