// Command bench measures gateways against a model that answers at once:
// CPU time of the process a request, throughput, latency, memory, and the time
// to a stream's first piece. It is mock, load generator and stopwatch in one.
//
//	bench mock ADDR
//	bench load -url U [-pid P] [-header K=V]… [-body small|dense] [-stream] [-c N] [-d 3s]
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "mock":
		return mock(args[1])
	case len(args) > 1 && args[0] == "load":
		return load(args[1:])
	}
	return errors.New("bench mock ADDR, or bench load -url U …")
}

var answer = []byte(`{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"A short answer of some forty letters or so."},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":100,"completion_tokens":10,"total_tokens":110}}`)

// mock answers at once: whole, or as a stream of a hundred pieces.
func mock(addr string) error {
	var stream []byte
	for i := range 100 {
		stream = fmt.Appendf(stream, "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"piece %d \"},\"logprobs\":null,\"finish_reason\":null}]}\n\n", i)
	}
	pieces := bytes.SplitAfter(stream, []byte("\n\n"))
	end := []byte("data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	return http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		if !bytes.Contains(b, []byte(`"stream":true`)) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(answer)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		c := http.NewResponseController(w)
		for _, p := range pieces {
			_, _ = w.Write(p)
			_ = c.Flush()
		}
		_, _ = w.Write(end)
	}))
}

// body is a prompt: half a kilobyte, or ten with a mail address and a phone
// number in each of its paragraphs.
func body(kind string, stream bool) []byte {
	text := strings.Repeat("Please write two friendly lines about the spring sale. ", 7)
	if kind == "dense" {
		var b strings.Builder
		for i := 0; b.Len() < 10_000; i++ {
			fmt.Fprintf(&b, "Ticket %d: the customer wrote from user%d@example.org and asks to be called back at +49 30 901820%02d about the order that has not arrived yet, please answer in a friendly tone.\n\n", i, i, i%100)
		}
		text = b.String()
	}
	v := map[string]any{"model": "m", "messages": []map[string]string{{"role": "system", "content": "You write copy."}, {"role": "user", "content": text}}}
	if stream {
		v["stream"] = true
	}
	out, _ := json.Marshal(v)
	return out
}

type headers map[string]string

func (h headers) String() string { return fmt.Sprint(map[string]string(h)) }

func (h headers) Set(s string) error {
	k, v, ok := strings.Cut(s, "=")
	if !ok {
		return errors.New("a header is K=V")
	}
	h[k] = v
	return nil
}

type tally struct {
	mu    sync.Mutex
	took  []time.Duration
	first []time.Duration
	fails atomic.Int64
}

func load(args []string) error {
	fs := flag.NewFlagSet("load", flag.ContinueOnError)
	h := headers{}
	url, pid := fs.String("url", "", ""), fs.Int("pid", 0, "")
	kind, stream := fs.String("body", "small", ""), fs.Bool("stream", false, "")
	c, d := fs.Int("c", 1, ""), fs.Duration("d", 3*time.Second, "")
	fs.Var(h, "header", "")
	if err := fs.Parse(args); err != nil {
		return err
	}
	var t tally
	b := body(*kind, *stream)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: *c, DisableCompression: true}}
	for range 50 { // warm
		one(client, *url, h, b, *stream, nil)
	}
	before, start := cpu(*pid), time.Now()
	end := start.Add(*d)
	var wg sync.WaitGroup
	for range *c {
		wg.Go(func() {
			for time.Now().Before(end) {
				one(client, *url, h, b, *stream, &t)
			}
		})
	}
	wg.Wait()
	used, span := cpu(*pid)-before, time.Since(start)
	slices.Sort(t.took)
	slices.Sort(t.first)
	n := len(t.took)
	if n == 0 {
		return fmt.Errorf("no request went through, %d failed", t.fails.Load())
	}
	out := map[string]any{"n": n, "failed": t.fails.Load(), "per_s": int(float64(n) / span.Seconds()), "p50_us": t.took[n/2].Microseconds(), "p99_us": t.took[n*99/100].Microseconds(),
		"cpu_us": int(used.Microseconds()) / n, "rss_kb": rss(*pid)}
	if len(t.first) > 0 {
		out["first_p50_us"] = t.first[len(t.first)/2].Microseconds()
	}
	return json.NewEncoder(os.Stdout).Encode(out)
}

func one(client *http.Client, url string, h headers, b []byte, stream bool, t *tally) {
	req, err := http.NewRequest("POST", url, bytes.NewReader(b))
	if err != nil {
		return
	}
	req.Header.Set("Content-Type", "application/json")
	for k, v := range h {
		req.Header.Set(k, v)
	}
	start := time.Now()
	resp, err := client.Do(req)
	var first time.Duration
	if err == nil {
		r := bufio.NewReader(resp.Body)
		for stream && first == 0 {
			line, e := r.ReadSlice('\n')
			if bytes.HasPrefix(line, []byte("data: ")) {
				first = time.Since(start)
			}
			if e != nil {
				break
			}
		}
		_, err = io.Copy(io.Discard, r)
		_ = resp.Body.Close()
	}
	switch {
	case t == nil:
	case err != nil || resp.StatusCode != 200:
		t.fails.Add(1)
	default:
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.took = append(t.took, time.Since(start)); stream {
			t.first = append(t.first, first)
		}
	}
}

// cpu is the time that a process has used, user and system (proc(5), stat).
func cpu(pid int) time.Duration {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	f := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	u, _ := strconv.Atoi(f[11])
	s, _ := strconv.Atoi(f[12])
	return time.Duration(u+s) * 10 * time.Millisecond
}

func rss(pid int) int {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, _ := strconv.Atoi(strings.Fields(rest)[0])
			return n
		}
	}
	return 0
}
