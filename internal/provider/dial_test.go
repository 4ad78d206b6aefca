package provider

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
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

// The check runs on the address of the connection itself, behind whatever the
// resolver said: a name that answered with a public address before (rebinding)
// gains nothing.
func TestRebindingGainsNothing(t *testing.T) {
	answers := []string{"8.8.8.8", "127.0.0.1"}
	for i, a := range answers {
		err := refusePrivate("tcp", net.JoinHostPort(a, "443"), nil)
		if inside := i == 1; inside != errors.Is(err, ErrPrivate) {
			t.Errorf("%s: %v", a, err)
		}
	}
	if err := refusePrivate("tcp", "no address", nil); !errors.Is(err, ErrPrivate) {
		t.Error("what can't be read was let through")
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
