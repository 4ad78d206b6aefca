package app

import (
	"context"

	"fairtouch/internal/access"
	"fairtouch/internal/connectors"
	"fairtouch/internal/rights"
	"fairtouch/internal/web/console"
	"fairtouch/touch"
)

// shownCalls is how many calls of a system its page lists.
const shownCalls = 100

// ConnectorList implements console.Connectors.
func (s staff) ConnectorList(ctx context.Context, p access.Principal) ([]console.ConnectorLine, error) {
	all, err := s.ConnectorSettings(ctx, p.Workspace)
	if err != nil {
		return nil, err
	}
	totals, err := s.DB.CallTotals(ctx, p.Workspace)
	out := make([]console.ConnectorLine, len(all))
	for i, x := range all {
		out[i] = console.ConnectorLine{Name: x.Name, Kind: x.Kind, Off: x.Off}
		for _, t := range totals {
			if t.System == x.Name {
				out[i].Ended, out[i].Failed, out[i].Waiting, out[i].Last = t.Ended, t.Failed, t.Waiting, t.Last
			}
		}
	}
	return out, err
}

// ConnectorPage implements console.Connectors.
func (s staff) ConnectorPage(ctx context.Context, p access.Principal, name string) (console.ConnectorPage, error) {
	x, err := s.connector(ctx, p.Workspace, name)
	if err != nil {
		return console.ConnectorPage{}, err
	}
	out := console.ConnectorPage{Form: console.ConnectorForm{Kind: x.Kind, Name: x.Name, URL: x.URL, Second: x.Second, Account: x.Account, List: x.List}}
	lines, err := s.ConnectorList(ctx, p)
	if err != nil {
		return out, err
	}
	for _, l := range lines {
		if l.Name == name {
			out.ConnectorLine = l
		}
	}
	c, err := connectors.New(x, s.outside())
	if err != nil {
		return out, err
	}
	for _, op := range c.Can() {
		out.Can = append(out.Can, string(op))
	}
	out.Calls, err = s.DB.CallsIn(ctx, p.Workspace, name, shownCalls+1)
	if len(out.Calls) > shownCalls {
		out.Calls, out.More = out.Calls[:shownCalls], true
	}
	return out, err
}

// SaveConnectorForm implements console.Connectors.
func (s staff) SaveConnectorForm(ctx context.Context, p access.Principal, f console.ConnectorForm) (string, error) {
	x := connectors.Settings{Kind: f.Kind, Name: f.Name, URL: f.URL, Second: f.Second, Key: f.Key, Account: f.Account, List: f.List}
	if x.Name == "" {
		x.Name = x.Kind
	}
	have, err := s.connector(ctx, p.Workspace, x.Name)
	if err != nil && touch.CodeOf(err) != touch.Unknown {
		return "", err
	}
	x.Off = have.Off
	return x.Name, s.SaveConnector(ctx, p.Workspace, p.User, x)
}

// SwitchConnectorTo implements console.Connectors.
func (s staff) SwitchConnectorTo(ctx context.Context, p access.Principal, name string, on bool) error {
	return s.SwitchConnector(ctx, p.Workspace, p.User, name, on)
}

// ForgetConnector implements console.Connectors.
func (s staff) ForgetConnector(ctx context.Context, p access.Principal, name string) error {
	return s.RemoveConnector(ctx, p.Workspace, p.User, name)
}

// DryConnector implements console.Connectors.
func (s staff) DryConnector(ctx context.Context, p access.Principal, name, external, email string) ([]rights.Entry, error) {
	return s.TryConnector(ctx, p.Workspace, p.User, name, rights.Person{External: external, Email: email})
}
