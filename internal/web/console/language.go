package console

import (
	"embed"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"

	"fairtouch/internal/access"
	"fairtouch/internal/web/words"
	"fairtouch/touch"
)

//go:embed messages
var messageFiles embed.FS

// languages are what the console speaks: English, and a catalogue for each other.
type languages struct {
	tags       []string // the first is English
	matcher    language.Matcher
	catalogues map[string]*words.Catalogue
}

func loadLanguages() (languages, error) {
	l := languages{tags: []string{"en"}, catalogues: map[string]*words.Catalogue{}}
	tags := []language.Tag{language.English}
	dirs, err := messageFiles.ReadDir("messages")
	if err != nil {
		return l, touch.Wrap(touch.Internal, err, "the console's messages can't be read")
	}
	for _, d := range dirs {
		tag := d.Name()
		if l.catalogues[tag], err = loadMessages(tag); err != nil {
			return l, err
		}
		l.tags, tags = append(l.tags, tag), append(tags, language.Make(tag))
	}
	l.matcher = language.NewMatcher(tags)
	return l, nil
}

// loadMessages reads the message files of one language: messages/TAG/*.yaml.
func loadMessages(tag string) (*words.Catalogue, error) {
	names, err := fs.Glob(messageFiles, path.Join("messages", tag, "*.yaml"))
	if err != nil {
		return nil, touch.Wrap(touch.Internal, err, "the console's messages can't be read")
	}
	var files [][]byte
	for _, n := range names {
		b, err := messageFiles.ReadFile(n)
		if err != nil {
			return nil, touch.Wrap(touch.Internal, err, "the console's messages can't be read")
		}
		files = append(files, b)
	}
	return words.Load(tag, files...)
}

const languageCookie = "ft_language"

// of is the catalogue for a reader: what they chose, else what their browser
// asks for. nil for English.
func (l languages) of(r *http.Request) *words.Catalogue {
	if k, err := r.Cookie(languageCookie); err == nil {
		return l.catalogues[k.Value]
	}
	asked, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil || len(asked) == 0 {
		return nil
	}
	_, i, sure := l.matcher.Match(asked...)
	if sure < language.High {
		return nil
	}
	return l.catalogues[l.tags[i]]
}

// translated wraps a writer so that a page leaves in the reader's language. The
// caller finishes it.
func (c *Console) translated(w http.ResponseWriter, r *http.Request) (http.ResponseWriter, func()) {
	w.Header().Add("Vary", "Accept-Language, Cookie")
	cat := c.lang.of(r)
	if cat == nil {
		return w, func() {}
	}
	t := &translator{ResponseWriter: w, c: cat}
	return t, t.finish
}

// translator holds a page back until it is whole. What isn't a page passes.
type translator struct {
	http.ResponseWriter
	c      *words.Catalogue
	page   []byte
	status int // of the page that is held; 0 if none is
	passes bool
}

func (t *translator) WriteHeader(status int) {
	if !t.passes && strings.HasPrefix(t.Header().Get("Content-Type"), "text/html") {
		t.status = status
		return
	}
	t.passes = true
	t.ResponseWriter.WriteHeader(status)
}

func (t *translator) Write(b []byte) (int, error) {
	if t.status == 0 && !t.passes {
		t.WriteHeader(http.StatusOK)
	}
	if t.passes {
		return t.ResponseWriter.Write(b)
	}
	t.page = append(t.page, b...)
	return len(b), nil
}

// Unwrap lets http.ResponseController reach the connection.
func (t *translator) Unwrap() http.ResponseWriter { return t.ResponseWriter }

func (t *translator) finish() {
	if t.status == 0 {
		return
	}
	page := t.c.HTML(t.page)
	t.Header().Set("Content-Language", t.c.Locale)
	t.Header().Set("Content-Length", strconv.Itoa(len(page)))
	t.ResponseWriter.WriteHeader(t.status)
	_, _ = t.ResponseWriter.Write(page)
}

// languageSave remembers which language someone reads, for a year, and goes back
// to where they were.
func (c *Console) languageSave(w http.ResponseWriter, r *http.Request, _ access.Principal) error {
	tag := r.PostForm.Get("lang")
	if _, ok := c.lang.catalogues[tag]; !ok && tag != "en" {
		return touch.Fielderr("lang", "the console speaks %s", strings.Join(c.lang.tags, ", "))
	}
	http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: tag, Path: "/console/", Expires: c.Now().Add(365 * 24 * time.Hour),
		HttpOnly: true, Secure: c.Secure, SameSite: http.SameSiteLaxMode})
	return redirect(w, r, cameFrom(r))
}

// cameFrom is the page of the console that a form was sent from.
func cameFrom(r *http.Request) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host != r.Host || !strings.HasPrefix(path.Clean(u.Path), "/console") {
		return "/console/"
	}
	return (&url.URL{Path: u.Path, RawQuery: u.RawQuery}).RequestURI()
}
