package api

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"fairtouch/internal/record"
	"fairtouch/touch"
)

// event finds the event of a receipt's id, which may be its decision's.
func (c *call) event() (touch.EventID, error) {
	id := c.r.PathValue("id")
	if strings.HasPrefix(id, "dec_") {
		return c.s.cfg.Decisions.EventOf(c.r.Context(), c.ws(), touch.DecisionID(id))
	}
	return touch.EventID(id), nil
}

// receiptView is a receipt with what checks it offline.
type receiptView struct {
	touch.Receipt
	Leaf       string `json:"leaf"` // the log's leaf, five lines
	ReceiptKey string `json:"receipt_key"`
	LogKey     string `json:"log_key"`
}

func (c *call) receipt() error {
	ctx, rec := c.r.Context(), c.s.cfg.Record
	ev, err := c.event()
	if err != nil {
		return err
	}
	var v receiptView
	if v.Receipt, err = rec.Receipt(ctx, c.ws(), ev); err != nil {
		return err
	}
	leaf, err := rec.Leaf(ctx, c.ws(), ev)
	if err != nil {
		return err
	}
	v.Leaf = string(leaf)
	if v.LogKey, v.ReceiptKey, err = rec.Keys(ctx, c.ws()); err != nil {
		return err
	}
	c.send(http.StatusOK, &v)
	return nil
}

const plainText = "text/plain; charset=utf-8"

func (c *call) proof() error {
	ev, err := c.event()
	if err != nil {
		return err
	}
	proof, err := c.s.cfg.Record.Proof(c.r.Context(), c.ws(), ev)
	switch {
	case errors.Is(err, record.ErrPending):
		c.w.Header().Set("Retry-After", "1")
		c.raw(http.StatusAccepted, plainText, []byte("the proof is not ready yet; the receipt stands until then\n"))
		return nil
	case err != nil:
		return err
	}
	c.raw(http.StatusOK, plainText, []byte(proof))
	return nil
}

// logName is what may be read of a log's folder: the checkpoint, and tiles by
// the names that c2sp.org/tlog-tiles gives them. Nothing else is in it.
var logName = regexp.MustCompile(`^(?:checkpoint|tile/(?:entries|[0-9]{1,2})/(?:x[0-9]{3}/){0,6}[0-9]{3}(?:\.p/[0-9]{1,3})?)$`)

func (c *call) logFile() error {
	ws, name, dir := c.r.PathValue("ws"), c.r.PathValue("path"), c.s.cfg.LogDir
	absent := touch.Errorf(touch.Unknown, "the log has no such file")
	if dir == "" || ws != string(c.ws()) || !logName.MatchString(name) || !filepath.IsLocal(ws) {
		return absent
	}
	root, err := os.OpenRoot(filepath.Join(dir, ws))
	if errors.Is(err, os.ErrNotExist) {
		return absent
	}
	if err != nil {
		return touch.Wrap(touch.Unavailable, err, "the log can't be read now; try again")
	}
	defer root.Close()
	b, err := root.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return absent
	}
	if err != nil {
		return touch.Wrap(touch.Unavailable, err, "the log can't be read now; try again")
	}
	if name == "checkpoint" {
		c.raw(http.StatusOK, plainText, b)
		return nil
	}
	c.w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	c.raw(http.StatusOK, "application/octet-stream", b)
	return nil
}
