package banner

import (
	"net/http"
	"path"

	"fairtouch/internal/site"
	"fairtouch/internal/web/view"
	"fairtouch/touch"
)

// demoPolicy is the demo site's content security policy: strict, as a careful
// company's own. The banner has to work under it.
const demoPolicy = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

func (b *Banner) demoShow(w http.ResponseWriter, r *http.Request) error {
	key := b.Demo()
	if key == "" {
		return touch.Errorf(touch.Unknown, "there is no demo here")
	}
	w.Header().Set("Content-Security-Policy", demoPolicy)
	p := b.view(Asked{Lang: "en", Words: &site.Words{}})
	p.Key = key
	return b.t.demo.Render(w, http.StatusOK, p)
}

// demoFile serves the demo site's own scripts: the tags that wait for a yes.
func (b *Banner) demoFile(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	body, err := files.ReadFile("assets/demo/" + name)
	if b.Demo() == "" || err != nil || path.Ext(name) != ".js" {
		f := view.FaultOf(b.Log, r.Pattern, touch.Errorf(touch.Unknown, "there is nothing of that name"))
		http.Error(w, f.Heading, f.Status)
		return
	}
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	_, _ = w.Write(body)
}
