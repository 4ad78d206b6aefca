package console

import (
	"context"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/rights"
)

// Connectors is what the page of other systems asks. No key ever comes back.
type Connectors interface {
	ConnectorList(ctx context.Context, p access.Principal) ([]ConnectorLine, error)
	// ConnectorPage reads one; touch.Unknown for none.
	ConnectorPage(ctx context.Context, p access.Principal, name string) (ConnectorPage, error)
	// SaveConnectorForm connects a system, or changes it: an empty key keeps the one
	// before. It returns its name.
	SaveConnectorForm(ctx context.Context, p access.Principal, f ConnectorForm) (name string, err error)
	SwitchConnectorTo(ctx context.Context, p access.Principal, name string, on bool) error
	ForgetConnector(ctx context.Context, p access.Principal, name string) error
	// DryConnector asks the system about somebody and changes nothing there.
	DryConnector(ctx context.Context, p access.Principal, name, external, email string) ([]rights.Entry, error)
}

// ConnectorLine is one other system in which requests are carried out.
type ConnectorLine struct {
	Name, Kind             string
	Off                    bool
	Ended, Failed, Waiting int // calls
	Last                   time.Time
}

// Words is the kind by the name that its maker gives it.
func (l ConnectorLine) Words() string {
	for _, k := range connectorKinds() {
		if k.Value == l.Kind {
			return k.Label
		}
	}
	return l.Kind
}

// ConnectorPage is one of them with its settings, its key left out, and its calls.
type ConnectorPage struct {
	ConnectorLine
	Form  ConnectorForm
	Can   []string
	Calls []rights.Entry // the newest first
	More  bool           // there are older ones
}

// ConnectorForm is a connector as the form has it.
type ConnectorForm struct{ Kind, Name, URL, Second, Key, Account, List string }
