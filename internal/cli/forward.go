package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"fairtouch/internal/app"
	"fairtouch/touch"
)

// errForward means that a running server has the data directory: the command
// is sent to it over its socket.
var errForward = errors.New("a running server has the data directory")

// socketName is the server's socket in the data directory, mode 0600: who may
// open it is who may read the data anyway.
const socketName = "control.sock"

func hasSocket(data string) bool {
	_, err := os.Stat(filepath.Join(data, socketName))
	return err == nil
}

// order is a command on its way to the server.
type order struct {
	Args []string `json:"args"`
	Dir  string   `json:"dir"`
	In   []byte   `json:"in"`
}

// result is what came of it.
type result struct {
	Out  []byte `json:"out"`
	Err  []byte `json:"err"`
	Code int    `json:"code"`
}

// forward sends this command to the server that holds the data directory.
func (r *run) forward(args []string) int {
	c, err := r.config()
	if err != nil {
		return r.finish(err, args)
	}
	o := order{Args: args, Dir: r.Dir}
	if wantsInput(args) {
		rest, err := io.ReadAll(io.LimitReader(r.kept.r, 256<<20))
		if err != nil {
			return r.finish(touch.Wrap(touch.Invalid, err, "standard input can't be read"), args)
		}
		o.In = append(r.kept.seen, rest...)
	}
	res, err := send(r.ctx, filepath.Join(c.Data, socketName), o)
	if err != nil {
		return r.finish(touch.Wrap(touch.Unavailable, err, "the running server doesn't answer; restart it, or name another directory with --data"), args)
	}
	_, _ = r.Out.Write(res.Out)
	_, _ = r.Err.Write(res.Err)
	return res.Code
}

func wantsInput(args []string) bool {
	for _, a := range args {
		if a == "-" {
			return true
		}
	}
	return false
}

func send(ctx context.Context, socket string, o order) (result, error) {
	var res result
	body, err := json.Marshal(o)
	if err != nil {
		return res, err
	}
	client := http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", socket)
	}}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://fairtouch/run", bytes.NewReader(body))
	if err != nil {
		return res, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return res, err
	}
	defer resp.Body.Close()
	return res, json.NewDecoder(resp.Body).Decode(&res)
}

// control serves commands of this machine's user over the socket.
func control(a *app.App, lookup func(string) (string, bool)) (*http.Server, net.Listener, error) {
	path := filepath.Join(a.Config.Data, socketName)
	_ = os.Remove(path) // the lock is ours, so nobody serves it
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, nil, touch.Wrap(touch.Unavailable, err, "the control socket can't be made")
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, nil, errors.Join(err, l.Close())
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /run", func(w http.ResponseWriter, req *http.Request) {
		var o order
		if json.NewDecoder(io.LimitReader(req.Body, 400<<20)).Decode(&o) != nil {
			http.Error(w, "not an order", http.StatusBadRequest)
			return
		}
		var out, errs bytes.Buffer
		code := Run(req.Context(), o.Args, Env{In: bytes.NewReader(o.In), Out: &out, Err: &errs, Dir: o.Dir, Lookup: lookup, App: a})
		_ = json.NewEncoder(w).Encode(result{out.Bytes(), errs.Bytes(), code})
	})
	return &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}, l, nil
}
