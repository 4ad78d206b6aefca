package app

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/provider"
	"fairtouch/touch"
)

// docChatter is where messages to the staff are posted beside mail; the address
// is a secret, so it is sealed.
const docChatter = "chatter"

const chatterAAD = "chatter"

// SaveChatter keeps the address of a webhook that takes Slack's shape of a
// message; "" removes it.
func (a *App) SaveChatter(ctx context.Context, ws touch.Workspace, by touch.UserID, address string) error {
	if address != "" {
		u, err := url.Parse(address)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
			return touch.Fielderr("webhook", "Give the whole address, as https://hooks.example.com/…")
		}
	}
	key, err := a.Keeper.WorkspaceKey(ws)
	if err != nil {
		return err
	}
	sealed, err := key.Seal([]byte(address), []byte(chatterAAD))
	if err != nil {
		return err
	}
	_, err = a.DB.PutDocument(ctx, ws, docChatter, docChatter, sealedMessage{docChatter, sealed}, by)
	return err
}

// Chatter is that address; "" for none.
func (a *App) Chatter(ctx context.Context, ws touch.Workspace) (string, error) {
	var s sealedMessage
	err := a.DB.Document(ctx, ws, docChatter, docChatter, &s)
	if touch.CodeOf(err) == touch.Unknown {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	key, err := a.Keeper.WorkspaceKey(ws)
	if err != nil {
		return "", err
	}
	b, err := key.Open(s.Sealed, []byte(chatterAAD))
	return string(b), err
}

// chat posts a message in Slack's shape, through the dialer that refuses
// addresses inside the network unless the configuration allows them. The link
// of one person's approval is not posted where many read: only where it waits.
func (a *App) chat(ctx context.Context, ws touch.Workspace, m *Message) error {
	to, err := a.Chatter(ctx, ws)
	if err != nil || to == "" {
		return err
	}
	where := a.Links.base + "/console/approvals"
	if strings.HasPrefix(m.Link, a.Links.base+"/console/conversations/") { // it answers for nobody: whoever follows it signs in
		where = m.Link
	}
	body, err := json.Marshal(map[string]string{"text": m.Subject + " — " + where})
	if err != nil {
		return touch.Wrap(touch.Internal, err, "a message can't be written")
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return touch.Wrap(touch.Invalid, err, "the webhook's address can't be used")
	}
	r.Header.Set("Content-Type", "application/json")
	client := &http.Client{Transport: provider.NewDialer(strings.Split(a.Config.Gateway.AllowHosts, ",")).Transport(),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		return touch.Wrap(touch.Unavailable, err, "the webhook was not reached")
	}
	resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return touch.Errorf(touch.Unavailable, "the webhook answered %d", resp.StatusCode)
	}
	return nil
}

// SaveWebhook implements console.House.
func (s staff) SaveWebhook(ctx context.Context, p access.Principal, address string) error {
	return s.SaveChatter(ctx, p.Workspace, p.User, address)
}
