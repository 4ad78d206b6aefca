package gateway

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
)

// sum hashes what was given to the client.
type sum struct{ h hash.Hash }

func (s *sum) add(b []byte) {
	if s.h == nil {
		s.h = sha256.New()
	}
	_, _ = s.h.Write(b)
}

func (s *sum) hex() string {
	if s.h == nil {
		return ""
	}
	return hex.EncodeToString(s.h.Sum(nil))
}
