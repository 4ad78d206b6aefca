package view

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed assets
var assetFiles embed.FS

// Assets are the stylesheet, the icon and the chat's script, each under a name that holds its content
// hash: a browser may keep it for ever, and a change has another name.
type Assets struct {
	byPath map[string]asset
	url    map[string]string
}

type asset struct {
	kind        string
	plain, gzip []byte
}

// AssetPrefix is the path below which assets are served.
const AssetPrefix = "/assets/"

// LoadAssets reads the embedded assets; an error means that the build is broken.
func LoadAssets() (*Assets, error) {
	a := &Assets{byPath: map[string]asset{}, url: map[string]string{}}
	err := fs.WalkDir(assetFiles, "assets", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := assetFiles.ReadFile(p)
		if err != nil {
			return err
		}
		a.add(path.Base(p), b)
		return nil
	})
	return a, err
}

func (a *Assets) add(name string, b []byte) {
	sum := sha256.Sum256(b)
	ext := path.Ext(name)
	u := AssetPrefix + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	kind := map[string]string{".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".js": "text/javascript; charset=utf-8"}[ext]
	var z bytes.Buffer
	w, _ := gzip.NewWriterLevel(&z, gzip.BestCompression)
	_, _ = w.Write(b)
	_ = w.Close()
	a.byPath[u], a.url[name] = asset{kind, b, z.Bytes()}, u
}

// URL is the address of an asset by its plain name, or "" for an unknown one.
func (a *Assets) URL(name string) string { return a.url[name] }

// ServeHTTP serves an asset for ever.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := a.byPath[r.URL.Path]
	if !ok {
		http.Error(w, "no such file", http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	b := f.plain
	if acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		b = f.gzip
	}
	_, _ = w.Write(b)
}
