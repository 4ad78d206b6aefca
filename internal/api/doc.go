// Package api is the JSON API under /v1, the transparency log's tiles under
// /log, and the addresses that a machine watches: /healthz, /readyz, /metrics.
//
// Every route stands in one table with the scope that it needs, so that a test
// can walk them all; the OpenAPI document is made from the same table. The
// workspace is always the credential's: nothing in a request can name another.
package api
