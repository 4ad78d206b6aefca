package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"fairtouch/internal/access"
	"fairtouch/internal/app"
	"fairtouch/touch"
)

type serveCmd struct {
	Listen string `help:"Host and port." placeholder:"HOST:PORT"`
}

// Run serves until it is told to stop.
func (c *serveCmd) Run(r *run) error {
	return r.server(c.Listen, func(a *app.App) error {
		users, err := a.Desk.Users(r.ctx, app.Main)
		if err != nil || len(users) > 0 {
			return err
		}
		token, err := a.Desk.Invite(r.ctx, app.Main, access.Administrator)
		if err != nil {
			return err
		}
		fmt.Fprintf(r.Out, "Make the first account: %s/console/join/%s\n", a.Config.Base(), token)
		return nil
	})
}

type demoCmd struct {
	Listen string `help:"Host and port." placeholder:"HOST:PORT"`
	Rows   int    `default:"10000" help:"How many of the real calls go through the path at the first start."`
	Reset  bool   `help:"Remove the demo first, and fill it anew."`
	Remove bool   `help:"Remove the demo and end."`
}

// Run fills the demo at the first start, and serves it.
func (c *demoCmd) Run(r *run) error {
	if c.Remove {
		return r.within(func(a *app.App, _ touch.Workspace) error { return a.RemoveDemo(r.ctx) })
	}
	return r.server(c.Listen, func(a *app.App) error {
		if c.Reset {
			if err := a.RemoveDemo(r.ctx); err != nil {
				return err
			}
		}
		ready, err := a.DemoReady(r.ctx)
		if err != nil {
			return err
		}
		if !ready {
			bar := r.progressOf("calls through the path", int64(c.Rows))
			err := a.FillDemo(r.ctx, c.Rows, bar.add)
			bar.done()
			if err != nil {
				return err
			}
		}
		a.DemoMode = true
		fmt.Fprintf(r.Out, "The demo is at %s\n", a.Config.Base())
		return nil
	})
}

// server opens the installation, prepares it, and serves until the context ends.
func (r *run) server(listen string, prepare func(a *app.App) error) error {
	cfg, err := r.config()
	if err != nil {
		return err
	}
	if listen != "" {
		cfg.Listen = listen
	}
	l, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return touch.Wrap(touch.Unavailable, err, "%s can't be listened on; is another program there? Choose one with --listen", cfg.Listen)
	}
	if cfg.PublicURL == "" {
		cfg.Listen = l.Addr().String()
	}
	a, err := app.Open(r.ctx, cfg, app.Options{Log: r.Err})
	if err != nil {
		return errors.Join(err, l.Close())
	}
	if err = a.LoadNames(); err == nil {
		err = prepare(a)
	}
	if err == nil {
		a.Background()
		err = r.serve(a, l)
	}
	return errors.Join(err, a.Close())
}

func (r *run) serve(a *app.App, l net.Listener) error {
	handler, err := a.Handler()
	if err != nil {
		return err
	}
	ctl, sock, err := control(a, r.Lookup)
	if err != nil {
		return err
	}
	defer os.Remove(sock.Addr().String())
	web := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	done := make(chan error, 2)
	go func() { done <- web.Serve(l) }()
	go func() { done <- ctl.Serve(sock) }()
	fmt.Fprintf(r.Out, "Listening on http://%s\n", l.Addr())
	var failed error
	waiting := 2
	select {
	case <-r.ctx.Done():
	case failed = <-done:
		waiting--
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), 10*time.Second)
	defer cancel()
	err = errors.Join(web.Shutdown(ctx), ctl.Shutdown(ctx))
	for range waiting {
		<-done
	}
	if errors.Is(failed, http.ErrServerClosed) {
		failed = nil
	}
	return errors.Join(failed, err)
}
