package provider

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

func TestAddressesInsideAreNoPublicOnes(t *testing.T) {
	for _, a := range []string{"127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255",
		"192.0.2.7", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
		"2002:7f00:1::", "2001:0:1::1", "2001:db8::1", "fec0::1"} {
		if public(netip.MustParseAddr(a)) {
			t.Errorf("%s counts as public", a)
		}
	}
	for _, a := range []string{"1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "172.32.0.1", "11.0.0.1"} {
		if !public(netip.MustParseAddr(a)) {
			t.Errorf("%s counts as private", a)
		}
	}
}

func TestANameThatPointsInsideIsRefusedWhenItIsDialled(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	defer srv.Close()
	_, port, _ := net.SplitHostPort(srv.Listener.Addr().String())
	for _, host := range []string{"localhost", "127.0.0.1", "127.1", "[::1]"} {
		c, err := NewDialer([]string{"other.example"}).DialContext(t.Context(), "tcp", host+":"+port)
		if err == nil {
			_ = c.Close()
			t.Errorf("%s was dialled", host)
		}
	}
	for _, allow := range []string{"localhost", "localhost:" + port, "LOCALHOST"} {
		c, err := NewDialer([]string{" " + allow + " "}).DialContext(t.Context(), "tcp", "localhost:"+port)
		if err != nil {
			t.Errorf("allowed as %s: %v", allow, err)
			continue
		}
		_ = c.Close()
	}
}

// flipping answers for every name with one address after the other, as a name
// server does that means to get in (rebinding).
func flipping(t *testing.T, answers ...string) *net.Resolver {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	go func() {
		buf := make([]byte, 1500)
		for asked := 0; ; {
			n, from, err := c.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			q := m.Questions[0]
			m.Response, m.Additionals = true, nil
			if q.Type == dnsmessage.TypeA {
				a := netip.MustParseAddr(answers[min(asked, len(answers)-1)]).As4()
				asked++
				m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class}, Body: &dnsmessage.AResource{A: a}}}
			}
			if b, err := m.Pack(); err == nil {
				_, _ = c.WriteTo(b, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", c.LocalAddr().String())
	}}
}

func TestRebindingGainsNothing(t *testing.T) {
	reached := 0
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached++ }))
	defer srv.Close()
	_, port, _ := net.SplitHostPort(srv.Listener.Addr().String())
	d := NewDialer(nil)
	d.resolver = flipping(t, "198.41.0.4", "127.0.0.1")
	dial := func() error {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		c, err := d.DialContext(ctx, "tcp", net.JoinHostPort("models.vendor.test", port))
		if err == nil {
			_ = c.Close()
		}
		return err
	}
	if err := dial(); errors.Is(err, ErrPrivate) {
		t.Error("the name's public address was taken for a private one")
	}
	if err := dial(); !errors.Is(err, ErrPrivate) {
		t.Errorf("the name points inside now, and was dialled: %v", err)
	}
	if err := refusePrivate("tcp", "no address", nil); !errors.Is(err, ErrPrivate) || reached != 0 {
		t.Errorf("%v, %d calls inside", err, reached)
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	inside := 0
	target := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inside++ }))
	defer target.Close()
	srv := httptest.NewServer(http.RedirectHandler(target.URL, http.StatusFound))
	defer srv.Close()
	trip := NewDialer([]string{"127.0.0.1"}).Transport()
	defer trip.CloseIdleConnections()
	req, err := http.NewRequestWithContext(context.Background(), "GET", srv.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := trip.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusFound || inside != 0 {
		t.Errorf("%d, %d calls inside", resp.StatusCode, inside)
	}
}
