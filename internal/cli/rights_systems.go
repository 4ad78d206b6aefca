package cli

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"

	"fairtouch/internal/app"
	"fairtouch/internal/connectors"
	"fairtouch/internal/events"
	"fairtouch/touch"
)

type rightsSystemsCmd struct {
	List   systemsListCmd   `cmd:"" help:"Systems that requests are carried out in. Keys are not shown."`
	Add    systemsAddCmd    `cmd:"" help:"Connect one, or change it."`
	Remove systemsRemoveCmd `cmd:"" help:"Forget one and its key."`
}

type systemsListCmd struct{}

// Run lists.
func (c *systemsListCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		all, err := a.Connectors(r.ctx, ws)
		if err != nil {
			return err
		}
		table(r.Out, "SYSTEM\tCAN", func(line func(...any)) {
			for _, x := range all {
				var can []string
				for _, op := range x.Can() {
					can = append(can, string(op))
				}
				line(x.Name(), strings.Join(can, ", "))
			}
		})
		return nil
	})
}

type systemsAddCmd struct {
	Kind    string `arg:"" help:"hubspot, salesforce_mc, braze, klaviyo, customerio, mailchimp, listmonk or webhook."`
	Name    string `help:"Of this account; the kind if left out."`
	KeyFile string `required:"" help:"File with the API key, token or secret; - is standard input."`
	URL     string `name:"url" help:"The interface's address, where the system has no fixed one."`
	Account string `help:"Client id, site id or user name."`
	List    string `help:"Mailchimp: the audience's id."`
}

// Run connects. The key comes from a file, so that no shell remembers it.
func (c *systemsAddCmd) Run(r *run) error {
	key, err := r.read(c.KeyFile)
	if err != nil {
		return err
	}
	s := connectors.Settings{Kind: c.Kind, Name: c.Name, URL: c.URL, Key: strings.TrimSpace(string(key)), Account: c.Account, List: c.List}
	return r.within(func(a *app.App, ws touch.Workspace) error { return a.SaveConnector(r.ctx, ws, app.LocalOperator, s) })
}

type systemsRemoveCmd struct {
	Name string `arg:"" help:"The system."`
}

// Run forgets.
func (c *systemsRemoveCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		return a.RemoveConnector(r.ctx, ws, app.LocalOperator, c.Name)
	})
}

type rightsWebhooksCmd struct {
	List   webhooksListCmd   `cmd:"" help:"Where webhooks go. Secrets are not shown."`
	Add    webhooksAddCmd    `cmd:"" help:"Send webhooks to an address; prints the secret, once."`
	Remove webhooksRemoveCmd `cmd:"" help:"Send none there any more."`
	Source webhooksSourceCmd `cmd:"" help:"Take webhooks of another system in; prints the address and the secret, once."`
}

type webhooksListCmd struct{}

// Run lists.
func (c *webhooksListCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		all, err := a.Endpoints(r.ctx, ws)
		table(r.Out, "WEBHOOK\tADDRESS", func(line func(...any)) {
			for _, e := range all {
				line(e.ID, e.URL)
			}
		})
		return err
	})
}

type webhooksAddCmd struct {
	URL string `arg:"" name:"url" help:"An https address."`
}

// Run adds one.
func (c *webhooksAddCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		e, err := a.AddEndpoint(r.ctx, ws, app.LocalOperator, c.URL)
		if err == nil {
			fmt.Fprintf(r.Out, "%s %s\n", e.ID, e.Secret)
		}
		return err
	})
}

type webhooksRemoveCmd struct {
	ID string `arg:"" help:"The webhook."`
}

// Run removes one.
func (c *webhooksRemoveCmd) Run(r *run) error {
	return r.within(func(a *app.App, ws touch.Workspace) error {
		return a.RemoveEndpoint(r.ctx, ws, app.LocalOperator, c.ID)
	})
}

type webhooksSourceCmd struct {
	System  string `arg:"" help:"segment, hubspot, braze, klaviyo or customerio."`
	Mapping string `help:"YAML: what its topics mean here." placeholder:"mapping.yaml"`
}

// Run adds a source.
func (c *webhooksSourceCmd) Run(r *run) error {
	m, err := r.mapping(c.Mapping)
	if err != nil {
		return err
	}
	return r.within(func(a *app.App, ws touch.Workspace) error {
		s, err := a.AddSource(r.ctx, ws, app.LocalOperator, c.System, m)
		if err == nil {
			fmt.Fprintf(r.Out, "/hooks/%s/%s %s\n", ws, s.ID, s.Secret)
		}
		return err
	})
}

// mapping reads what another system's topics mean; none maps nothing, so that
// only refusals are taken.
func (r *run) mapping(file string) (m events.Mapping, err error) {
	if file == "" {
		return m, nil
	}
	b, err := r.read(file)
	if err != nil {
		return m, err
	}
	var raw struct {
		Source string `yaml:"source"`
		Topics map[string]struct {
			Purpose string         `yaml:"purpose"`
			System  touch.SystemID `yaml:"system"`
			Channel touch.Channel  `yaml:"channel"`
			Notice  string         `yaml:"notice"`
			Locale  string         `yaml:"locale"`
			Proof   string         `yaml:"confirmed_at"`
			OptIn   bool           `yaml:"opt_in"`
		} `yaml:"topics"`
	}
	if err := yaml.UnmarshalWithOptions(b, &raw, yaml.Strict()); err != nil {
		return m, touch.Fielderr("mapping", "must be YAML with source and topics; a topic has purpose, system, channel, notice, locale, opt_in and confirmed_at")
	}
	m = events.Mapping{Source: raw.Source, Topics: map[string]events.Meaning{}}
	for k, v := range raw.Topics {
		m.Topics[k] = events.Meaning(v)
	}
	return m, nil
}

type rightsIntakeCmd struct {
	System  string `arg:"" help:"segment, hubspot, braze, klaviyo or customerio."`
	File    string `arg:"" help:"Its payload or export as JSON; - is standard input."`
	Mapping string `help:"YAML: what its topics mean here; without it only refusals are taken." placeholder:"mapping.yaml"`
}

// Run takes every no, and each yes that can be shown to be one. What wasn't
// taken is listed by its place, without a name.
func (c *rightsIntakeCmd) Run(r *run) error {
	m, err := r.mapping(c.Mapping)
	if err != nil {
		return err
	}
	b, err := r.read(c.File)
	if err != nil {
		return err
	}
	return r.within(func(a *app.App, ws touch.Workspace) error {
		in, held, err := a.TakePayload(r.ctx, ws, c.System, b, m)
		if err != nil {
			return err
		}
		if r.opts.JSON {
			return r.print(map[string]any{"people": len(in.People), "not_taken": in.Doubts, "waiting": held.Waiting, "waiting_for": held.Why})
		}
		fmt.Fprintf(r.Out, "%d people, %d not taken\n", len(in.People), len(in.Doubts))
		held.Print(r.Out)
		for _, d := range in.Doubts {
			fmt.Fprintf(r.Out, "  %s %s: %s\n", d.Place, d.Topic, d.Why)
		}
		return nil
	})
}
