#!/usr/bin/env bash
# Everything that must hold. The first thing that doesn't ends it.
set -eu
cd "$(dirname "$0")/.."

echo "== gofmt"
dirty=$(gofmt -l $(git ls-files '*.go'))
[ -z "$dirty" ] || { echo "gofmt would change: $dirty" >&2; exit 1; }

echo "== go vet"
go vet ./...

echo "== one static binary, without C"
CGO_ENABLED=0 go build -trimpath -o bin/fairtouch ./cmd/fairtouch
if command -v ldd >/dev/null && ldd bin/fairtouch >/dev/null 2>&1; then echo "bin/fairtouch is not static" >&2; exit 1; fi

echo "== go test"
go test -timeout 15m ./...
echo "== DuckDB, in a module and a binary of its own, with C++"
(cd cmd/fairtouch-duckdb && CGO_ENABLED=1 go vet ./... && CGO_ENABLED=1 go test -timeout 5m ./...)

if [ -f e2e/run.sh ]; then
  echo "== the browser"
  bash e2e/run.sh
fi

echo "== marks in images, read by exiftool and c2pa-ts"
node e2e/marks.mjs bin/fairtouch

echo "== the real SDKs through the gateway"
node e2e/gateway/run.mjs bin/fairtouch
node e2e/gateway/kill.mjs bin/fairtouch 10
