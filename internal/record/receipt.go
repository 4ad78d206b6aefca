package record

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"fairtouch/internal/seal"
	"fairtouch/touch"
)

const receiptVersion = "fairtouch/receipt/v1"

// signer signs notes with Ed25519 under a name (c2sp.org/signed-note).
type signer struct {
	name string
	hash uint32
	key  ed25519.PrivateKey
}

func newSigner(name string, key ed25519.PrivateKey) *signer {
	h := sha256.Sum256(append([]byte(name+"\n\x01"), key.Public().(ed25519.PublicKey)...))
	return &signer{name, binary.BigEndian.Uint32(h[:]), key}
}

func (s *signer) Name() string                    { return s.name }
func (s *signer) KeyHash() uint32                 { return s.hash }
func (s *signer) Sign(msg []byte) ([]byte, error) { return ed25519.Sign(s.key, msg), nil }

// vkey is the public key as verifiers take it: name+hash+base64(0x01 || key).
func (s *signer) vkey() string {
	pub := append([]byte{1}, s.key.Public().(ed25519.PublicKey)...)
	return fmt.Sprintf("%s+%08x+%s", s.name, s.hash, base64.StdEncoding.EncodeToString(pub))
}

func (s *signer) verifier() (note.Verifier, error) { return note.NewVerifier(s.vkey()) }

// receiptName is the receipt key's name: never the log's, so that a receipt
// can't pass for a checkpoint.
func receiptName(origin string) string { return origin + "/receipt" }

// receiptText is what a receipt promises.
func receiptText(origin string, r *Row, within time.Duration) string {
	hash := tlog.RecordHash(leafBytes(r))
	return strings.Join([]string{
		receiptVersion, origin, string(r.ID), base64.StdEncoding.EncodeToString(hash[:]),
		r.At.UTC().Format(time.RFC3339), strconv.Itoa(int(within / time.Second)), "",
	}, "\n")
}

func (l *space) receipt(r *Row, within time.Duration) (touch.Receipt, error) {
	b, err := note.Sign(&note.Note{Text: receiptText(l.origin, r, within)}, l.receipts)
	if err != nil {
		return touch.Receipt{}, touch.Wrap(touch.Internal, err, "the receipt can't be signed")
	}
	return r.receipt(string(b)), nil
}

// space is what the recorder holds of one workspace.
type space struct {
	ws            touch.Workspace
	origin        string
	receipts, log *signer
	key           seal.SubjectKey
}

func newSpace(k *seal.Keeper, ws touch.Workspace, origin string) (*space, error) {
	rk, err := k.SigningKey(ws, seal.ForReceipts)
	if err != nil {
		return nil, err
	}
	lk, err := k.SigningKey(ws, seal.ForLog)
	if err != nil {
		return nil, err
	}
	key, err := k.WorkspaceKey(ws)
	if err != nil {
		return nil, err
	}
	return &space{ws, origin, newSigner(receiptName(origin), rk), newSigner(origin, lk), key}, nil
}
