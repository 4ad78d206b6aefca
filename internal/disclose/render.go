package disclose

import (
	"html/template"
	"slices"
	"strings"

	"fairtouch/touch"
)

// Piece is what a renderer is given: a decision's disclosure, and the content
// that it belongs to.
type Piece struct {
	Note touch.Disclosure
	Text string // the content as plain text; "" for none
	HTML string // the content as a whole HTML document or a part of one, for e-mail and the web; "" for none
}

// Rendered is content with its disclosure, ready for its channel. It is what may
// be sent; parts that a channel has no use for are empty.
type Rendered struct {
	Channel touch.Channel     `json:"channel"`
	Locale  string            `json:"locale"`
	Dir     string            `json:"dir"` // ltr or rtl
	Text    string            `json:"text,omitzero"`
	HTML    string            `json:"html,omitzero"`
	Badge   string            `json:"badge,omitzero"`  // stays in view beside a conversation
	Spoken  string            `json:"spoken,omitzero"` // said aloud before anything else
	Alt     string            `json:"alt,omitzero"`    // begins an image's alternative text
	Overlay string            `json:"overlay,omitzero"`
	Headers map[string]string `json:"headers,omitzero"`
	SMS     *SMSLength        `json:"sms,omitzero"`
	Places  []string          `json:"placement"` // what was done, in the matrix' words
	Marks   []string          `json:"marks"`
}

// part is what the templates are given.
type part struct {
	Locale, Dir, Label, Mode     string
	Human, HumanURL, Why, WhyURL string
}

// fragment is the label beside content on a page or in a mail. It is text, needs
// no style of its own, and is announced to whoever can't see it.
var fragment = template.Must(template.New("").Parse(`<div lang="{{.Locale}}" dir="{{.Dir}}" role="note" data-ai-disclosure="{{.Mode}}"><p>{{.Label}}</p><p><a href="{{.HumanURL}}">{{.Human}}</a></p></div>`))

// chatHead is the first message of a conversation; a screen reader announces it.
var chatHead = template.Must(template.New("").Parse(`<p lang="{{.Locale}}" dir="{{.Dir}}" role="status" data-ai-disclosure="{{.Mode}}">{{.Label}} <a href="{{.HumanURL}}">{{.Human}}</a></p>`))

// Render puts a disclosure into or beside content as its channel shows it, and
// says what was done. It refuses a note without a label or a way to a person,
// and whatever the note's duty asks for that was not done.
func (ts *Texts) Render(ch touch.Channel, p Piece) (Rendered, error) {
	t, ok := ts.In(p.Note.Label.Locale)
	if !ok || p.Note.Label.Text == "" || p.Note.Human.URL == "" {
		return Rendered{}, touch.Errorf(touch.Missing, "there is no disclosure to show: a label in a known language and a way to a person are needed")
	}
	out := Rendered{Channel: ch, Locale: t.Locale, Dir: "ltr", Headers: map[string]string{}}
	if t.Direction != "" {
		out.Dir = t.Direction
	}
	for k, v := range p.Note.Headers {
		if !strings.Contains(k, ":") {
			out.Headers[k] = v
		}
	}
	w := part{Locale: out.Locale, Dir: out.Dir, Label: p.Note.Label.Text, Mode: p.Note.Headers["html-meta:ai-disclosure"], Human: t.Human, HumanURL: p.Note.Human.URL}
	var err error
	switch ch {
	case touch.Chat:
		out.Places, out.Badge = []string{"first_message", "badge", "beside_content", "in_content", "metadata", "next_to_price", "human_option"}, w.Label
		out.Text = join("\n\n", w.Label+" "+w.Human+": "+w.HumanURL, p.Text)
		out.HTML, err = filled(chatHead, w)
	case touch.Email:
		out.Places = carriers[ch]
		out.Text = join("\n\n", w.Label, p.Text, w.Human+": "+w.HumanURL)
		out.HTML, err = onPage(p.HTML, w)
	case touch.SMS:
		out.Places, out.Headers = carriers[ch], nil
		out.Text = join(" ", w.Label, p.Text, w.Human+": "+w.HumanURL)
		out.SMS, err = smsLength(out.Text)
	case touch.Voice, touch.Call:
		out.Places, out.Headers = carriers[ch], nil
		out.Spoken = join(" ", w.Label, t.Spoken())
	case touch.Post:
		out.Places, out.Headers = carriers[ch], nil
		out.Text = join("\n\n", w.Label, p.Text, w.Human+": "+w.HumanURL)
	case touch.Web, touch.Push, touch.Ads:
		out.Places, out.Badge = carriers[ch], w.Label
		out.Text, out.Overlay, out.Alt = join(" ", w.Label, p.Text), w.Label, w.Label
		out.HTML, err = onPage(p.HTML, w)
	default:
		return Rendered{}, touch.Fielderr("channel", "is no channel that content can be shown over")
	}
	if err != nil {
		return Rendered{}, err
	}
	out.Marks = out.marks()
	return out, out.met(p.Note.Duty)
}

// Spoken is how a person asks for a human aloud: the words of the link.
func (t *Text) Spoken() string { return t.Human + "?" }

// marks are the machine-readable ones that were put in.
func (r *Rendered) marks() []string {
	out := []string{}
	if r.Headers["AI-Disclosure"] != "" {
		out = append(out, MarkHeader)
	}
	if r.HTML != "" {
		out = append(out, MarkMeta)
	}
	return out
}

// met refuses what was not done though the duty asks for it.
func (r *Rendered) met(d *touch.Duty) error {
	if d == nil {
		return nil
	}
	for _, p := range d.Placement {
		inFile := p == "metadata" && slices.Contains(d.Marks, MarkIPTC) // an image's marks lie in its own file
		if !inFile && !slices.Contains(r.Places, p) {
			return touch.Errorf(touch.Unsupported, "the disclosure must be shown as “%s”, which this channel can't do; nothing may be sent over it", strings.ReplaceAll(p, "_", " "))
		}
	}
	return nil
}

func filled(t *template.Template, w part) (string, error) {
	var b strings.Builder
	err := t.Execute(&b, w)
	return b.String(), touch.Wrap(touch.Internal, err, "the label can't be written")
}

// meta is the machine-readable mark of a page (W3C AI Content Disclosure, a
// draft of a community group; read through the project's field note).
var meta = template.Must(template.New("").Parse(`<meta name="ai-disclosure" content="{{.Mode}}">`))

// onPage puts the label before everything else that is read of a page or a mail,
// and the mark into its head. Without a document both are a part by itself.
func onPage(doc string, w part) (string, error) {
	label, err := filled(fragment, w)
	if err != nil {
		return "", err
	}
	mark, err := filled(meta, w)
	if err != nil {
		return "", err
	}
	lower := strings.ToLower(doc)
	if at := strings.Index(lower, "<head"); at >= 0 {
		if end := strings.IndexByte(doc[at:], '>'); end >= 0 {
			doc = doc[:at+end+1] + mark + doc[at+end+1:]
			lower = strings.ToLower(doc)
		}
	}
	if at := strings.Index(lower, "<body"); at >= 0 {
		if end := strings.IndexByte(doc[at:], '>'); end >= 0 {
			return doc[:at+end+1] + label + doc[at+end+1:], nil
		}
	}
	return label + doc, nil
}

// join joins what isn't empty.
func join(sep string, parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, sep)
}
