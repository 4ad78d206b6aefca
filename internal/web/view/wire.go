package view

import (
	"bytes"
	"compress/gzip"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Policy is the content security policy of every page: nothing but our own
// stylesheet, images and forms; no script at all.
const Policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// PolicyScript is Policy for the few pages that a script of ours makes livelier,
// and that work without it: our own files, talking to us alone.
const PolicyScript = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Guard wraps pages: security headers, the hosts we answer to, no form posted
// from elsewhere, gzip, and a log line that holds the route's pattern but never
// the path, since a path can hold a person's token.
func Guard(hosts []string, log *slog.Logger, now func() time.Time, next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	return Headers(AllowHosts(hosts, logged(log, now, cross.Handler(gzipped(next)))))
}

// Headers sets the headers of every answer.
func Headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", Policy)
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

// AllowHosts refuses a request whose Host isn't ours (DNS rebinding, poisoned links).
func AllowHosts(hosts []string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		if !slices.Contains(hosts, strings.ToLower(strings.Trim(host, "[]"))) && !slices.Contains(hosts, strings.ToLower(host)) {
			http.Error(w, "This server does not answer to that host name. Set public_url or hosts in its configuration.", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (s *statusWriter) WriteHeader(code int) {
	s.status = code
	s.ResponseWriter.WriteHeader(code)
}

func (s *statusWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func logged(log *slog.Logger, now func() time.Time, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t, s := now(), &statusWriter{w, http.StatusOK}
		next.ServeHTTP(s, r)
		route := r.Pattern
		if route == "" {
			route = "(no route)"
		}
		log.Debug("page", "method", r.Method, "route", route, "status", s.status, "ms", now().Sub(t).Milliseconds())
	})
}

func acceptsGzip(r *http.Request) bool {
	for _, e := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(e), ";")
		if name == "gzip" && !strings.HasPrefix(strings.ReplaceAll(q, " ", ""), "q=0") {
			return true
		}
	}
	return false
}

// gzipped compresses whole answers of pages; they are rendered into a buffer
// anyway, so nothing here streams.
func gzipped(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !acceptsGzip(r) || r.Header.Get("Accept") == "text/event-stream" { // a stream leaves piece by piece
			next.ServeHTTP(w, r)
			return
		}
		b := &bufferWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(b, r)
		b.flush()
	})
}

type bufferWriter struct {
	http.ResponseWriter
	buf    bytes.Buffer
	status int
}

func (b *bufferWriter) WriteHeader(code int)        { b.status = code }
func (b *bufferWriter) Write(p []byte) (int, error) { return b.buf.Write(p) }

// minGzip is the size below which a frame costs more than it saves.
const minGzip = 700

func (b *bufferWriter) flush() {
	h, body := b.Header(), b.buf.Bytes()
	h.Add("Vary", "Accept-Encoding")
	kind := h.Get("Content-Type")
	if len(body) >= minGzip && h.Get("Content-Encoding") == "" && (strings.HasPrefix(kind, "text/") || strings.HasPrefix(kind, "application/json")) {
		var z bytes.Buffer
		w := gzip.NewWriter(&z)
		_, _ = w.Write(body)
		_ = w.Close()
		body = z.Bytes()
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	b.ResponseWriter.WriteHeader(b.status)
	_, _ = b.ResponseWriter.Write(body)
}
