package seal

import (
	"context"

	"fairtouch/touch"
)

// Kept returns a workspace's secret of any length by its name, wrapped by the
// key-encryption key in the store. Where there is none, create makes it; of two
// nodes that race, the first wins, and both get what is stored.
func (k *Keeper) Kept(ctx context.Context, ws touch.Workspace, name string, create func() ([]byte, error)) ([]byte, error) {
	if k == nil || k.kek == nil || ws == "" || name == "" {
		return nil, ErrNoKey
	}
	aad := []byte("kept\x00" + string(ws) + "\x00" + name)
	wrapped, ok, err := k.store.Secret(ctx, ws, name)
	if err != nil {
		return nil, err
	}
	if !ok {
		plain, err := create()
		if err != nil {
			return nil, err
		}
		if wrapped, err = k.kek.Encrypt(plain, aad); err != nil {
			return nil, touch.Wrap(touch.Internal, err, "a secret can't be wrapped")
		}
		if wrapped, err = k.store.PutSecret(ctx, ws, name, wrapped); err != nil {
			return nil, err
		}
	}
	plain, err := k.kek.Decrypt(wrapped, aad)
	if err != nil {
		return nil, ErrBroken
	}
	return plain, nil
}
