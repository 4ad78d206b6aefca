package app

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	talks "fairtouch/internal/handoff"
	"fairtouch/internal/web/pages"
	"fairtouch/touch"
)

// chat is one customer's conversation, opened by its link.
type chat struct {
	ws       touch.Workspace
	id       string // of the conversation
	subject  touch.SubjectID
	decision touch.DecisionID // that it is about; "" for none
	set      talks.Settings
	desk     *talks.Desk
}

// chatPrefix begins the id of a link to a conversation that no decision stands
// behind: a random name and the person.
const chatPrefix = "chat/"

// chatToken is the link to the chat about a decision; "" where it is about nobody.
func (a *App) chatToken(ws touch.Workspace, subject touch.SubjectID, d touch.DecisionID) (string, error) {
	if subject == "" || strings.HasPrefix(string(d), usePrefix) {
		return "", nil
	}
	return a.Links.Token(Link{LinkChat, ws, string(d), time.Now().Add(linkLife)})
}

// NewChat makes a link to a conversation with a person of whom the company's
// own systems know an external id, as its shop or app would hand it out.
func (a *App) NewChat(ctx context.Context, ws touch.Workspace, external string) (url string, err error) {
	k, _, err := a.Ledger.Find(ctx, ws, external)
	if err != nil {
		return "", err
	}
	t, err := a.Links.Token(Link{LinkChat, ws, chatPrefix + touch.RandomID() + "/" + string(k.ID), time.Now().Add(linkLife)})
	return a.Links.base + "/p/chat/" + t, err
}

// chatOf opens the conversation behind a link.
func (c customers) chatOf(ctx context.Context, t pages.Token) (x chat, err error) {
	k, err := c.Links.Parse(string(t), LinkChat)
	if err != nil {
		return x, err
	}
	x.ws = k.Workspace
	if rest, ok := strings.CutPrefix(k.ID, chatPrefix); ok {
		_, subject, _ := strings.Cut(rest, "/")
		x.subject = touch.SubjectID(subject)
	} else {
		x.decision = touch.DecisionID(k.ID)
		d, err := c.Stored(ctx, k.Workspace, x.decision)
		if err != nil {
			return x, touch.Wrap(touch.Unknown, err, "this link is not valid, or too old")
		}
		x.subject = d.Subject
	}
	if _, err := c.Ledger.ByID(ctx, x.ws, x.subject); err != nil { // erased: nothing is left to talk about
		return x, touch.Wrap(touch.Unknown, err, "this link is not valid, or too old")
	}
	if x.id, err = c.Keeper.Lookup(x.ws, "chat/"+k.ID); err != nil {
		return x, err
	}
	if x.set, err = c.TalkSettings(ctx, x.ws); err != nil {
		return x, err
	}
	x.desk, err = c.TalkDesk(ctx, x.ws)
	return x, err
}

// conversation is the stored one, or one that nobody wrote in yet.
func (x *chat) conversation(ctx context.Context) (talks.Conversation, error) {
	c, err := x.desk.Store.Conversation(ctx, x.ws, x.id)
	if touch.CodeOf(err) == touch.Unknown {
		return talks.Conversation{ID: x.id, Subject: x.subject, Decision: x.decision, State: talks.Bot}, nil
	}
	return c, err
}

// Chat implements pages.Chats.
func (c customers) Chat(ctx context.Context, t pages.Token, locale string) (pages.Chat, error) {
	x, err := c.chatOf(ctx, t)
	if err != nil {
		return pages.Chat{}, err
	}
	co, err := c.company(ctx, x.ws)
	if err != nil {
		return pages.Chat{}, err
	}
	out := pages.Chat{Company: co, Minutes: x.set.Minutes, Zone: x.set.Zone, Mine: x.set.Speaks(locale), Speaks: strings.Join(x.set.Languages, ", "), Message: touch.RandomID()}
	if x.decision != "" {
		d := StoredDecision{Subject: x.subject}
		if d, err = c.Stored(ctx, x.ws, x.decision); err != nil {
			return out, err
		}
		out.Links = c.links(x.ws, &d)
	}
	if out.Label, err = c.chatLabel(ctx, &x, locale); err != nil {
		return out, err
	}
	conv, err := x.conversation(ctx)
	if err != nil {
		return out, err
	}
	if err := x.holder(ctx, &conv, &out); err != nil {
		return out, err
	}
	if out.Lines, err = c.lines(ctx, &x); err != nil {
		return out, err
	}
	return out, x.hours(&out)
}

// chatLabel is the disclosure of the system that answers, before it says
// anything. Without a label in a known language the page fails: so must it.
func (c customers) chatLabel(ctx context.Context, x *chat, locale string) (string, error) {
	if x.set.System == "" {
		return "", nil
	}
	w, err := c.Worlds.Load(ctx, x.ws)
	if err != nil {
		return "", err
	}
	b, ok := w.Systems[x.set.System]
	if !ok || b.System.State != "active" {
		return "", nil
	}
	duty, err := w.Texts.Resolve(b.System.Kind, touch.Chat, locale, w.Locale)
	if err != nil {
		return "", err
	}
	note, err := duty.Render(string(b.System.ID), disclosureLinks)
	return note.Label.Text, err
}

func (x *chat) holder(ctx context.Context, conv *talks.Conversation, out *pages.Chat) (err error) {
	zone, err := time.LoadLocation(x.set.Zone)
	if err != nil {
		return touch.Wrap(touch.Internal, err, "the time zone can't be read")
	}
	out.Refused, out.Closed = conv.Reason == talks.ReasonRefused, conv.State == talks.Closed
	switch conv.State {
	case talks.Human:
		out.Holder = pages.ByPerson
	case talks.Requested, talks.Queued:
		out.Holder, out.By = pages.Waiting, conv.Due.In(zone)
		out.Place, err = x.desk.Place(ctx, x.ws, x.id)
	case talks.Callback:
		out.Holder, out.By = pages.CalledBack, conv.Callback.In(zone)
	default:
		out.Holder = pages.ByProgram
		if out.Label == "" {
			out.Holder = pages.NoProgram
		}
	}
	return err
}

// lines opens what was said.
func (c customers) lines(ctx context.Context, x *chat) ([]pages.ChatLine, error) {
	said, err := x.desk.Store.Said(ctx, x.ws, x.id)
	if err != nil {
		return nil, err
	}
	out := make([]pages.ChatLine, len(said))
	for i, m := range said {
		out[i] = pages.ChatLine{Seq: m.Seq, From: string(m.From), Kind: m.Kind, At: m.At.In(x.desk.Hours.Zone)}
		if m.Kind == "" {
			if out[i].Text, err = x.desk.Sealer.Open(ctx, x.ws, x.subject, m.Sealed, x.id+"/"+m.ID); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// hours words when people are there, in the company's zone.
func (x *chat) hours(out *pages.Chat) error {
	h := x.desk.Hours
	now := x.desk.Now()
	if next, ok := h.Next(now); ok {
		out.First, out.Open = next.In(h.Zone), h.Open(now)
	}
	out.CallFrom = now.In(h.Zone).Format(time.DateOnly)
	for d := range 7 {
		day := (d + 1) % 7 // a week begins on Monday
		if s := x.set.Week[day]; s != "" {
			out.Hours = append(out.Hours, pages.DayHours{Day: time.Weekday(day), Spans: s})
		}
	}
	return nil
}

// Person implements pages.Chats.
func (c customers) Person(ctx context.Context, t pages.Token, locale string) error {
	x, err := c.chatOf(ctx, t)
	if err != nil {
		return err
	}
	if err := x.open(ctx, locale); err != nil {
		return err
	}
	_, err = x.desk.Request(ctx, x.ws, x.id, talks.ReasonAsked)
	return err
}

// open makes the conversation unless it is there.
func (x *chat) open(ctx context.Context, locale string) error {
	return x.desk.Store.OpenConversation(ctx, x.ws, talks.Conversation{ID: x.id, Subject: x.subject, Decision: x.decision, Language: locale, At: x.desk.Now()})
}

// CallBack implements pages.Chats. Who waits, or only asks to be called, gets
// the date that suits them, in the hours in which somebody is there.
func (c customers) CallBack(ctx context.Context, t pages.Token, day, clock string) error {
	x, err := c.chatOf(ctx, t)
	if err != nil {
		return err
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", day+" "+clock, x.desk.Hours.Zone)
	if err != nil {
		return touch.Fielderr("day", "chat.baddate")
	}
	if !at.After(x.desk.Now()) || at.After(x.desk.Now().AddDate(0, 3, 0)) || !x.desk.Hours.Open(at) {
		return touch.Fielderr("day", "chat.shut")
	}
	if err := x.open(ctx, ""); err != nil {
		return err
	}
	if _, err := x.desk.Request(ctx, x.ws, x.id, talks.ReasonAsked); err != nil {
		return err
	}
	_, err = x.desk.CallBack(ctx, x.ws, x.id, at)
	return err
}

// TryChat implements pages.Chats.
func (c customers) TryChat(ctx context.Context, _ string) (pages.Token, error) {
	if !c.DemoMode {
		return "", touch.Errorf(touch.Unknown, "no such page")
	}
	url, err := c.NewChat(ctx, Demo, "chat-visitor-"+touch.RandomID())
	return pages.Token(url[strings.LastIndexByte(url, '/')+1:]), err
}

// Limits of a conversation.
const (
	chatPerMinute = 12 // messages of a customer
	chatHistory   = 20 // messages that the program is shown
	chatLongest   = 2000
)

// Say implements pages.Chats.
func (c customers) Say(ctx context.Context, t pages.Token, m pages.Said, show func(string)) error {
	x, err := c.chatOf(ctx, t)
	if err != nil {
		return err
	}
	if err := checkSaid(m); err != nil {
		return err
	}
	if err := x.open(ctx, m.Locale); err != nil {
		return err
	}
	said, err := x.desk.Store.Said(ctx, x.ws, x.id)
	if err != nil {
		return err
	}
	id, now, lately := "c/"+m.ID, x.desk.Now(), 0
	for _, o := range said {
		if o.ID == id {
			return nil // a form that was sent twice
		}
		if o.From == talks.FromCustomer && now.Sub(o.At) < time.Minute {
			lately++
		}
	}
	if lately >= chatPerMinute {
		return touch.Fielderr("text", "chat.toomany")
	}
	if err := x.desk.Hear(ctx, x.ws, x.id, id, m.Text); err != nil {
		return err
	}
	return c.answer(ctx, &x, m, show)
}

func checkSaid(m pages.Said) error {
	id := func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}
	switch n := len([]rune(m.Text)); {
	case m.ID == "" || len(m.ID) > 64 || strings.ContainsFunc(m.ID, id):
		return touch.Errorf(touch.Invalid, "the form is damaged; load the page again")
	case n == 0:
		return touch.Fielderr("text", "chat.empty")
	case n > chatLongest || strings.ContainsRune(m.Text, 0):
		return touch.Fielderr("text", "chat.toolong")
	}
	return nil
}

// answer lets the program answer, or takes the person to a person.
func (c customers) answer(ctx context.Context, x *chat, m pages.Said, show func(string)) error {
	conv, err := x.conversation(ctx)
	if err != nil {
		return err
	}
	if !slices.Contains([]talks.State{talks.Bot, talks.Returned, talks.Closed}, conv.State) {
		return nil // a person reads it
	}
	heard := talks.Detect(m.Text, m.Locale)
	if heard.Escalates() || x.set.System == "" {
		why := heard.Reason()
		if why == "" {
			why = talks.ReasonAsked
		}
		if _, err := x.desk.Request(ctx, x.ws, x.id, why); err != nil {
			return err
		}
		if x.set.System != "" { // the program falls silent first; that it was asked goes on record
			_, err = c.askProgram(ctx, x, m.Locale, nil)
			return ignoreSilent(err)
		}
		return nil
	}
	epoch, may, err := x.desk.Turn(ctx, x.ws, talks.Conversation{ID: x.id, Subject: x.subject})
	if err != nil || !may {
		return err
	}
	text, err := c.askProgram(ctx, x, m.Locale, show)
	switch no := (*refusedByPath)(nil); {
	case errors.Is(err, errProgramSilent):
		return nil
	case errors.As(err, &no):
		_, err = x.desk.Request(ctx, x.ws, x.id, talks.ReasonRefused)
		return err
	case err != nil:
		return x.stuck(ctx, err)
	}
	err = x.desk.Reply(context.WithoutCancel(ctx), x.ws, x.id, "b/"+m.ID, epoch, text)
	if errors.Is(err, talks.ErrLate) {
		return nil // a person took over: the message is dropped
	}
	return err
}

// stuck hands over after the second turn without an answer.
func (x *chat) stuck(ctx context.Context, cause error) error {
	said, err := x.desk.Store.Said(ctx, x.ws, x.id)
	if err != nil {
		return errors.Join(cause, err)
	}
	failed := 0
	for i := len(said) - 1; i >= 0 && said[i].From == talks.FromCustomer; i-- {
		failed++
	}
	if failed < 2 {
		return touch.Wrap(touch.Unavailable, cause, "the program could not answer")
	}
	_, err = x.desk.Request(ctx, x.ws, x.id, talks.ReasonStuck)
	return err
}
