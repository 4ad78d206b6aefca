package handoff

import (
	"time"

	"fairtouch/touch"
)

// State says who holds a conversation.
type State string

// The states. A program speaks in Bot alone: from the request on it is silent.
const (
	Bot       State = "bot"
	Requested State = "requested" // a person was asked for
	Queued    State = "queued"    // staff are there and have been told
	Callback  State = "callback"  // nobody is there; a person calls back on a date
	Human     State = "human"
	Returned  State = "returned" // the person has left; the program speaks from its next turn on
	Closed    State = "closed"
)

// Event is what changes the state.
type Event string

// The events.
const (
	Ask     Event = "ask"
	Enqueue Event = "enqueue"
	Defer   Event = "defer" // to a call-back
	Take    Event = "take"
	Return  Event = "return"
	Resume  Event = "resume"
	Close   Event = "close"
)

// moves is the whole machine. Each row is a change of state, so that each
// raises the epoch. Nothing is a dead end: in a closed conversation the customer
// can ask for a person, and the program answers what they write.
var moves = map[State]map[Event]State{
	Bot:       {Ask: Requested, Take: Human, Close: Closed},
	Requested: {Enqueue: Queued, Defer: Callback, Take: Human, Close: Closed},
	Queued:    {Take: Human, Defer: Callback, Close: Closed},
	Callback:  {Enqueue: Queued, Defer: Callback, Take: Human, Close: Closed},
	Human:     {Return: Returned, Enqueue: Queued, Defer: Callback, Close: Closed},
	Returned:  {Resume: Bot, Ask: Requested, Take: Human, Close: Closed},
	Closed:    {Ask: Requested, Resume: Bot},
}

// Next is the state after an event; false where the event means nothing.
func Next(s State, e Event) (State, bool) {
	to, ok := moves[s][e]
	return to, ok
}

// Conversation is one conversation and who holds it.
type Conversation struct {
	ID        string
	Subject   touch.SubjectID
	Decision  touch.DecisionID // that it is about; "" for none
	State     State
	Epoch     int64  // raised by each move
	Owner     string // the member of staff in Human, else ""
	Language  string // BCP 47
	Reason    Reason
	Requested time.Time // when a person was asked for last; zero for never
	Due       time.Time // when a person must have answered; zero for none
	Callback  time.Time // zero for none
	At        time.Time // of the last move
}

// Sender wrote a message.
type Sender string

// The senders. System messages are written by moves alone.
const (
	FromBot      Sender = "bot"
	FromHuman    Sender = "human"
	FromCustomer Sender = "customer"
	FromSystem   Sender = "system"
)

// Message is what was said. Its text is sealed under the person's key.
type Message struct {
	ID     string // the sender's own; a second message with it changes nothing
	Seq    int64  // from 1 in each conversation, in the order of commits
	From   Sender
	Kind   string // of a system message: KindTaken, KindQueued, …; else ""
	Epoch  int64  // under which it was produced
	Sealed []byte // empty for system messages, whose kind says it all
	At     time.Time
}

// Kinds of system messages; pages have the words.
const (
	KindQueued   = "queued"
	KindCallback = "callback"
	KindTaken    = "taken" // a person is taking over
	KindReturned = "returned"
	KindClosed   = "closed"
)

// kindOf is the message that a move writes; "" for none.
func kindOf(to State) string {
	switch to {
	case Queued:
		return KindQueued
	case Callback:
		return KindCallback
	case Human:
		return KindTaken
	case Returned:
		return KindReturned
	case Closed:
		return KindClosed
	}
	return ""
}

// Move is one change of state as it is recorded.
type Move struct {
	Epoch  int64 // that it began
	Before State
	State  State
	Owner  string
	At     time.Time
}
