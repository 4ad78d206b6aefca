package gateway

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"fairtouch/touch"
)

// headAgain is how a client says that a request is one that it sent before.
const headAgain = "Idempotency-Key"

// Replies keeps first answers for repeated requests. All of it is durable, and
// seen by every node.
type Replies interface {
	// Claim takes a key for holder until the lease ends. Where another has it, or
	// its answer is kept, that comes back, opened, and claimed is false.
	Claim(ctx context.Context, ws touch.Workspace, c Claim) (have Kept, claimed bool, err error)
	// Hold moves the end of holder's lease; an error means that it was lost.
	Hold(ctx context.Context, ws touch.Workspace, c Claim) error
	// Keep ends the request with its answer, sealed under the key of whom it is
	// about; nil keeps that it ended, without the answer.
	Keep(ctx context.Context, ws touch.Workspace, c Claim, of About, answer []byte) error
	// Free gives the key back: a repeated request runs anew.
	Free(ctx context.Context, ws touch.Workspace, c Claim) error
}

// Claim is one request's hold on a key.
type Claim struct {
	Hash   string // of the client's key
	Print  string // of the request
	Holder string
	Until  time.Time // end of the lease, or of keeping the answer
}

// About is whom an answer is about: by our id, or by the client's where no use
// was admitted. Both "" for nobody.
type About struct {
	ID       touch.SubjectID
	External string
}

// Kept is what is known of a key.
type Kept struct {
	Print  string
	Runs   bool   // another request with this key is on its way
	Answer []byte // nil where it isn't kept
}

// Times and sizes of first answers.
const (
	leaseOfAgain = 30 * time.Second // a node that died frees its keys by then
	keptAgain    = 24 * time.Hour
	maxAgain     = 1 << 20 // of an answer that is kept, in bytes
)

// repeated refuses a repeated request whose first answer can't be given.
type repeated struct {
	code, message string
	wait          bool // the same request may be sent again in a second
}

// Error is the sentence that the client sees.
func (r *repeated) Error() string { return r.message }

var (
	errAgainOther = &repeated{code: "idempotency_key_reused", message: "This Idempotency-Key was used for another request; choose a new one."}
	errAgainRuns  = &repeated{code: "idempotency_key_in_use", message: "The first request with this Idempotency-Key is still on its way; ask again in a second.", wait: true}
	errAgainGone  = &repeated{code: "idempotency_answer_not_kept", message: "This request was answered before, in a stream or at more than 1 MiB, which is not kept; to ask anew, choose a new Idempotency-Key."}
)

// again is the hold of one request on its key.
type again struct {
	c     *call
	claim Claim
	about About
	talk  string // the conversation of the first answer, under epoch
	epoch int64
	ended bool
	stop  chan struct{}
	wg    sync.WaitGroup
}

// replay is a first answer as it is kept.
type replay struct {
	Status int         `json:"status"`
	Header http.Header `json:"header"`
	Body   []byte      `json:"body"`
	Talk   string      `json:"talk,omitzero"`
	Epoch  int64       `json:"epoch,omitzero"`
}

// repeats finds out whether the request is one that was sent before; done means
// that it was answered. Else the key is held until release.
func (c *call) repeats(body []byte) (done bool, err error) {
	key := c.r.Header.Get(headAgain)
	if key == "" || c.s.cfg.Replies == nil {
		return false, nil
	}
	if len(key) > 200 {
		return false, touch.Fielderr(headAgain, "must be at most 200 bytes")
	}
	a := &again{c: c, stop: make(chan struct{}), claim: Claim{Holder: touch.RandomID(), Until: c.s.cfg.Now().Add(leaseOfAgain)}}
	ws := c.who.Workspace
	if a.claim.Hash, err = c.s.cfg.Hash(ws, "gateway-key\x00"+string(c.who.Key)+"\x00"+key); err != nil {
		return false, err
	}
	if a.claim.Print, err = c.s.cfg.Hash(ws, "gateway-request\x00"+c.print(body)); err != nil {
		return false, err
	}
	have, claimed, err := c.s.cfg.Replies.Claim(c.r.Context(), ws, a.claim)
	switch {
	case err != nil:
		return false, err
	case claimed:
		c.again = a
		a.wg.Go(a.hold)
		return false, nil
	case have.Print != a.claim.Print:
		return false, errAgainOther
	case have.Runs:
		return false, errAgainRuns
	case have.Answer == nil:
		return false, errAgainGone
	}
	return true, c.replay(have.Answer)
}

// print is what makes two requests the same: address, what our headers say, and
// the body, byte for byte.
func (c *call) print(body []byte) string {
	h := sha256.New()
	h.Write([]byte(c.r.URL.Path))
	for _, name := range []string{headSystem, headSubject, headPurpose, headChannel, headLocale, headFacts, headCase} {
		h.Write([]byte("\x00" + name + "\x00" + c.r.Header.Get(name)))
	}
	h.Write([]byte{0})
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

// replay answers with the first answer, unless a person has taken the
// conversation since: the machine is silent then, whatever it said before.
func (c *call) replay(b []byte) error {
	var r replay
	if err := json.Unmarshal(b, &r); err != nil {
		return touch.Wrap(touch.Internal, err, "a first answer can't be read")
	}
	if r.Talk != "" {
		may, err := c.s.detect.Current(c.r.Context(), c.who.Workspace, r.Talk, r.Epoch)
		if err != nil || !may {
			return errSilent
		}
	}
	h := c.w.Header()
	for k, v := range r.Header {
		h[k] = v
	}
	h.Set("Idempotent-Replayed", "true")
	c.json(r.Status, r.Body)
	return nil
}

// hold moves the lease on while the request runs.
func (a *again) hold() {
	tick := time.NewTicker(leaseOfAgain / 3)
	defer tick.Stop()
	for {
		select {
		case <-a.stop:
			return
		case <-tick.C:
			next := a.claim
			next.Until = a.c.s.cfg.Now().Add(leaseOfAgain)
			ctx, cancel := context.WithTimeout(context.WithoutCancel(a.c.r.Context()), leaseOfAgain/3)
			_ = a.c.s.cfg.Replies.Hold(ctx, a.c.who.Workspace, next) // the next tick tries again; what is lost shows when the answer is kept
			cancel()
		}
	}
}

// keep keeps the answer before it leaves. Only what is on record as a decision
// is kept: an error frees the key, so that a retry asks anew.
func (a *again) keep(status int, header http.Header, body []byte) {
	if a == nil || a.ended || header.Get("X-Fairtouch-Decision") == "" || status >= 300 && status != http.StatusForbidden {
		return
	}
	r := replay{Status: status, Header: http.Header{}, Body: body, Talk: a.talk, Epoch: a.epoch}
	for k, v := range header {
		if strings.HasPrefix(k, "X-Fairtouch-") || strings.HasPrefix(k, "Openai-") || k == "Ai-Disclosure" || k == "AI-Disclosure" || k == "X-Should-Retry" || k == "Access-Control-Expose-Headers" {
			r.Header[k] = v
		}
	}
	b, err := json.Marshal(r)
	if err != nil || len(b) > maxAgain {
		b = nil
	}
	a.done(b)
}

// done ends the request: a repeated one gets b, or hears that it isn't kept.
func (a *again) done(b []byte) {
	if a == nil || a.ended {
		return
	}
	a.ended = true
	end := a.claim
	end.Until = a.c.s.cfg.Now().Add(keptAgain)
	err := a.c.s.cfg.Replies.Keep(context.WithoutCancel(a.c.r.Context()), a.c.who.Workspace, end, a.about, b)
	if err != nil { // the answer is on record and paid for: it leaves, and only its repetition is lost
		a.c.s.cfg.Log.Error("a first answer can't be kept", "request", a.c.id, "code", touch.CodeOf(err), "cause", causeType(err))
	}
}

// release ends the hold; a request without an answer frees its key.
func (a *again) release() {
	if a == nil {
		return
	}
	close(a.stop)
	a.wg.Wait()
	if a.ended {
		return
	}
	if err := a.c.s.cfg.Replies.Free(context.WithoutCancel(a.c.r.Context()), a.c.who.Workspace, a.claim); err != nil {
		a.c.s.cfg.Log.Error("a request's key can't be freed; its lease ends by itself", "request", a.c.id, "code", touch.CodeOf(err), "cause", causeType(err))
	}
}
