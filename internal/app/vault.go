package app

import (
	"context"
	"crypto/sha256"
	"encoding/json"

	"fairtouch/internal/access"
	"fairtouch/internal/record"
	"fairtouch/internal/seal"
	"fairtouch/internal/sqlstore"
	"fairtouch/pii"
	"fairtouch/touch"
)

// tokens implements api.Tokens: a vault in the store, each value sealed under
// its person's key, so that an erasure makes its tokens unreadable. Reversible
// tokens are pseudonymisation (GDPR Art. 4(5)), never anonymisation.
type tokens struct{ app *App }

// vault is one workspace's vault for one person.
type vault struct {
	app     *App
	ws      touch.Workspace
	subject touch.SubjectID
	key     seal.SubjectKey
}

func (t tokens) tokeniser(ctx context.Context, ws touch.Workspace, s pii.Scope, known bool) (*pii.Tokeniser, *vault, error) {
	v := &vault{app: t.app, ws: ws}
	var err error
	if s.Subject == "" {
		v.key, err = t.app.Keeper.WorkspaceKey(ws)
	} else {
		err = v.person(ctx, s.Subject, known)
	}
	if err != nil {
		return nil, nil, err
	}
	secret, err := t.app.Keeper.Lookup(ws, "text-tokens") // a keyed hash that only this workspace can make
	if err != nil {
		return nil, nil, err
	}
	sum := sha256.Sum256([]byte(secret))
	k, err := pii.NewTokeniser(sum[:], v)
	return k, v, touch.Wrap(touch.Internal, err, "the vault can't be opened")
}

// person opens the key of who is named. known says that nobody may be made.
func (v *vault) person(ctx context.Context, external string, known bool) error {
	lookup, err := v.app.Ledger.Lookup(v.ws, external)
	if err != nil {
		return touch.Fielderr("subject", "must be the id that your own systems use")
	}
	if known {
		got, _, err := v.app.Ledger.LookAll(ctx, v.ws, []string{lookup})
		if err != nil {
			return err
		}
		k, ok := got[lookup]
		if !ok {
			return touch.Errorf(touch.Unknown, "nobody of this id is known here, or their data was erased")
		}
		v.subject, v.key = k.ID, k.Key
		return nil
	}
	k, _, err := v.app.Ledger.Find(ctx, v.ws, external)
	v.subject, v.key = k.ID, k.Key
	return err
}

func (v *vault) aad(s pii.Scope, token string) []byte {
	return []byte("token\x00" + s.Tenant + "\x00" + s.Purpose + "\x00" + token)
}

// Put implements pii.Vault.
func (v *vault) Put(ctx context.Context, s pii.Scope, es []pii.Entry) ([]string, error) {
	rows := make([]sqlstore.Token, len(es))
	for i, e := range es {
		sealed, err := v.key.Seal([]byte(e.Value), v.aad(s, e.Token))
		if err != nil {
			return nil, err
		}
		mac, err := v.app.Keeper.Lookup(v.ws, "token-value\x00"+s.Purpose+"\x00"+e.Value)
		if err != nil {
			return nil, err
		}
		rows[i] = sqlstore.Token{Token: e.Token, Subject: v.subject, MAC: mac, Sealed: sealed}
	}
	return v.app.DB.PutTokens(ctx, v.ws, s.Purpose, rows)
}

// Get implements pii.Vault. A value of another person than the one named is
// left out: scope comes from who asks.
func (v *vault) Get(ctx context.Context, s pii.Scope, ts []string) (map[string]string, error) {
	rows, err := v.app.DB.TokenRows(ctx, v.ws, s.Purpose, ts)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, r := range rows {
		if r.Subject != v.subject {
			continue
		}
		b, err := v.key.Open(r.Sealed, v.aad(s, r.Token))
		if err != nil {
			return nil, err
		}
		out[r.Token] = string(b)
	}
	return out, nil
}

// Protect implements api.Tokens.
func (t tokens) Protect(ctx context.Context, ws touch.Workspace, s pii.Scope, text string, fs []pii.Finding) (string, error) {
	k, _, err := t.tokeniser(ctx, ws, s, false)
	if err != nil {
		return "", err
	}
	return k.Protect(ctx, s, text, fs)
}

// Restore implements api.Tokens. It is on record before a value is returned:
// who asked, for which purpose and how many values, never the values.
func (t tokens) Restore(ctx context.Context, ws touch.Workspace, who access.Principal, s pii.Scope, text string) (string, int, error) {
	k, v, err := t.tokeniser(ctx, ws, s, true)
	if err != nil {
		return "", 0, err
	}
	out, n, err := k.Restore(ctx, s, text)
	if err != nil {
		return "", 0, err
	}
	by := who.User
	if err := t.app.noteAbout(ctx, ws, v, map[string]any{"what": "restored tokens of a protected text", "purpose": s.Purpose, "by": by, "key": who.Key, "values": n}); err != nil {
		return "", 0, err
	}
	return out, n, nil
}

// noteAbout puts a view on record, under the person's key where there is one.
func (a *App) noteAbout(ctx context.Context, ws touch.Workspace, v *vault, body map[string]any) error {
	if v.subject == "" {
		return a.note(ctx, ws, record.View, body)
	}
	b, err := json.Marshal(body)
	if err != nil {
		return touch.Wrap(touch.Internal, err, "an event can't be written")
	}
	_, err = a.Record.Append(ctx, ws, record.Entry{Kind: record.View, Payload: b, Subject: &record.Subject{ID: v.subject, Key: v.key}})
	return err
}
