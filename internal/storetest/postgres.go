package storetest

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"sync"
	"syscall"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// Postgres is a private cluster in a temporary directory. The zero value is
// ready; the first URL starts it, Stop ends it. Keep one for each test binary
// and call Stop from TestMain.
type Postgres struct {
	mu   sync.Mutex // owns what follows
	dir  string
	bin  string
	port int
	n    int
	err  error
}

// URL makes a fresh, empty database and returns its URL. The error is one line
// that says what is missing.
func (p *Postgres) URL(ctx context.Context) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err == nil && p.dir == "" {
		p.err = p.start()
	}
	if p.err != nil {
		return "", p.err
	}
	admin, err := sql.Open("pgx", p.url("postgres"))
	if err != nil {
		return "", err
	}
	defer admin.Close()
	p.n++
	name := fmt.Sprintf("t%d", p.n)
	if _, err := admin.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		return "", fmt.Errorf("a test database can't be made: %w", err)
	}
	return p.url(name), nil
}

func (p *Postgres) url(db string) string {
	return fmt.Sprintf("postgres://fairtouch@127.0.0.1:%d/%s?sslmode=disable", p.port, db)
}

// Stop ends the cluster and removes it.
func (p *Postgres) Stop() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dir == "" {
		return nil
	}
	err := p.run("pg_ctl", "-D", p.data(), "-m", "immediate", "-w", "stop")
	err = errors.Join(err, os.RemoveAll(p.dir))
	p.dir = ""
	return err
}

func (p *Postgres) data() string { return filepath.Join(p.dir, "data") }

func (p *Postgres) start() error {
	var err error
	if p.bin, err = findPostgres(); err != nil {
		return err
	}
	if p.port, err = freePort(); err != nil {
		return err
	}
	// Not under TMPDIR of the test: the server's user must reach it.
	if p.dir, err = os.MkdirTemp("/tmp", "fairtouch-pg-"); err != nil {
		return err
	}
	if id := serverUser(); id != nil {
		if err := os.Chown(p.dir, int(id.Uid), int(id.Gid)); err != nil {
			return err
		}
	}
	if err := p.run("initdb", "-D", p.data(), "-U", "fairtouch", "-A", "trust", "-E", "UTF8", "--locale=C"); err != nil {
		return err
	}
	opts := fmt.Sprintf("-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories=%s -c max_connections=100 -c shared_buffers=64MB", p.port, p.dir)
	return p.run("pg_ctl", "-D", p.data(), "-l", filepath.Join(p.dir, "log"), "-o", opts, "-w", "-t", "60", "start")
}

func (p *Postgres) run(tool string, args ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(p.bin, tool), args...)
	cmd.Dir = p.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: serverUser()}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = time.Second // pg_ctl leaves the server holding our pipes
	if err := cmd.Run(); err != nil && !errors.Is(err, exec.ErrWaitDelay) {
		return fmt.Errorf("%s failed: %w: %s", tool, err, bytes.TrimSpace(out.Bytes()))
	}
	return nil
}

// findPostgres looks for initdb in PATH and where Debian puts it.
func findPostgres() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", errors.New("PostgreSQL is missing: install Debian's package postgresql, or put initdb and pg_ctl into PATH")
	}
	sort.Slice(found, func(i, j int) bool { return version(found[i]) < version(found[j]) })
	return filepath.Dir(found[len(found)-1]), nil
}

func version(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	return n
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
