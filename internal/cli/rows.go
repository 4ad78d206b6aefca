package cli

import (
	"os"

	"fairtouch/internal/tables"
)

// file is a table on disk.
type file struct {
	*os.File
	size int64
}

func (f file) Size() int64 { return f.size }

// openRows opens a table by its file name's ending; - is standard input.
func (r *run) openRows(p string) (tables.Reader, error) {
	if p == "-" {
		return tables.OpenStream(r.In)
	}
	f, err := os.Open(r.path(p))
	if err != nil {
		return nil, fileErr(err, p)
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, fileErr(err, p)
	}
	return tables.Open(p, file{f, info.Size()})
}

// createRows opens the output by its ending; standard output is CSV.
func (r *run) createRows(p string, cols []string) (tables.Writer, error) {
	if p != "-" {
		if err := tables.Writable(p); err != nil {
			return nil, err
		}
	}
	w, err := r.create(p)
	if err != nil {
		return nil, err
	}
	return tables.Create(p, w, cols)
}
