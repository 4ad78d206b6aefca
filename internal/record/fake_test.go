package record

import (
	"context"

	"fairtouch/touch"
)

// noStore keeps secrets in memory, first one wins.
func (m noStore) Secret(_ context.Context, ws touch.Workspace, name string) ([]byte, bool, error) {
	b, ok := m[string(ws)+name]
	return b, ok, nil
}

func (m noStore) PutSecret(_ context.Context, ws touch.Workspace, name string, b []byte) ([]byte, error) {
	if have, ok := m[string(ws)+name]; ok {
		return have, nil
	}
	m[string(ws)+name] = b
	return b, nil
}
