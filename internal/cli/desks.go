package cli

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"fairtouch/internal/events"
	"fairtouch/touch"
)

type desksCmd struct {
	Mail desksMailCmd `cmd:"" help:"Read one message (RFC 5322) from standard input, as a mail server's pipe gives it, and hand it in as a help desk's answer."`
}

type desksMailCmd struct {
	URL        string `required:"" help:"Where the help desk's answers come to, as the console shows it." placeholder:"URL"`
	SecretFile string `required:"" help:"A file that holds the help desk's secret." placeholder:"FILE"`
}

// maxMail bounds one message, in bytes.
const maxMail = 4 << 20

// Run posts the message, signed. It needs no data directory, so that it runs
// where the mail server does; an error makes the mail server keep or return the
// message. Nothing of it is printed.
func (c *desksMailCmd) Run(r *run) error {
	secret, err := os.ReadFile(c.SecretFile)
	if err != nil {
		return touch.Errorf(touch.Invalid, "the secret's file can't be read")
	}
	body, err := io.ReadAll(io.LimitReader(r.In, maxMail+1))
	if err != nil || len(body) == 0 || len(body) > maxMail {
		return touch.Errorf(touch.Invalid, "give one message of at most 4 MB on standard input")
	}
	h, err := events.SignWith(strings.TrimSpace(string(secret)), touch.NewID("msg"), time.Now(), body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(r.ctx, http.MethodPost, c.URL, bytes.NewReader(body))
	if err != nil {
		return touch.Fielderr("url", "is no address")
	}
	req.Header = h
	req.Header.Set("Content-Type", "message/rfc822")
	client := &http.Client{Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		return touch.Errorf(touch.Unavailable, "the answer could not be handed in; the server can't be reached")
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return touch.Errorf(touch.Unavailable, "the answer was not taken (status %d); check the address and the secret", res.StatusCode)
	}
	return nil
}
