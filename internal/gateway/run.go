package gateway

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"fairtouch/internal/govern"
	"fairtouch/internal/record"
	"fairtouch/internal/register"
	"fairtouch/internal/wire"
	"fairtouch/pii"
	"fairtouch/touch"
)

// job is a request whose system, person and text are known.
type job struct {
	*call
	prompt   *prompt
	system   register.System
	binding  Binding
	touch    touch.Touch
	keep     *keeper
	use      *govern.Use
	answer   *answer
	from     string // who answered
	status   int
	sum      sum // of the bytes that were given
	ended    bool
	recalled []pii.Minted // of earlier turns, see recall
	talk     string       // the conversation, "" for none
	epoch    int64        // of talk, under which this turn began
}

// run is the whole way of one request.
func (c *call) run() error {
	body, done, err := c.admitted()
	if err != nil || done {
		return err
	}
	p, err := read(c.route, body)
	if err != nil {
		return err
	}
	j := &job{call: c, prompt: p}
	if err := j.about(); err != nil {
		return err
	}
	if err := j.recall(); err != nil {
		return err
	}
	asked := j.listens()
	if err := j.begin(asked); err != nil {
		return err
	}
	j.answer = newAnswer(j.keep)
	j.answer.reads = j.system.Kind == touch.CopyGen || j.prompt.previous != "" || j.prompt.conversation != ""
	j.answer.written.on = j.binding.Approvals > 0
	defer j.abandoned()
	j.disclose()
	if err := j.takesTurn(); err != nil {
		_, recErr := j.endHuman()
		return errors.Join(recErr, err)
	}
	if asked.Person || asked.Nature {
		return j.reply(asked)
	}
	j.inBand()
	return j.forward()
}

// admitted reads a request that the key's limits let in; done means that it was
// sent before and has its answer, which costs nothing.
func (c *call) admitted() (body []byte, done bool, err error) {
	if c.r.Header.Get(headAgain) != "" {
		if body, err = c.body(); err == nil {
			done, err = c.repeats(body)
		}
		if err != nil || done {
			return body, done, err
		}
	}
	if wait, err := c.s.meter.enter(c.r.Context(), c.rule, c.who.Workspace, c.who.Key); err != nil {
		if wait > 0 {
			c.w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())+1))
		}
		return nil, false, err
	}
	if body == nil {
		body, err = c.body()
	}
	return body, false, err
}

// bodyTime is how long a body may take.
const bodyTime = 2 * time.Minute

func (c *call) body() ([]byte, error) {
	kind, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return nil, touch.Errorf(touch.Invalid, "send Content-Type: application/json")
	}
	if e := c.r.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return nil, touch.Errorf(touch.Invalid, "send the body without Content-Encoding")
	}
	limit := c.s.cfg.MaxBody
	large := touch.Errorf(touch.TooLarge, "the body is larger than %d bytes; send less at once", limit)
	if c.r.ContentLength > limit {
		return nil, large
	}
	// A body that trickles must not hold its place for ever. Afterwards the
	// connection is read without an end: that is how a client's leaving is seen.
	rc := http.NewResponseController(c.w)
	_ = rc.SetReadDeadline(time.Now().Add(bodyTime))
	defer func() { _ = rc.SetReadDeadline(time.Time{}) }()
	var b []byte
	if n := c.r.ContentLength; n > 0 {
		b = make([]byte, n)
		_, err = io.ReadFull(c.r.Body, b)
	} else {
		b, err = io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, limit))
	}
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return nil, large
	case err != nil:
		return nil, touch.Wrap(touch.Invalid, err, "the body broke off")
	}
	return b, nil
}

// begin asks for admission; on the way the text is protected.
func (j *job) begin(asked Asked) error {
	scan, err := j.s.scans.of(&j.binding)
	if err != nil {
		return err
	}
	ws := j.who.Workspace
	j.keep = &keeper{ctx: j.r.Context(), binding: &j.binding, scan: scan, recalled: j.recalled, pseudo: func(id string) (string, error) {
		h, err := j.s.cfg.Hash(ws, "upstream\x00"+id)
		return "ft_" + h[:min(32, len(h))], err
	}}
	if j.touch.Subject != nil {
		j.keep.subject = j.touch.Subject.ExternalID
		if telling(j.keep.subject) { // the id that names the person is theirs, too
			j.keep.known, _ = pii.NewKnown([]pii.Value{{Type: "CUSTOMER_ID", Text: j.keep.subject}})
		}
	}
	nonce, err := j.nonce()
	if err != nil {
		return err
	}
	note := govern.ContentNote{Route: string(j.route), Provider: strings.Join(j.binding.Providers, ","), Model: j.prompt.model, Stream: j.prompt.stream, Asked: asked.word()}
	note.Retry, _ = strconv.Atoi(j.r.Header.Get("X-Stainless-Retry-Count"))
	who := govern.Caller{Workspace: ws, Operator: j.who.User, Key: j.who.Key, Subject: j.who.Subject}
	use, d, err := j.s.cfg.Path.Begin(j.r.Context(), who, j.touch, govern.Exchange{Note: note, Protect: func(touch.DecisionID) ([]byte, map[string]int, error) {
		return j.keep.protect(j.prompt, nonce)
	}})
	if j.again != nil && j.touch.Subject != nil {
		j.again.about = About{ID: j.who.Subject, External: j.touch.Subject.ExternalID}
	}
	if d.ID != "" {
		j.decided(&d)
	}
	switch {
	case err != nil:
		return err
	case use == nil:
		j.raise(asked, d.ID, "")
		return refused(&d)
	}
	j.use = use
	if j.again != nil {
		j.again.about = About{ID: use.Subject()}
	}
	return nil
}

// telling reports whether an id is long enough to be looked for in texts: a
// short number would be found in every year and price.
func telling(id string) bool {
	return len(id) >= 6 || len(id) >= 4 && strings.Trim(id, "0123456789") != ""
}

// nonce keys the aliases. For one person and system it stays the same, so that
// a conversation's turns agree and the provider's cache of prompts works; for
// uses that face nobody it is new each time.
func (j *job) nonce() ([]byte, error) {
	if j.touch.Subject == nil {
		return []byte(touch.RandomID()), nil
	}
	h, err := j.s.cfg.Hash(j.who.Workspace, "aliases\x00"+string(j.system.ID)+"\x00"+j.touch.Subject.ExternalID)
	return []byte(h), err
}

// decided sets the headers of a decision.
func (j *job) decided(d *touch.Decision) {
	h := j.w.Header()
	h.Set("X-Fairtouch-Decision", string(d.ID))
	h.Set("X-Fairtouch-Verdict", string(d.Verdict))
	j.label(d.Disclosure)
	if d.Receipt != nil {
		h.Set("X-Fairtouch-Receipt", d.Receipt.ID)
	}
}

// exposed are our headers, for browsers on other origins.
const exposed = "X-Fairtouch-Decision, X-Fairtouch-Verdict, X-Fairtouch-Receipt, X-Fairtouch-Disclosure, X-Fairtouch-Human, X-Fairtouch-Why, X-Fairtouch-Handoff, X-Fairtouch-Overhead-Us, X-Fairtouch-Approvals, X-Fairtouch-Drafts, X-Fairtouch-Left, AI-Disclosure, X-Request-Id, Request-Id"

// label puts the disclosure beside the content. The text is percent-encoded
// where it isn't ASCII, since headers are.
func (j *job) label(d touch.Disclosure) {
	h := j.w.Header()
	h.Set("X-Fairtouch-Disclosure", ascii(d.Label.Text))
	h.Set("X-Fairtouch-Human", d.Human.URL)
	if d.Why != "" {
		h.Set("X-Fairtouch-Why", d.Why)
	}
	if mark := d.Headers["AI-Disclosure"]; mark != "" {
		h.Set("AI-Disclosure", mark)
	}
	h.Set("Access-Control-Expose-Headers", exposed)
}

func ascii(s string) string {
	for _, c := range s {
		if c < 0x20 || c > 0x7e || c == '%' {
			return url.PathEscape(s)
		}
	}
	return s
}

// disclose says, before the first byte, that AI is used.
func (j *job) disclose() {
	h := j.w.Header()
	h.Set("X-Fairtouch-Decision", string(j.use.Decision()))
	h.Set("X-Fairtouch-Receipt", j.use.Opened().ID)
	if j.binding.Approvals > 0 {
		h.Set("X-Fairtouch-Approvals", strconv.Itoa(j.binding.Approvals))
	}
	j.label(j.use.Disclosure())
}

// passed are request headers that the provider gets; credentials, cookies and
// whatever names the client or the person are not among them.
func passed(in http.Header) map[string][]string {
	out := map[string][]string{}
	for k, vs := range in {
		switch {
		case strings.HasPrefix(k, "Anthropic-"), strings.HasPrefix(k, "Openai-") && k != "Openai-Organization" && k != "Openai-Project", k == "User-Agent":
			out[k] = vs
		}
	}
	return out
}

// forward asks the provider and passes its answer on. The context is the
// client's: when it has gone, the provider is let go at once.
func (j *job) forward() error {
	began := j.s.cfg.Now()
	j.w.Header().Set("X-Fairtouch-Overhead-Us", strconv.FormatInt(began.Sub(j.began).Microseconds(), 10))
	reply, err := j.chain().Send(j.r.Context(), j.use.Payload(), wire.Call{Route: j.route, Stream: j.prompt.stream, Header: passed(j.r.Header)})
	if err != nil {
		return j.failed(err)
	}
	defer reply.Body.Close()
	j.from, j.status = reply.From, reply.Status
	for _, k := range []string{"Retry-After", "Retry-After-Ms", "X-Should-Retry", "Openai-Processing-Ms", "Openai-Version"} {
		if v := http.Header(reply.Header).Get(k); v != "" {
			j.w.Header().Set(k, v)
		}
	}
	kind, _, _ := mime.ParseMediaType(http.Header(reply.Header).Get("Content-Type"))
	switch {
	case reply.Status == http.StatusUnauthorized || reply.Status == http.StatusForbidden:
		return j.failed(touch.Errorf(touch.Internal, "the provider refused this installation's own credentials; an administrator must mend them"))
	case j.prompt.stream && reply.Status == http.StatusOK && kind == "text/event-stream":
		return j.stream(reply)
	}
	return j.wholeReply(reply, kind)
}

func orNil(m map[string]int) map[string]int {
	if len(m) == 0 {
		return nil
	}
	return m
}

// maxAnswer bounds an answer that is not streamed.
const maxAnswer = 64 << 20

// wholeReply restores an answer that came in one piece, and replies once the
// closing is on record.
func (j *job) wholeReply(reply wire.Reply, kind string) error {
	b, err := io.ReadAll(io.LimitReader(reply.Body, maxAnswer+1))
	switch {
	case err != nil:
		return j.failed(touch.Wrap(touch.Unavailable, err, "the provider's answer broke off"))
	case len(b) > maxAnswer:
		return j.failed(touch.Errorf(touch.Unavailable, "the provider's answer is larger than %d bytes", maxAnswer))
	case kind != "application/json":
		return j.failed(touch.Errorf(touch.Unavailable, "the provider answered with something that is not JSON"))
	}
	out, err := j.answer.json(j.route, b)
	if err != nil {
		return j.failed(touch.Errorf(touch.Unavailable, "the provider's answer is not well formed"))
	}
	if no, why := j.answer.refusal(); no != nil {
		_, err := j.end(record.Failed, no, why)
		return errors.Join(err, no)
	}
	if err := j.speaks(); err != nil {
		return errors.Join(j.taken(), err)
	}
	j.sum.add(out)
	j.answer.bytes = len(out)
	outcome, failure := record.Answered, error(nil)
	if reply.Status >= 400 {
		outcome, failure = record.Failed, touch.Errorf(touch.Unavailable, "the provider answered with status %d", reply.Status)
	}
	d, err := j.end(outcome, failure, "")
	if err != nil && failure == nil {
		return err
	}
	if d.Receipt == nil {
		return touch.Wrap(touch.Unavailable, err, "the answer can't be put on record, so it is withheld")
	}
	if err := j.speaks(); err != nil { // taken while the closing was written
		return errors.Join(j.taken(), err)
	}
	j.w.Header().Set("X-Fairtouch-Receipt", d.Receipt.ID)
	j.json(reply.Status, out)
	return nil
}

// errFound refuses an answer that held personal data of nobody in the prompt.
var errFound = &refusal{code: "answer.personal_data", message: "The answer held personal data that the prompt did not, and this system's registration blocks that."}
