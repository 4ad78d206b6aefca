package app

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"fairtouch/internal/seal"
	"fairtouch/touch"
)

// Uploads and their results lie on disk for a day at most, sealed in pieces
// under the workspace's key, and go with the next erasure of anybody: so that
// no plaintext of a person is ever on disk, and no list outlives a person's no.
const (
	spoolPiece = 64 << 10
	spoolLife  = 24 * time.Hour
	// MaxUpload is the largest table that the console takes, in bytes.
	MaxUpload = 512 << 20
)

func (a *App) spoolDir(ws touch.Workspace) string {
	return filepath.Join(a.Config.Data, "spool", string(ws))
}

// sealedFile writes a file in sealed pieces, then reads it at any place.
type sealedFile struct {
	f    *os.File
	key  seal.SubjectKey
	id   string
	over int   // what sealing adds to a piece
	size int64 // of the plaintext

	buf []byte // while writing
	n   int    // pieces written

	mu    sync.Mutex // owns what follows
	at    int        // the piece that last holds
	last  []byte
	place int64
}

func (s *sealedFile) aad(i int) []byte { return []byte("spool\x00" + s.id + "\x00" + strconv.Itoa(i)) }

// createSpool begins a sealed file of a workspace.
func (a *App) createSpool(ws touch.Workspace, id string) (*sealedFile, error) {
	key, err := a.Keeper.WorkspaceKey(ws)
	if err != nil {
		return nil, err
	}
	dir := a.spoolDir(ws)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, touch.Wrap(touch.Unavailable, err, "the spool can't be made: %v", pathErr(err))
	}
	f, err := os.OpenFile(filepath.Join(dir, id), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, touch.Wrap(touch.Unavailable, err, "the spool can't be written: %v", pathErr(err))
	}
	return &sealedFile{f: f, key: key, id: id, at: -1}, nil
}

// openSpool opens a sealed file; one that is gone is Unknown.
func (a *App) openSpool(ws touch.Workspace, id string) (*sealedFile, error) {
	if id == "" || strings.ContainsAny(id, "/\\.") {
		return nil, touch.Errorf(touch.Unknown, "no such file")
	}
	key, err := a.Keeper.WorkspaceKey(ws)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(filepath.Join(a.spoolDir(ws), id))
	if err != nil {
		return nil, touch.Errorf(touch.Unknown, "the file is gone: uploads and results are kept for a day, and until anybody is erased; upload it again")
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, touch.Wrap(touch.Unavailable, err, "the spool can't be read")
	}
	s := &sealedFile{f: f, key: key, id: id, at: -1}
	probe, err := key.Seal(nil, s.aad(0))
	if err != nil {
		f.Close()
		return nil, err
	}
	s.over = len(probe)
	whole := info.Size() / int64(spoolPiece+s.over)
	s.size = whole * spoolPiece
	if rest := info.Size() % int64(spoolPiece+s.over); rest > 0 {
		s.size += max(0, rest-int64(s.over))
	}
	return s, nil
}

// Write seals what comes, a piece at a time.
func (s *sealedFile) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		k := min(len(p), spoolPiece-len(s.buf))
		s.buf, p = append(s.buf, p[:k]...), p[k:]
		if len(s.buf) == spoolPiece {
			if err := s.flush(); err != nil {
				return n - len(p), err
			}
		}
	}
	return n, nil
}

func (s *sealedFile) flush() error {
	b, err := s.key.Seal(s.buf, s.aad(s.n))
	if err == nil {
		_, err = s.f.Write(b)
	}
	s.size += int64(len(s.buf))
	s.buf, s.n = s.buf[:0], s.n+1
	return touch.Wrap(touch.Unavailable, err, "the spool can't be written; is the disk full?")
}

// Close ends the file; what was written is complete then.
func (s *sealedFile) Close() error {
	var err error
	if len(s.buf) > 0 {
		err = s.flush()
	}
	return errors.Join(err, s.f.Close())
}

// Size is the plaintext's, in bytes.
func (s *sealedFile) Size() int64 { return s.size }

// Read reads on from where the last Read ended.
func (s *sealedFile) Read(p []byte) (int, error) {
	n, err := s.ReadAt(p, s.place)
	s.place += int64(n)
	if n > 0 && err == io.EOF {
		err = nil
	}
	return n, err
}

// ReadAt implements io.ReaderAt. It is safe for concurrent use.
func (s *sealedFile) ReadAt(p []byte, off int64) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for n < len(p) && off < s.size {
		if err := s.piece(int(off / spoolPiece)); err != nil {
			return n, err
		}
		k := copy(p[n:], s.last[off%spoolPiece:])
		n, off = n+k, off+int64(k)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (s *sealedFile) piece(i int) error {
	if s.at == i {
		return nil
	}
	b := make([]byte, spoolPiece+s.over)
	n, err := s.f.ReadAt(b, int64(i)*int64(spoolPiece+s.over))
	if err != nil && err != io.EOF {
		return touch.Wrap(touch.Unavailable, err, "the spool can't be read")
	}
	if s.last, err = s.key.Open(b[:n], s.aad(i)); err != nil {
		return err
	}
	s.at = i
	return nil
}

// sweepSpool removes what is too old; all removes everything, as an erasure does.
func (a *App) sweepSpool(ws touch.Workspace, all bool) {
	entries, err := os.ReadDir(a.spoolDir(ws))
	if err != nil {
		return
	}
	for _, e := range entries {
		info, err := e.Info()
		if all || err == nil && time.Since(info.ModTime()) > spoolLife {
			if err := os.Remove(filepath.Join(a.spoolDir(ws), e.Name())); err != nil && !errors.Is(err, os.ErrNotExist) {
				a.Log.Error("spool", "cause", errType(err))
			}
		}
	}
}

// dropSpool removes one file; none is nothing.
func (a *App) dropSpool(ws touch.Workspace, id string) {
	if err := os.Remove(filepath.Join(a.spoolDir(ws), id)); err != nil && !errors.Is(err, os.ErrNotExist) {
		a.Log.Error("spool", "cause", errType(err))
	}
}
