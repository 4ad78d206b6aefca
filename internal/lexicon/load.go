// Package lexicon loads the words of a room, a file a language, so that no page
// falls back to another language unseen.
package lexicon

import (
	"embed"
	"path"
	"strings"

	"github.com/goccy/go-yaml"

	"fairtouch/touch"
)

// Load reads words/*.yaml, named by BCP 47 tag; begin is what a file may leave
// out. A file with an unknown key, or of which whole is false, doesn't load, and
// English must be there.
func Load[T any](files embed.FS, begin T, whole func(*T) bool) (map[string]T, error) {
	entries, err := files.ReadDir("words")
	if err != nil {
		return nil, touch.Wrap(touch.Internal, err, "the words can't be read")
	}
	out := map[string]T{}
	for _, f := range entries {
		raw, err := files.ReadFile(path.Join("words", f.Name()))
		if err != nil {
			return nil, touch.Wrap(touch.Internal, err, "the words can't be read")
		}
		w := begin
		if err := yaml.UnmarshalWithOptions(raw, &w, yaml.Strict()); err != nil {
			return nil, touch.Wrap(touch.Invalid, err, "words %s are not valid", f.Name())
		}
		if !whole(&w) {
			return nil, touch.Errorf(touch.Invalid, "words %s lack one, or its place for a value", f.Name())
		}
		out[strings.TrimSuffix(f.Name(), ".yaml")] = w
	}
	if _, ok := out["en"]; !ok {
		return nil, touch.Errorf(touch.Invalid, "the English words are missing")
	}
	return out, nil
}
