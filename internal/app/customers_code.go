package app

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"math/big"
	"strings"
	"time"

	"fairtouch/internal/sqlstore"
	"fairtouch/internal/web/pages"
	"fairtouch/touch"
)

// A one-time code has six digits, lives ten minutes and takes five tries.
const (
	codeLife  = 10 * time.Minute
	codeTries = 5
)

// Code implements pages.Reasons.
func (c customers) Code(ctx context.Context, t pages.Token) (pages.Code, error) {
	ws, d, err := c.from(ctx, t, LinkWhy)
	if err != nil {
		return pages.Code{}, err
	}
	co, err := c.company(ctx, ws)
	if err != nil {
		return pages.Code{}, err
	}
	out := pages.Code{Company: co, Where: "the address on file"}
	k, err := c.DB.CodeOf(ctx, ws, d.Decision.ID)
	if touch.CodeOf(err) == touch.Unknown {
		return out, nil
	}
	out.Sent, out.TriesLeft, out.Until = time.Now().Before(k.Until), k.Tries, k.Until
	if ws == Demo && out.Sent {
		out.Demo = c.shown(ws, d.Decision.ID, k.Hash)
	}
	return out, err
}

// shown finds the demo's code again, to show it on the page in place of a mail.
func (c customers) shown(ws touch.Workspace, id touch.DecisionID, hash string) string {
	code, _, _ := strings.Cut(hash, ":")
	if len(code) == 6 {
		return code
	}
	return ""
}

// SendCode implements pages.Reasons. Without a mail server only the demo can
// hand a code out.
func (c customers) SendCode(ctx context.Context, t pages.Token) error {
	ws, d, err := c.from(ctx, t, LinkWhy)
	if err != nil {
		return err
	}
	if ws != Demo {
		return touch.Errorf(touch.Unsupported, "no way to send codes is set up here; ask a person instead")
	}
	if k, err := c.DB.CodeOf(ctx, ws, d.Decision.ID); err == nil && time.Until(k.Until) > codeLife-30*time.Second {
		return touch.Fielderr("code", "a code was sent half a minute ago; use that one")
	}
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return touch.Wrap(touch.Internal, err, "no randomness")
	}
	code := fmt.Sprintf("%06d", n)
	hash, err := c.codeHash(ws, d.Decision.ID, code)
	if err != nil {
		return err
	}
	// The demo shows the code on the page, so it keeps it beside the hash.
	return c.DB.PutCode(ctx, ws, d.Decision.ID, sqlstore.Code{Hash: code + ":" + hash, Tries: codeTries, Until: time.Now().Add(codeLife)})
}

func (c customers) codeHash(ws touch.Workspace, id touch.DecisionID, code string) (string, error) {
	return c.Keeper.Lookup(ws, "code\x00"+string(id)+"\x00"+code)
}

// TryCode implements pages.Reasons.
func (c customers) TryCode(ctx context.Context, t pages.Token, code string) (string, error) {
	ws, d, err := c.from(ctx, t, LinkWhy)
	if err != nil {
		return "", err
	}
	wrong := touch.Fielderr("code", "that is not the code, or it is too old")
	if err := c.DB.TakeTry(ctx, ws, d.Decision.ID, time.Now()); err != nil {
		return "", wrong
	}
	k, err := c.DB.CodeOf(ctx, ws, d.Decision.ID)
	if err != nil {
		return "", wrong
	}
	hash, err := c.codeHash(ws, d.Decision.ID, code)
	if err != nil {
		return "", err
	}
	_, kept, _ := strings.Cut(k.Hash, ":")
	if subtle.ConstantTimeCompare([]byte(hash), []byte(kept)) != 1 {
		return "", wrong
	}
	return c.Links.Token(Link{LinkCode, ws, string(d.Decision.ID), time.Now().Add(codeLife)})
}

// unlocked reports whether a session was opened by a code for this decision.
func (c customers) unlocked(session string, ws touch.Workspace, id touch.DecisionID) bool {
	k, err := c.Links.Parse(session, LinkCode)
	return err == nil && k.Workspace == ws && k.ID == string(id)
}
