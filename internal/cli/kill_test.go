package cli_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"fairtouch/internal/app"
	"fairtouch/internal/record"
	"fairtouch/touch"
)

// served is a whole server in a process of its own.
type served struct {
	cmd  *exec.Cmd
	url  string
	once sync.Once // the timer and the test both kill; a process is waited for once
}

// serveDemo starts the demo on a data directory and waits until it listens.
func serveDemo(t *testing.T, dir string) *served {
	t.Helper()
	cmd := exec.Command("fairtouch", "demo", "--data", dir, "--rows", "300", "--listen", "127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = io.Discard
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s := &served{cmd: cmd}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, at, ok := strings.Cut(lines.Text(), "Listening on "); ok {
			s.url = at
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return s
		}
	}
	t.Fatalf("the server ended before it listened: %v", cmd.Wait())
	return nil
}

func (s *served) kill() {
	s.once.Do(func() {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
	})
}

// load asks for decisions from many clients until the server is gone, and
// returns those whose whole answer arrived.
func (s *served) load(t *testing.T, key string) []touch.Decision {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var got []touch.Decision
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}, Timeout: 10 * time.Second}
	for c := range 16 {
		wg.Go(func() {
			for n := 0; ; n++ {
				body := fmt.Sprintf(`{"system":"lead-scorer","subject":{"external_id":"killed-%d-%d"},"purpose":"lead-scoring","channel":"call","facts":{"country":"DE"},"features":{}}`, c, n%50)
				req, err := http.NewRequest(http.MethodPost, s.url+"/v1/decisions", strings.NewReader(body))
				if err != nil {
					t.Error(err)
					return
				}
				req.Header.Set("Authorization", "Bearer "+key)
				req.Header.Set("Content-Type", "application/json")
				resp, err := client.Do(req)
				if err != nil {
					return // killed
				}
				b, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if err != nil {
					return
				}
				var d touch.Decision
				if err := json.Unmarshal(b, &d); err != nil || d.Receipt == nil {
					t.Errorf("status %d: %.200s", resp.StatusCode, b)
					return
				}
				mu.Lock()
				got = append(got, d)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return got
}

// TestKilledServerKeepsEveryAnsweredDecision kills the whole server under load,
// over HTTP, and starts it again on what is left.
func TestKilledServerKeepsEveryAnsweredDecision(t *testing.T) {
	dir := t.TempDir()
	s := serveDemo(t, dir)
	made, err := exec.Command("fairtouch", "keys", "create", "--data", dir, "--workspace", "demo", "--scopes", "decide").Output()
	if err != nil {
		t.Fatal(err)
	}
	key := strings.TrimSpace(string(made))
	kills := 10
	if v, err := strconv.Atoi(os.Getenv("FAIRTOUCH_KILLS")); err == nil {
		kills = v
	}
	var acked []touch.Decision
	for i := range kills {
		if i > 0 {
			s = serveDemo(t, dir)
		}
		timer := time.AfterFunc(time.Duration(150+53*(i%7))*time.Millisecond, s.kill)
		acked = append(acked, s.load(t, key)...)
		timer.Stop()
		s.kill()
	}
	if len(acked) < 10*kills {
		t.Fatalf("only %d decisions were answered", len(acked))
	}
	// A last start settles what the kills left, and ends in order.
	s = serveDemo(t, dir)
	time.Sleep(1500 * time.Millisecond)
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = s.cmd.Wait()
	onRecord(t, dir, acked)
	var out bytes.Buffer
	verify := exec.Command("fairtouch", "record", "verify", "--data", dir, "--workspace", "demo")
	verify.Stdout, verify.Stderr = &out, &out
	if err := verify.Run(); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	t.Logf("%d kills, %d answered; %s", kills, len(acked), lastLine(out.String()))
}

// onRecord looks each answered decision up, and checks its receipt and its proof.
func onRecord(t *testing.T, dir string, acked []touch.Decision) {
	t.Helper()
	cfg, err := app.LoadConfig("", func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	cfg.Data = dir
	a, err := app.Open(t.Context(), cfg, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	db, rec := a.DB, a.Record
	logKey, receiptKey, err := rec.Keys(t.Context(), "demo")
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range acked {
		ev, err := db.EventOf(t.Context(), "demo", d.ID)
		if err != nil || string(ev) != d.Receipt.ID {
			t.Fatalf("answered decision %s is lost: %v", d.ID, err)
		}
		if i%29 != 0 {
			continue
		}
		if _, err := record.CheckReceipt(d.Receipt.Signature, receiptKey); err != nil {
			t.Fatal(err)
		}
		proof, err := rec.Proof(t.Context(), "demo", ev)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := record.CheckProof(proof, logKey, nil); err != nil {
			t.Fatal(err)
		}
	}
}
