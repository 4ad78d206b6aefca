package console

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"strings"

	"fairtouch/internal/access"
	"fairtouch/internal/disclose"
	"fairtouch/internal/disclose/feed"
	"fairtouch/internal/disclose/marks"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

// Outputs is what the page Marks asks.
type Outputs interface {
	// MarkImage marks, signs, records and registers an image; it keeps nothing of it.
	MarkImage(ctx context.Context, p access.Principal, image []byte, spec disclose.OutputSpec) (disclose.Output, error)
	RecogniseImage(ctx context.Context, p access.Principal, image []byte) (marks.Said, []disclose.Known, error)
	RecogniseText(ctx context.Context, p access.Principal, text string) ([]disclose.Known, error)
	// LintFeed checks a product feed for texts that AI made and that don't say so.
	LintFeed(ctx context.Context, p access.Principal, r io.Reader) (feed.Report, error)
}

// marksView is the page Marks. Name is the file that was looked at, "" for none.
type marksView struct {
	Name  string
	Text  string
	Said  *marks.Said
	Known []disclose.Known
	Asked bool // something was looked up
	Feed  *feed.Report
	Rules []feed.Rule
}

// First is the credential that counts.
func (v marksView) First() *marks.Claimed {
	if v.Said == nil || len(v.Said.Claims) == 0 {
		return nil
	}
	return &v.Said.Claims[0]
}

// maxPicture bounds an uploaded image or feed, in bytes.
const maxPicture = 24 << 20

func (c *Console) marksPage(w http.ResponseWriter, p access.Principal, status int, v marksView, ps view.Problems) error {
	v.Rules = feed.Rules()
	return c.t.marks.Render(w, status, page[marksView]{c.frame(p, "/console/marks", ps), v})
}

func (c *Console) marksShow(w http.ResponseWriter, _ *http.Request, p access.Principal) error {
	return c.marksPage(w, p, http.StatusOK, marksView{}, nil)
}

// picture is a posted form with a file.
type picture struct {
	name  string
	image []byte
	said  map[string]string
}

// takePicture reads the form whose field for the file is called field. Others
// are short.
func takePicture(w http.ResponseWriter, r *http.Request, field string) (picture, error) {
	out := picture{said: map[string]string{}}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return out, touch.Fielderr(field, "Choose a file")
	}
	form := multipart.NewReader(http.MaxBytesReader(w, r.Body, maxPicture+(1<<16)), params["boundary"])
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		var b []byte
		if err == nil {
			b, err = io.ReadAll(part)
		}
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return out, touch.Fielderr(field, "The file is larger than 24 MB; use fairtouch disclose on the command line")
		}
		if err != nil {
			return out, touch.Fielderr(field, "The file did not arrive whole; send it again")
		}
		if part.FormName() == field && part.FileName() != "" {
			out.name, out.image = filepath.Base(part.FileName()), b
			continue
		}
		out.said[part.FormName()] = string(b[:min(len(b), 200)])
	}
	if len(out.image) == 0 {
		return out, touch.Fielderr(field, "Choose a file")
	}
	return out, nil
}

// marksMark answers with the marked image as a download.
func (c *Console) marksMark(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	in, err := takePicture(w, r, "picture")
	var out disclose.Output
	if err == nil {
		spec := disclose.OutputSpec{Source: marks.Generated, Decision: touch.DecisionID(strings.TrimSpace(in.said["decision"]))}
		if in.said["source"] == "composite" {
			spec.Source = marks.Composite
		}
		out, err = c.Backend.Outputs.MarkImage(r.Context(), p, in.image, spec)
	}
	if err != nil {
		return c.marksWrong(w, p, "picture", err)
	}
	w.Header().Set("Content-Type", out.Said.Format)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": markedName(in.name)}))
	_, err = io.Copy(w, bytes.NewReader(out.Image))
	return err
}

// markedName is the name of a marked file.
func markedName(name string) string {
	ext := filepath.Ext(name)
	return strings.TrimSuffix(name, ext) + "-marked" + ext
}

func (c *Console) marksRead(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	in, err := takePicture(w, r, "looked")
	if err != nil {
		return c.marksWrong(w, p, "looked", err)
	}
	said, known, err := c.Backend.Outputs.RecogniseImage(r.Context(), p, in.image)
	if err != nil {
		return c.marksWrong(w, p, "looked", err)
	}
	return c.marksPage(w, p, http.StatusOK, marksView{Name: in.name, Said: &said, Known: known, Asked: true}, nil)
}

func (c *Console) marksFeed(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	in, err := takePicture(w, r, "feed")
	if err != nil {
		return c.marksWrong(w, p, "feed", err)
	}
	report, err := c.Backend.Outputs.LintFeed(r.Context(), p, bytes.NewReader(in.image))
	if err != nil {
		return c.marksWrong(w, p, "feed", err)
	}
	return c.marksPage(w, p, http.StatusOK, marksView{Name: in.name, Feed: &report}, nil)
}

func (c *Console) marksFind(w http.ResponseWriter, r *http.Request, p access.Principal) error {
	text := r.PostForm.Get("text")
	if strings.TrimSpace(text) == "" {
		return c.marksWrong(w, p, "text", touch.Fielderr("text", "Paste the text"))
	}
	known, err := c.Backend.Outputs.RecogniseText(r.Context(), p, text)
	if err != nil {
		return err
	}
	return c.marksPage(w, p, http.StatusOK, marksView{Text: text, Known: known, Asked: true}, nil)
}

// marksWrong shows the page again with what is wrong beside its field.
func (c *Console) marksWrong(w http.ResponseWriter, p access.Principal, field string, err error) error {
	switch touch.CodeOf(err) {
	case touch.Invalid, touch.Unknown, touch.TooLarge:
		e := touch.AsError(err)
		if e.Field == "decision" || touch.CodeOf(err) == touch.Unknown {
			field = "decision"
		}
		return c.marksPage(w, p, http.StatusUnprocessableEntity, marksView{}, view.Problems{{Field: field, Message: view.UpperFirst(e.Message)}})
	}
	return err
}
