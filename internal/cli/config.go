package cli

import (
	"fmt"
)

type configCmd struct {
	Show  configShowCmd  `cmd:"" help:"Every setting with its value; secrets are not shown."`
	Check configCheckCmd `cmd:"" help:"Say what is wrong with the configuration, or nothing."`
}

type configShowCmd struct{}

// Run shows the configuration.
func (c *configShowCmd) Run(r *run) error {
	cfg, err := r.config()
	if err != nil {
		return err
	}
	if r.opts.JSON {
		out := map[string]string{}
		for _, s := range cfg.Settings() {
			out[s.Key] = s.Value
		}
		return r.print(out)
	}
	table(r.Out, "SETTING\tVALUE\tENVIRONMENT", func(line func(...any)) {
		for _, s := range cfg.Settings() {
			line(s.Key, s.Value, s.Env)
		}
	})
	return nil
}

type configCheckCmd struct{}

// Run checks the configuration.
func (c *configCheckCmd) Run(r *run) error {
	cfg, err := r.config()
	if err != nil {
		return err
	}
	if err := cfg.Check(); err != nil {
		return err
	}
	if r.opts.JSON {
		return r.print(map[string]bool{"ok": true})
	}
	_, err = fmt.Fprintln(r.Out, "the configuration is right")
	return err
}

type versionCmd struct{}

// Version is the program's version.
const Version = "0.1.0"

// Run prints the version.
func (c *versionCmd) Run(r *run) error {
	_, err := fmt.Fprintln(r.Out, "fairtouch "+Version)
	return err
}
