package pages

import (
	"context"
	"time"
)

// Chats is a customer's conversation with the program that answers first, and
// with a person.
type Chats interface {
	// Chat reads the conversation behind the link. A link that nobody used yet
	// opens an empty one.
	Chat(ctx context.Context, t Token, locale string) (Chat, error)
	// Say keeps what the person wrote, once for each message id, and lets the
	// program answer where it holds the conversation. show gets the answer as it
	// comes and may be nil; what it got counts only once Say has returned nil:
	// a person may have taken over meanwhile. touch.Unavailable says that the
	// program failed; what the person wrote is kept. The message of an Invalid
	// error about a field is a key of the pages' messages.
	Say(ctx context.Context, t Token, m Said, show func(piece string)) error
	// Person asks for a person. Asking twice is no error.
	Person(ctx context.Context, t Token, locale string) error
	// CallBack asks to be answered on a day at a time of the company's zone:
	// YYYY-MM-DD and HH:MM. An invalid or closed one is touch.Invalid.
	CallBack(ctx context.Context, t Token, day, clock string) error
	// TryChat makes a link for an invented customer, in a demo only.
	TryChat(ctx context.Context, locale string) (Token, error)
}

// Said is what a person wrote.
type Said struct {
	ID     string // of the form's; letters, digits and dashes
	Text   string
	Locale string
}

// Holder is who answers in a conversation.
type Holder string

// The holders.
const (
	ByProgram  Holder = "program"
	Waiting    Holder = "waiting"  // a person was asked for and comes by Chat.By
	CalledBack Holder = "callback" // nobody is there; a person answers on Chat.By
	ByPerson   Holder = "person"
	NoProgram  Holder = "nobody" // no program answers here and no person was asked for yet
)

// Chat is one conversation.
type Chat struct {
	Company  Company
	Links    Links
	Label    string // that AI answers, as the law of the place asks; "" where no program answers
	Holder   Holder
	Refused  bool // AI must not be used for this person; that is why a person answers
	Closed   bool // the last person who answered ended it; what is written now goes to the program
	Place    int  // in the queue, from 1; 0 where nobody waits
	Minutes  int  // within which a person answers
	By       time.Time
	Zone     string     // of the hours and of By
	Hours    []DayHours // when people are there, from Monday
	Open     bool       // somebody is there now
	First    time.Time  // when somebody is there next
	Mine     bool       // the staff speak the page's language
	Speaks   string     // the languages of the staff, where Mine is false
	Lines    []ChatLine
	Message  string // the id of the next message
	CallFrom string // the first day of a call-back, YYYY-MM-DD
}

// DayHours are a day's: "09:00-12:00, 13:00-17:00".
type DayHours struct {
	Day   time.Weekday
	Spans string
}

// ChatLine is one message. A line with a Kind was written by a change of hands
// and has no text.
type ChatLine struct {
	Seq  int64
	From string // bot, human, customer or system
	Kind string
	Text string
	At   time.Time
}
