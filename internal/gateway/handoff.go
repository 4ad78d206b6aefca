package gateway

import (
	"context"
	"errors"
	"strings"

	"fairtouch/internal/handoff"
	"fairtouch/internal/record"
	"fairtouch/internal/wire"
	"fairtouch/touch"
)

// Asked is what the last turn of a conversation asked for beside its content.
type Asked struct {
	Person bool   // for a human
	Nature bool   // whether this is one
	Locale string // of the words that said so, "" if unknown
}

func (a Asked) word() string {
	switch {
	case a.Person:
		return "human"
	case a.Nature:
		return "nature"
	}
	return ""
}

// Handoff hears requests for a person and takes them to one.
type Handoff interface {
	// Listen reads what the person wrote last. It keeps nothing.
	// locale is the conversation's, "" if unknown.
	Listen(text, locale string) Asked
	// Truth answers whoever asks whether this is a machine. No model writes it.
	Truth(ctx context.Context, ws touch.Workspace, locale string) string
	// Raise puts a request for a human into the staff's queue, once for each
	// decision. conversation is the client's own id, "" if it sent none.
	Raise(ctx context.Context, ws touch.Workspace, d touch.DecisionID, subject touch.SubjectID, conversation string) error
	// Turn begins the machine's turn in a conversation with a person: its epoch,
	// and whether the machine may speak. It is called because the person wrote.
	Turn(ctx context.Context, ws touch.Workspace, conversation string, subject touch.SubjectID) (epoch int64, may bool, err error)
	// Current reports whether the machine may still speak under an epoch. A stream
	// asks before each piece, a whole answer before it leaves.
	Current(ctx context.Context, ws touch.Workspace, conversation string, epoch int64) (bool, error)
}

// listens hears the last turn, where a person is in the conversation.
func (j *job) listens() Asked {
	if j.s.detect == nil || !j.system.FacesPerson || j.touch.Subject == nil {
		return Asked{}
	}
	said := j.prompt.lastSaid()
	if said == "" {
		return Asked{}
	}
	a := j.s.detect.Listen(said, j.touch.Locale)
	if a.Locale == "" {
		a.Locale = j.touch.Locale
	}
	return a
}

// errSilent refuses while a human holds the conversation.
var errSilent = &refusal{code: "handoff.silent", message: "A human holds this conversation; the machine is silent in it."}

// takesTurn begins the machine's turn where the use is part of a conversation
// with a person, or refuses.
func (j *job) takesTurn() error {
	id := j.r.Header.Get(headCase)
	if j.s.detect == nil || id == "" || j.use.Subject() == "" {
		return nil
	}
	epoch, may, err := j.s.detect.Turn(j.r.Context(), j.who.Workspace, id, j.use.Subject())
	switch {
	case err != nil:
		return err
	case !may:
		return errSilent
	}
	j.talk, j.epoch = id, epoch
	if j.again != nil {
		j.again.talk, j.again.epoch = id, epoch
	}
	return nil
}

// speaks refuses once the conversation has changed hands. What can't be told is
// refused too: silence is the safe side.
func (j *job) speaks() error {
	if j.talk == "" {
		return nil
	}
	may, err := j.s.detect.Current(context.WithoutCancel(j.r.Context()), j.who.Workspace, j.talk, j.epoch)
	if err == nil && may {
		return nil
	}
	return errors.Join(err, errSilent)
}

// taken puts on record that a person took the conversation while the machine
// answered, and that the rest was withheld. Where the closing was being written
// in that moment, an event of its own says so.
func (j *job) taken() error {
	if j.ended {
		return j.use.Withhold(j.r.Context(), "taken")
	}
	_, err := j.end(record.Refused, nil, "taken")
	return err
}

// raise puts a request for a human into the queue, whatever became of the use.
func (j *job) raise(a Asked, d touch.DecisionID, subject touch.SubjectID) {
	if !a.Person || d == "" {
		return
	}
	j.w.Header().Set("X-Fairtouch-Handoff", "requested")
	if err := j.s.detect.Raise(context.WithoutCancel(j.r.Context()), j.who.Workspace, d, subject, j.r.Header.Get(headCase)); err != nil {
		j.s.cfg.Log.Error("a request for a human can't be queued", "request", j.id, "decision", string(d), "cause", causeType(err))
		j.w.Header().Set("X-Fairtouch-Handoff", "failed")
	}
}

// reply answers in the model's place, truthfully, in the shape that was asked
// for. A request for a human comes before the question what this is.
func (j *job) reply(a Asked) error {
	note := j.use.Disclosure()
	words := wordsIn(first(a.Locale, note.Label.Locale)) // what the person speaks now, before what was registered
	out := wire.Composed{ID: strings.TrimPrefix(string(j.use.Decision()), "dec_"), Model: j.prompt.model, Created: j.began.Unix()}
	truth := j.s.detect.Truth(j.r.Context(), j.who.Workspace, first(a.Locale, note.Label.Locale))
	out.Text = truth
	if a.Person {
		out.Text = words.person
	}
	if !j.s.cfg.Bare {
		out.Text += " " + note.Human.URL
	}
	if !j.s.cfg.Bare && !a.Person {
		out.Text = note.Label.Text + " " + out.Text
	}
	j.from, j.status = "fairtouch", 200
	end := func() (touch.Decision, error) { return j.end(record.Answered, nil, "") }
	if a.Person {
		j.raise(a, j.use.Decision(), j.use.Subject())
		end = func() (touch.Decision, error) { return j.endHuman() }
	}
	d, err := end()
	if err != nil {
		return err
	}
	j.decided(&d)
	j.label(note)
	if !j.prompt.stream {
		j.json(200, out.JSON(j.route))
		return nil
	}
	j.openStream()
	j.again.done(nil)
	for _, ev := range out.Events(j.route) {
		if err := j.sendNow(ev); err != nil {
			return nil
		}
	}
	return nil
}

// Ears hears with package handoff, in every language that it knows.
type Ears struct{}

// Listen hears the last 400 letters of a text: longer ones are documents rather
// than somebody speaking. Complaints and the like stay with the model here: what
// passes a gateway may be a task about a complaint, and only a wish that is put
// to the machine itself silences it.
func (Ears) Listen(text, locale string) Asked {
	r := []rune(text)
	heard := handoff.Detect(string(r[max(0, len(r)-400):]), locale)
	return Asked{Person: heard.Human, Nature: heard.Identity, Locale: heard.Language}
}
