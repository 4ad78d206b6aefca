package mail_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"fairtouch/internal/mail"
	"fairtouch/touch"
)

// server speaks as much SMTP as a delivery needs, and keeps what it was told.
type server struct {
	port int
	mu   sync.Mutex // owns said
	said strings.Builder
}

func serve(t *testing.T, refuse string) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{port: l.Addr().(*net.TCPAddr).Port}
	var wg sync.WaitGroup
	t.Cleanup(func() { l.Close(); wg.Wait() })
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.talk(c, refuse)
		}
	})
	return s
}

func (s *server) talk(c net.Conn, refuse string) {
	defer c.Close()
	if c.SetDeadline(time.Now().Add(3*time.Second)) != nil {
		return
	}
	fmt.Fprint(c, "220 test\r\n")
	in, data := bufio.NewScanner(c), false
	for in.Scan() {
		line := in.Text()
		s.mu.Lock()
		s.said.WriteString(line + "\n")
		s.mu.Unlock()
		switch verb, _, _ := strings.Cut(line, " "); {
		case data && line == ".":
			data = false
			fmt.Fprint(c, "250 kept\r\n")
		case data:
		case refuse != "" && strings.HasPrefix(line, refuse):
			fmt.Fprint(c, "550 no\r\n")
		case verb == "DATA":
			data = true
			fmt.Fprint(c, "354 go\r\n")
		case verb == "QUIT":
			fmt.Fprint(c, "221 bye\r\n")
			return
		default:
			fmt.Fprint(c, "250 ok\r\n")
		}
	}
}

func (s *server) mail() mail.Server {
	return mail.Server{Host: "127.0.0.1", Port: s.port, From: "fairtouch@example.com", Plain: true}
}

func TestMailArrivesWholeAndAsksForNoAutomaticAnswer(t *testing.T) {
	s := serve(t, "")
	m := s.mail()
	if err := m.Send(t.Context(), mail.Message{To: "officer@example.com", Subject: "May “Spring” go out?", Text: "Look: https://x.example/approve/1"}); err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range []string{"RCPT TO:<officer@example.com>", "https://x.example/approve/1", "Auto-Submitted: auto-generated", "Message-ID:"} {
		if !strings.Contains(s.said.String(), w) {
			t.Errorf("lacks %q", w)
		}
	}
}

func TestARefusedMailIsAnErrorWithoutItsAddress(t *testing.T) {
	s := serve(t, "RCPT")
	m := s.mail()
	err := m.Send(t.Context(), mail.Message{To: "officer@example.com", Subject: "x", Text: "y"})
	if touch.CodeOf(err) != touch.Unavailable || strings.Contains(touch.AsError(err).Message, "officer") {
		t.Fatal(err)
	}
}

func TestBadSettingsNameTheirField(t *testing.T) {
	for field, s := range map[string]mail.Server{
		"host":  {Host: "http://x", Port: 25, From: "a@example.com"},
		"port":  {Host: "x", Port: 0, From: "a@example.com"},
		"from":  {Host: "x", Port: 25, From: "nobody"},
		"plain": {Host: "x", Port: 25, From: "a@example.com", Password: "p", Plain: true},
	} {
		if err := s.Validate(); touch.AsError(err).Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	// Without TLS nothing is sent unless that was chosen.
	s := serve(t, "")
	m := s.mail()
	m.Plain = false
	if err := m.Send(t.Context(), mail.Message{To: "a@example.com", Subject: "x", Text: "y"}); err == nil {
		t.Error("mail went over a connection without TLS")
	}
}
