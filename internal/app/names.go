package app

import (
	"context"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"fairtouch/pii"
	"fairtouch/pii/onnx"
	"fairtouch/touch"
)

// namesOf is the model of names that the configuration names; nil without one.
// It is read at its first use, so that commands which need none don't wait.
func namesOf(cfg Config) pii.Model {
	if strings.TrimSpace(cfg.PIIModel) == "" {
		return nil
	}
	return &namesModel{spec: cfg.PIIModel, most: time.Duration(cfg.PIIModelTime) * time.Second,
		open: sync.OnceValues(func() (pii.Model, error) { return OpenNames(strings.Split(cfg.PIIModel, ",")) })}
}

// namesModel asks a model that it reads at its first use, within a time.
type namesModel struct {
	spec string
	most time.Duration
	open func() (pii.Model, error)
}

// Name implements pii.Model.
func (m *namesModel) Name() string { return m.spec }

// Find implements pii.Model.
func (m *namesModel) Find(ctx context.Context, text, language string) ([]pii.Named, error) {
	x, err := m.open()
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithTimeout(ctx, m.most)
	defer stop()
	return x.Find(ctx, text, language)
}

// LoadNames reads the configured model of names now: a server says what is wrong
// with it at its start, not at the first text.
func (a *App) LoadNames() error {
	m, ok := a.Names.(*namesModel)
	if !ok {
		return nil
	}
	_, err := m.open()
	return err
}

// OpenNames reads models of names, each DIR or LANG=DIR, from disk.
func OpenNames(specs []string) (pii.Model, error) {
	c := onnx.Choice{By: map[string]pii.Model{}}
	for _, s := range specs {
		s = strings.TrimSpace(s)
		language, dir, one := strings.Cut(s, "=")
		if !one || len(language) < 2 || len(language) > 3 {
			language, dir = "", s
		}
		language = strings.ToLower(language)
		_, twice := c.By[language]
		if s == "" || twice || language == "" && c.Default != nil {
			return nil, touch.Fielderr("pii_model", "names a directory, or LANG=DIR, once for each language")
		}
		m, err := openModel(dir)
		if err != nil {
			return nil, err
		}
		if language == "" {
			c.Default = m
		} else {
			c.By[language] = m
		}
	}
	return c, nil
}

// heldPerByte is how much memory a network takes for each byte of its file,
// measured on one of 264 MB: as it was read, its weights, and room to work.
const heldPerByte = 4

func openModel(dir string) (pii.Model, error) {
	size := int64(0)
	for _, f := range []string{"model.onnx", "onnx/model.onnx"} {
		if i, err := os.Stat(filepath.Join(dir, f)); err == nil {
			size = max(size, i.Size())
		}
	}
	if old := debug.SetMemoryLimit(-1); old < 1<<60 { // a limit that suits no model would make the collector run without end
		debug.SetMemoryLimit(old + heldPerByte*size)
	}
	m, err := onnx.Open(os.DirFS(dir), filepath.Base(dir))
	if err != nil {
		return nil, touch.Wrap(touch.Invalid, err, "the model of names in %s can't be used: %s", dir, strings.TrimPrefix(err.Error(), onnx.ErrFiles.Error()+": "))
	}
	return m, nil
}
