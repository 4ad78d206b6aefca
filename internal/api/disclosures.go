package api

import (
	"context"
	"net/http"

	"fairtouch/internal/access"
	"fairtouch/internal/disclose"
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
}

// maxImageBody bounds a body with an image in base64.
const maxImageBody = 32 << 20

func disclosureRoutes() []route {
	return []route{
		{method: "POST", path: "/v1/disclosures/image", id: "markImage", scope: access.Decide, body: "ImageToMark", answer: "ImageMarked", status: 200, limit: maxImageBody, handle: (*call).markImage,
			summary: "Mark a JPEG, PNG, WebP or SVG as made by AI: IPTC digital source type and signed content credentials (C2PA). Pixels, metadata and earlier credentials stay. The mark is on record, the image is not kept."},
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
