package record

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"fairtouch/touch"
)

// receiptsVersion names a signature over the receipts of one commit.
const receiptsVersion = "fairtouch/receipts/v1"

// receiptsOf makes the receipts of rows that were committed together: one
// signature over the root of a Merkle tree (RFC 6962) of the receipts' texts,
// and for each its path. A receipt alone is as good a promise as one signed by
// itself, and 500 cost one signature. ok says which rows get one.
func (l *space) receiptsOf(rows []Row, ok []bool, within time.Duration) ([]touch.Receipt, error) {
	out := make([]touch.Receipt, len(rows))
	texts, at := make([]string, 0, len(rows)), make([]int, 0, len(rows))
	var hashes []tlog.Hash
	read := tlog.HashReaderFunc(func(ix []int64) ([]tlog.Hash, error) {
		got := make([]tlog.Hash, len(ix))
		for i, x := range ix {
			got[i] = hashes[x]
		}
		return got, nil
	})
	for i := range rows {
		if !ok[i] {
			continue
		}
		text := receiptText(l.origin, &rows[i], within)
		more, err := tlog.StoredHashes(int64(len(texts)), []byte(text), read)
		if err != nil {
			return nil, touch.Wrap(touch.Internal, err, "the receipts can't be signed")
		}
		hashes, texts, at = append(hashes, more...), append(texts, text), append(at, i)
	}
	if len(at) == 1 {
		var err error
		out[at[0]], err = l.receipt(&rows[at[0]], within)
		return out, err
	}
	signed, err := l.signRoot(int64(len(texts)), read)
	if err != nil || len(at) == 0 {
		return out, err
	}
	for j, i := range at {
		path, err := tlog.ProveRecord(int64(len(texts)), int64(j), read)
		if err != nil {
			return nil, touch.Wrap(touch.Internal, err, "the receipts can't be signed")
		}
		out[i] = rows[i].receipt(texts[j] + "\n" + pathText(j, len(texts), path) + "\n" + signed)
	}
	return out, nil
}

func (l *space) signRoot(n int64, read tlog.HashReader) (string, error) {
	if n == 0 {
		return "", nil
	}
	root, err := tlog.TreeHash(n, read)
	if err == nil {
		var b []byte
		if b, err = note.Sign(&note.Note{Text: rootText(l.origin, n, root)}, l.receipts); err == nil {
			return string(b), nil
		}
	}
	return "", touch.Wrap(touch.Internal, err, "the receipts can't be signed")
}

func rootText(origin string, n int64, root tlog.Hash) string {
	return receiptsVersion + "\n" + origin + "\n" + strconv.FormatInt(n, 10) + "\n" + base64.StdEncoding.EncodeToString(root[:]) + "\n"
}

// pathText says which receipt of how many, and the hashes beside its way up.
func pathText(i, n int, path tlog.RecordProof) string {
	b := make([]byte, 0, 64+len(path)*45)
	b = fmt.Appendf(b, "%s %d %d\n", receiptsVersion, i, n)
	for _, h := range path {
		b = append(base64.StdEncoding.AppendEncode(b, h[:]), '\n')
	}
	return string(b)
}

func (r *Row) receipt(signature string) touch.Receipt {
	return touch.Receipt{ID: string(r.ID), Commitment: hex.EncodeToString(r.Commitment[:]), Signature: signature, URL: "/v1/receipts/" + string(r.ID)}
}

// openReceipt checks a receipt's signature, its own or that of its commit, and
// returns its text.
func openReceipt(receipt string, v note.Verifier) (string, error) {
	text, rest, _ := strings.Cut(receipt, "\n\n")
	if !strings.HasPrefix(rest, receiptsVersion+" ") {
		n, err := note.Open([]byte(receipt), note.VerifierList(v))
		if err != nil {
			return "", err
		}
		return n.Text, nil
	}
	text += "\n"
	way, signed, _ := strings.Cut(rest, "\n\n")
	n, err := note.Open([]byte(signed), note.VerifierList(v))
	if err != nil {
		return "", err
	}
	lines := strings.Split(way, "\n")
	var i, size int64
	if _, err := fmt.Sscanf(lines[0], receiptsVersion+" %d %d", &i, &size); err != nil || i < 0 || i >= size {
		return "", ErrReceipt
	}
	path := make(tlog.RecordProof, 0, len(lines)-1)
	for _, x := range lines[1:] {
		h, err := base64.StdEncoding.DecodeString(x)
		if err != nil || len(h) != tlog.HashSize {
			return "", ErrReceipt
		}
		path = append(path, tlog.Hash(h))
	}
	return text, checkRoot(n.Text, v.Name(), text, i, size, path)
}

func checkRoot(signed, signer, text string, i, size int64, path tlog.RecordProof) error {
	l := strings.Split(signed, "\n")
	if len(l) != 5 || l[0] != receiptsVersion || receiptName(l[1]) != signer || l[2] != strconv.FormatInt(size, 10) {
		return ErrReceipt
	}
	root, err := base64.StdEncoding.DecodeString(l[3])
	if err != nil || len(root) != tlog.HashSize {
		return ErrReceipt
	}
	return tlog.CheckRecord(path, size, tlog.Hash(root), i, tlog.RecordHash([]byte(text)))
}
