package gateway

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"time"

	"fairtouch/internal/wire"
	"fairtouch/pii"
	"fairtouch/touch"
)

// Turns keeps whose an answer is that a provider keeps, and what its placeholders
// stand for. The provider's account is the installation's: without that, whoever
// learns an id could have another person's conversation read to them.
type Turns interface {
	// Recall returns what the placeholders of a turn and of those before it stand
	// for. A turn that is unknown, or another system's or person's, is touch.Unknown;
	// free says that nobody at all has its id.
	Recall(ctx context.Context, ws touch.Workspace, t Turn) (known []pii.Minted, free bool, err error)
	// Keep keeps a turn durably, sealed. One that is another's is touch.Forbidden.
	Keep(ctx context.Context, ws touch.Workspace, t Turn, known []pii.Minted) error
}

// Turn names what a provider keeps.
type Turn struct {
	Hash   string // SHA-256 of the provider's id
	System touch.SystemID
	About  About
	Until  time.Time
}

// keptTurns is how long a turn can be named. Providers keep answers for a bounded
// time, too; where theirs is shorter, their own error says so.
const keptTurns = 30 * 24 * time.Hour

// maxRecalled bounds the values that are kept of a conversation.
const maxRecalled = 1000

// errTurn refuses an earlier answer that can't be vouched for.
func errTurn(field string) error {
	return touch.Fielderr(field, "names nothing that this system was answered for this person through here; send the earlier turns themselves")
}

// recall finds whose the turns are that a request builds on, and what their
// placeholders stand for.
func (j *job) recall() error {
	p := j.prompt
	if j.route != wire.Responses || p.previous == "" && p.conversation == "" {
		return nil
	}
	if j.s.cfg.Turns == nil {
		return touch.Errorf(touch.Unsupported, "answers that the provider keeps can't be built on here; send the earlier turns themselves")
	}
	for _, x := range []struct{ field, id string }{{"previous_response_id", p.previous}, {"conversation", p.conversation}} {
		if x.id == "" {
			continue
		}
		known, free, err := j.s.cfg.Turns.Recall(j.r.Context(), j.who.Workspace, j.turnOf(x.id))
		switch {
		case err == nil:
			j.recalled = append(j.recalled, known...)
		case touch.CodeOf(err) == touch.Unknown && free && x.field == "conversation":
			// made outside and named here for the first time: from now on it is this person's
		case touch.CodeOf(err) == touch.Unknown:
			return errTurn(x.field)
		default:
			return err
		}
	}
	return nil
}

func (j *job) turnOf(id string) Turn {
	h := sha256.Sum256([]byte(id))
	t := Turn{Hash: hex.EncodeToString(h[:]), System: j.system.ID, Until: j.s.cfg.Now().Add(keptTurns)}
	if j.touch.Subject != nil {
		t.About = About{ID: j.who.Subject, External: j.touch.Subject.ExternalID}
	}
	return t
}

// remember keeps whose an answer is before its end leaves, so that a later request
// can build on it.
func (j *job) remember() error {
	if j.route != wire.Responses || j.s.cfg.Turns == nil || j.answer.responseID == "" || j.prompt.unkept && j.prompt.conversation == "" {
		return nil
	}
	var known []pii.Minted
	if j.touch.Subject != nil { // where nobody is faced the placeholders are new each time
		known = j.keep.session.Minted()
	}
	if len(known) > maxRecalled {
		known = slices.DeleteFunc(known, func(m pii.Minted) bool { return slices.Contains(j.recalled, m) }) // the oldest go first, and are told as left
		known = known[:min(len(known), maxRecalled)]
	}
	for _, id := range []string{j.answer.responseID, j.prompt.conversation} {
		if id == "" || id == j.answer.responseID && j.prompt.unkept {
			continue
		}
		t := j.turnOf(id)
		t.About.ID = j.use.Subject()
		err := j.s.cfg.Turns.Keep(context.WithoutCancel(j.r.Context()), j.who.Workspace, t, known)
		if touch.CodeOf(err) == touch.Forbidden && id == j.answer.responseID {
			continue // a provider that gives one id twice: it stays whose it was, and this answer can't be built on
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// left counts what looks like a placeholder in an answer and stayed one, though
// the prompt didn't hold it: of an earlier turn that can't be recalled.
func (j *job) left(heard string) int {
	if j.prompt.previous == "" && j.prompt.conversation == "" {
		return 0
	}
	n := 0
	for _, tok := range pii.Tokens(heard) {
		if _, ours := j.keep.session.Held(tok); !ours && !j.prompt.holds(tok) {
			n++
		}
	}
	if n > 0 && !j.sent {
		j.w.Header().Set("X-Fairtouch-Left", strconv.Itoa(n))
	}
	return n
}
