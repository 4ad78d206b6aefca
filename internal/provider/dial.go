package provider

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"time"

	"fairtouch/touch"
)

// Dialer is how this house reaches the outside: every address that a name
// resolved to is looked at again at the moment of the connection, so that a
// name which changes its mind (rebinding) is refused too.
type Dialer struct {
	allow    map[string]bool // host or host:port, as configured
	resolver *net.Resolver   // nil: the system's
}

// NewDialer allows private addresses for these hosts only, each "host" or
// "host:port", as they stand in the configured address.
func NewDialer(allow []string) *Dialer {
	d := &Dialer{allow: map[string]bool{}}
	for _, a := range allow {
		if a = strings.ToLower(strings.TrimSpace(a)); a != "" {
			d.allow[a] = true
		}
	}
	return d
}

// DialContext connects, but to no private, loopback, link-local, multicast,
// shared or unspecified address, unless the host is allowed.
func (d *Dialer) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	plain := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second, Resolver: d.resolver}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, touch.Wrap(touch.Invalid, err, "the provider's address is no host and port")
	}
	if !d.allow[strings.ToLower(host)] && !d.allow[strings.ToLower(addr)] {
		plain.Control = refusePrivate
	}
	return plain.DialContext(ctx, network, addr)
}

// ErrPrivate means that an outbound address lies inside. An administrator can
// allow the host in the configuration file.
var ErrPrivate = touch.Errorf(touch.Forbidden, "the address lies in a private network; gateway.allow_hosts in the configuration can allow it")

// refusePrivate runs after resolution, with the address that is being dialled.
func refusePrivate(_, addr string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(addr)
	if err != nil || !public(ap.Addr()) {
		return ErrPrivate
	}
	return nil
}

// special are ranges of no public host that netip has no name for: RFC 6890 and
// the IANA registries of special-purpose addresses, and the ranges that embed an
// IPv4 address (NAT64, 6to4, Teredo).
var special = [...]string{"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/32", "2001:db8::/32", "2002::/16", "fec0::/10"}

func public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if !a.IsValid() || !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() {
		return false
	}
	for _, s := range special {
		if netip.MustParsePrefix(s).Contains(a) {
			return false
		}
	}
	return true
}

// Transport is one pool of connections for all providers. It follows no proxy
// of the environment and no redirect, and unpacks nothing.
func (d *Dialer) Transport() *http.Transport {
	return &http.Transport{DialContext: d.DialContext, MaxIdleConns: 2048, MaxIdleConnsPerHost: 1024, IdleConnTimeout: 90 * time.Second,
		TLSHandshakeTimeout: 10 * time.Second, DisableCompression: true, ForceAttemptHTTP2: true, WriteBufferSize: 16 << 10, ReadBufferSize: 16 << 10}
}
