package api

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/disclose"
	"fairtouch/internal/disclose/feed"
	"fairtouch/internal/disclose/marks"
	"fairtouch/touch"
)

// Outputs marks what AI made, and recognises it again by its fingerprint. Both
// see the caller's workspace alone.
type Outputs interface {
	// MarkImage marks, signs, records and registers. Nothing of the image is kept.
	MarkImage(ctx context.Context, p access.Principal, image []byte, spec disclose.OutputSpec) (disclose.Output, error)
	RecogniseImage(ctx context.Context, p access.Principal, image []byte) (marks.Said, []disclose.Known, error)
	RecogniseText(ctx context.Context, p access.Principal, text string) ([]disclose.Known, error)
	// Render makes content ready for the channel of its decision, with the label
	// where the duty asks for it, on record and in the register.
	Render(ctx context.Context, p access.Principal, id touch.DecisionID, text, html string) (disclose.Sent, error)
	// Delivered says that it was handed to its channel; Shown, by the token alone,
	// that a device showed it. A second word changes nothing.
	Delivered(ctx context.Context, p access.Principal, output string) (disclose.Known, error)
	Shown(ctx context.Context, token string) (disclose.Known, error)
	LintFeed(ctx context.Context, p access.Principal, r io.Reader) (feed.Report, error)
}

// maxImageBody bounds a body with an image in base64.
const maxImageBody = 32 << 20

func disclosureRoutes() []route {
	return []route{
		{method: "POST", path: "/v1/disclosures/image", id: "markImage", scope: access.Decide, body: "ImageToMark", answer: "ImageMarked", status: 200, limit: maxImageBody, handle: (*call).markImage,
			summary: "Mark a JPEG, PNG, WebP or SVG as made by AI: IPTC digital source type and signed content credentials (C2PA). Pixels, metadata and earlier credentials stay. The mark is on record, the image is not kept."},
		{method: "POST", path: "/v1/disclosures/render", id: "renderOutput", scope: access.Decide, body: "OutputToRender", answer: "OutputRendered", status: 200, handle: (*call).render,
			summary: "Put a decision's label into its content, as its channel shows it. Send what comes back and nothing else; the receipt binds its hash, the label, its place and the marks."},
		{method: "POST", path: "/v1/disclosures/delivered", id: "outputDelivered", scope: access.Decide, body: "OutputDelivered", answer: "KnownOutput", status: 200, handle: (*call).delivered,
			summary: "Say that a rendered output was handed to its channel. A second word changes nothing."},
		{method: "POST", path: "/v1/disclosures/shown", id: "outputShown", scope: open, body: "OutputShown", answer: "OutputSeen", status: 200, handle: (*call).shown,
			summary: "Say that a device showed an output. The token from rendering is the credential; it fits that output alone. A second word changes nothing."},
		{method: "POST", path: "/v1/disclosures/feed", id: "lintFeed", scope: access.RecordRead, body: "FeedToLint", answer: "FeedReport", status: 200, limit: maxImageBody, handle: (*call).lintFeed,
			summary: "Check a product feed (XML, TSV, CSV) against what Google's Merchant Center asks of texts that AI made; texts known in the register must say so."},
		{method: "POST", path: "/v1/disclosures/recognise", id: "recogniseOutput", scope: access.RecordRead, body: "OutputToRecognise", answer: "OutputRecognised", status: 200, limit: maxImageBody, handle: (*call).recognise,
			summary: "Read what an image says of itself, and find an image or a text in the register of fingerprints, with its receipt, also where its marks were stripped."},
	}
}

func (c *call) outputs() (Outputs, error) {
	if c.s.cfg.Outputs == nil {
		return nil, touch.Errorf(touch.Unsupported, "this server marks no outputs")
	}
	return c.s.cfg.Outputs, nil
}

// imageToMark is the request: Image is base64 in JSON.
type imageToMark struct {
	Image    []byte           `json:"image"`
	Source   string           `json:"source"`
	Decision touch.DecisionID `json:"decision"`
}

// imageMarked is the answer.
type imageMarked struct {
	Image  []byte          `json:"image"`
	Media  string          `json:"media"`
	Source marks.Source    `json:"digital_source_type"`
	Claims []marks.Claimed `json:"claims"`
	Known  disclose.Known  `json:"known"`
}

func (c *call) markImage() error {
	o, err := c.outputs()
	if err != nil {
		return err
	}
	var in imageToMark
	if err := c.decode(&in); err != nil {
		return err
	}
	spec := disclose.OutputSpec{Decision: in.Decision}
	switch in.Source {
	case "", "generated":
		spec.Source = marks.Generated
	case "composite":
		spec.Source = marks.Composite
	default:
		return touch.Fielderr("source", "is generated, or composite where only a part is")
	}
	if len(in.Image) == 0 {
		return touch.Fielderr("image", "is the file in base64")
	}
	out, err := o.MarkImage(c.r.Context(), c.who, in.Image, spec)
	if err != nil {
		return err
	}
	c.send(http.StatusOK, &imageMarked{out.Image, out.Said.Format, out.Said.XMP, out.Said.Claims, out.Known})
	return nil
}

// recognised is the answer about an image or a text.
type recognised struct {
	Media  string           `json:"media,omitzero"`
	Source marks.Source     `json:"digital_source_type,omitzero"`
	Claims []marks.Claimed  `json:"claims"`
	Known  []disclose.Known `json:"known"`
}

func (c *call) recognise() error {
	o, err := c.outputs()
	if err != nil {
		return err
	}
	var in struct {
		Image []byte `json:"image"`
		Text  string `json:"text"`
	}
	if err := c.decode(&in); err != nil {
		return err
	}
	if (len(in.Image) == 0) == (in.Text == "") {
		return touch.Fielderr("image", "send either an image in base64 or a text")
	}
	var out recognised
	if in.Text != "" {
		out.Known, err = o.RecogniseText(c.r.Context(), c.who, in.Text)
	} else {
		var said marks.Said
		said, out.Known, err = o.RecogniseImage(c.r.Context(), c.who, in.Image)
		out.Media, out.Source, out.Claims = said.Format, said.XMP, said.Claims
	}
	if err != nil {
		return err
	}
	c.send(http.StatusOK, &out)
	return nil
}

func (c *call) render() error {
	o, err := c.outputs()
	if err != nil {
		return err
	}
	var in struct {
		Decision touch.DecisionID `json:"decision"`
		Text     string           `json:"text"`
		HTML     string           `json:"html"`
	}
	if err := c.decode(&in); err != nil {
		return err
	}
	if in.Decision == "" {
		return touch.Fielderr("decision", "names the decision whose label it is")
	}
	out, err := o.Render(c.r.Context(), c.who, in.Decision, in.Text, in.HTML)
	if err != nil {
		return err
	}
	forwarded(c.w.Header(), out.Headers)
	c.send(http.StatusOK, &out)
	return nil
}

func (c *call) delivered() error {
	o, err := c.outputs()
	if err != nil {
		return err
	}
	var in struct {
		Output string `json:"output"`
	}
	if err := c.decode(&in); err != nil {
		return err
	}
	known, err := o.Delivered(c.r.Context(), c.who, in.Output)
	if err != nil {
		return err
	}
	c.send(http.StatusOK, &known)
	return nil
}

// outputSeen is all that whoever holds a token learns.
type outputSeen struct {
	Shown time.Time `json:"shown"`
}

func (c *call) shown() error {
	o, err := c.outputs()
	if err != nil {
		return err
	}
	var in struct {
		Token string `json:"token"`
	}
	if err := c.decode(&in); err != nil {
		return err
	}
	known, err := o.Shown(c.r.Context(), in.Token)
	if err != nil {
		return err
	}
	c.send(http.StatusOK, &outputSeen{known.Shown})
	return nil
}

func (c *call) lintFeed() error {
	o, err := c.outputs()
	if err != nil {
		return err
	}
	var in struct {
		Feed string `json:"feed"`
	}
	if err := c.decode(&in); err != nil {
		return err
	}
	report, err := o.LintFeed(c.r.Context(), c.who, strings.NewReader(in.Feed))
	if err != nil {
		return err
	}
	c.send(http.StatusOK, &report)
	return nil
}
