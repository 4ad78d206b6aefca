package handoff

import (
	"context"
	"errors"
	"strconv"
	"time"

	"fairtouch/touch"
)

// ErrLate says that the conversation changed hands: the message was dropped.
// Don't send it anywhere, and don't try again under the new epoch: it answers
// what nobody asked its sender.
var ErrLate = errors.New("the conversation has changed hands")

// Store keeps conversations. Each method is one transaction.
type Store interface {
	// OpenConversation inserts a conversation in Bot with epoch 1, and changes
	// nothing where it exists.
	OpenConversation(ctx context.Context, ws touch.Workspace, c Conversation) error
	// Conversation returns one, or Unknown.
	Conversation(ctx context.Context, ws touch.Workspace, id string) (Conversation, error)
	// MoveConversation replaces a conversation if its epoch is still the one before
	// c.Epoch, and writes the move and the message m, if it isn't nil, with it;
	// ErrLate if the epoch is another one.
	MoveConversation(ctx context.Context, ws touch.Workspace, c Conversation, m *Message) error
	// Say commits a message of a program or a member of staff if the conversation
	// has its epoch and is in that state, else ErrLate. state "" is a customer's:
	// theirs are always kept. A message whose id is there changes nothing.
	Say(ctx context.Context, ws touch.Workspace, id string, state State, m Message) error
	// Said lists a conversation's messages in order.
	Said(ctx context.Context, ws touch.Workspace, id string) ([]Message, error)
	// Waiting lists who waits for a person or has one, the first due at the top.
	Waiting(ctx context.Context, ws touch.Workspace, limit int) ([]Conversation, error)
	// Moves lists the moves since a time, by conversation, in order.
	Moves(ctx context.Context, ws touch.Workspace, since time.Time) (map[string][]Move, error)
}

// Sealer seals what people wrote under their key. Open fails once they are erased.
type Sealer interface {
	Seal(ctx context.Context, ws touch.Workspace, subject touch.SubjectID, plain string, at string) ([]byte, error)
	Open(ctx context.Context, ws touch.Workspace, subject touch.SubjectID, sealed []byte, at string) (string, error)
}

// Desk hands conversations over.
type Desk struct {
	Store   Store
	Sealer  Sealer
	Hours   Hours
	Promise Promise
	Now     func() time.Time
}

// Turn begins a program's turn: its epoch, under which it must Reply, and whether
// it may speak. A conversation that a person has returned or closed is the program's
// again: begin a turn only because the customer wrote something.
func (d *Desk) Turn(ctx context.Context, ws touch.Workspace, c Conversation) (epoch int64, may bool, err error) {
	c.State, c.Epoch, c.At = Bot, 1, d.Now()
	if err := d.Store.OpenConversation(ctx, ws, c); err != nil {
		return 0, false, err
	}
	now, err := d.Store.Conversation(ctx, ws, c.ID)
	if err == nil && (now.State == Returned || now.State == Closed) {
		if now, err = d.move(ctx, ws, now, Resume, nil); errors.Is(err, ErrLate) {
			now, err = d.Store.Conversation(ctx, ws, c.ID)
		}
	}
	return now.Epoch, now.State == Bot, err
}

// Holds reports whether a program must be silent: somebody else holds the
// conversation, or it was asked to.
func (d *Desk) Holds(ctx context.Context, ws touch.Workspace, id string) (bool, error) {
	c, err := d.Store.Conversation(ctx, ws, id)
	if touch.CodeOf(err) == touch.Unknown {
		return false, nil
	}
	return c.State != Bot && c.State != Returned && c.State != Closed, err
}

// Current reports whether an epoch is the conversation's still. A stream asks
// before each piece.
func (d *Desk) Current(ctx context.Context, ws touch.Workspace, id string, epoch int64) (bool, error) {
	c, err := d.Store.Conversation(ctx, ws, id)
	return c.Epoch == epoch && c.State == Bot, err
}

// Reply commits a program's message, or ErrLate: it must then not be sent.
func (d *Desk) Reply(ctx context.Context, ws touch.Workspace, id, message string, epoch int64, text string) error {
	return d.say(ctx, ws, id, Bot, Message{ID: message, From: FromBot, Epoch: epoch}, text)
}

// Answer commits a member of staff's message. Only who took the conversation may.
func (d *Desk) Answer(ctx context.Context, ws touch.Workspace, id, message, owner, text string) error {
	c, err := d.Store.Conversation(ctx, ws, id)
	if err != nil {
		return err
	}
	if c.State != Human || c.Owner != owner {
		return ErrLate
	}
	return d.say(ctx, ws, id, Human, Message{ID: message, From: FromHuman, Epoch: c.Epoch}, text)
}

// Hear keeps what the customer wrote, whoever holds the conversation.
func (d *Desk) Hear(ctx context.Context, ws touch.Workspace, id, message, text string) error {
	return d.say(ctx, ws, id, "", Message{ID: message, From: FromCustomer}, text)
}

func (d *Desk) say(ctx context.Context, ws touch.Workspace, id string, in State, m Message, text string) error {
	c, err := d.Store.Conversation(ctx, ws, id)
	if err != nil {
		return err
	}
	if m.From == FromCustomer {
		m.Epoch = c.Epoch
	}
	if m.Sealed, err = d.Sealer.Seal(ctx, ws, c.Subject, text, id+"/"+m.ID); err != nil {
		return err
	}
	m.At = d.Now()
	return d.Store.Say(ctx, ws, id, in, m)
}

// Request asks for a person. Where people are there it queues the conversation
// and says by when one answers; else it sets the date of a call-back. A second
// request changes nothing.
func (d *Desk) Request(ctx context.Context, ws touch.Workspace, id string, why Reason) (Conversation, error) {
	c, err := d.step(ctx, ws, id, Ask, func(c *Conversation) error {
		c.Reason, c.Requested, c.Due, c.Callback = why, d.Now(), d.Now().Add(d.Promise.Within), time.Time{}
		return nil
	})
	if err != nil || c.State != Requested {
		return c, err
	}
	// From here on only this request's epoch counts: who has taken the
	// conversation meanwhile keeps it.
	if d.Hours.Open(d.Now()) {
		return d.orNow(ctx, ws, c, Enqueue, nil)
	}
	return d.orNow(ctx, ws, c, Defer, func(c *Conversation) error {
		at, ok := d.Hours.Next(d.Now())
		if !ok {
			return touch.Errorf(touch.Missing, "no business hours are set; set them, or nobody can be promised a person")
		}
		c.Callback, c.Due = at, at.Add(d.Promise.Within)
		return nil
	})
}

// maxQueue bounds how far a place in the queue is counted.
const maxQueue = 1000

// Place is how many wait for a person before this conversation, its own place
// included, from 1; 0 where nobody is awaited in it.
func (d *Desk) Place(ctx context.Context, ws touch.Workspace, id string) (int, error) {
	list, err := d.Store.Waiting(ctx, ws, maxQueue)
	if err != nil {
		return 0, err
	}
	place := 0
	for _, c := range list {
		if c.State == Queued || c.State == Requested {
			place++
			if c.ID == id {
				return place, nil
			}
		}
	}
	return 0, nil
}

// orNow moves a conversation, or returns what somebody else has made of it.
func (d *Desk) orNow(ctx context.Context, ws touch.Workspace, c Conversation, e Event, change func(*Conversation) error) (Conversation, error) {
	out, err := d.move(ctx, ws, c, e, change)
	if errors.Is(err, ErrLate) {
		return d.Store.Conversation(ctx, ws, c.ID)
	}
	return out, err
}

// CallBack promises a call on a date.
func (d *Desk) CallBack(ctx context.Context, ws touch.Workspace, id string, at time.Time) (Conversation, error) {
	if !at.After(d.Now()) {
		return Conversation{}, touch.Errorf(touch.Invalid, "the call-back must lie in the future")
	}
	return d.step(ctx, ws, id, Defer, func(c *Conversation) error {
		c.Callback, c.Due, c.Owner = at, at.Add(d.Promise.Within), ""
		return nil
	})
}

// Take gives a conversation to a member of staff and writes the one message that
// says so. ErrLate if somebody else has it.
func (d *Desk) Take(ctx context.Context, ws touch.Workspace, id, owner string) (Conversation, error) {
	if owner == "" {
		return Conversation{}, touch.Errorf(touch.Invalid, "nobody can take a conversation without a name")
	}
	c, err := d.step(ctx, ws, id, Take, func(c *Conversation) error { c.Owner = owner; return nil })
	if err == nil && (c.State != Human || c.Owner != owner) {
		err = ErrLate
	}
	return c, err
}

// Return gives it back to the program, Close ends it.
func (d *Desk) Return(ctx context.Context, ws touch.Workspace, id, owner string) (Conversation, error) {
	return d.leave(ctx, ws, id, owner, Return)
}

// Close ends a conversation; the customer can still ask in it.
func (d *Desk) Close(ctx context.Context, ws touch.Workspace, id, owner string) (Conversation, error) {
	return d.leave(ctx, ws, id, owner, Close)
}

func (d *Desk) leave(ctx context.Context, ws touch.Workspace, id, owner string, e Event) (Conversation, error) {
	return d.step(ctx, ws, id, e, func(c *Conversation) error {
		if c.Owner != owner {
			return ErrLate
		}
		c.Owner, c.Due, c.Callback = "", time.Time{}, time.Time{}
		return nil
	})
}

// step applies an event, again where somebody else was faster. An event that
// means nothing in the state changes nothing.
func (d *Desk) step(ctx context.Context, ws touch.Workspace, id string, e Event, change func(*Conversation) error) (Conversation, error) {
	for {
		c, err := d.Store.Conversation(ctx, ws, id)
		if err != nil {
			return c, err
		}
		if _, ok := Next(c.State, e); !ok {
			return c, nil
		}
		out, err := d.move(ctx, ws, c, e, change)
		if !errors.Is(err, ErrLate) || ctx.Err() != nil {
			return out, err
		}
		if now, rerr := d.Store.Conversation(ctx, ws, id); rerr != nil || now.Epoch == c.Epoch {
			return out, err // the change itself refused
		}
	}
}

func (d *Desk) move(ctx context.Context, ws touch.Workspace, c Conversation, e Event, change func(*Conversation) error) (Conversation, error) {
	to, ok := Next(c.State, e)
	if !ok {
		return c, touch.Errorf(touch.Internal, "a conversation can't %s in state %s", string(e), string(c.State))
	}
	if change != nil {
		if err := change(&c); err != nil {
			return c, err
		}
	}
	c.State, c.At = to, d.Now()
	c.Epoch++
	var m *Message
	if kind := kindOf(to); kind != "" {
		m = &Message{ID: "move/" + kind + "/" + strconv.FormatInt(c.Epoch, 10), From: FromSystem, Kind: kind, Epoch: c.Epoch, Sealed: []byte{}, At: c.At}
	}
	return c, d.Store.MoveConversation(ctx, ws, c, m)
}
