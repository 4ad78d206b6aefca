#!/usr/bin/env bash
# The figures of the README, with machine and versions. They are measured, not asserted.
set -eu
cd "$(dirname "$0")/.."
export GOGC=200 # as the program sets it for itself
echo "machine: $(nproc) cores, $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2 | xargs), $(awk '/MemTotal/{printf "%.0f GiB", $2/1048576}' /proc/meminfo)"
echo "versions: $(go version | cut -d' ' -f3), kernel $(uname -r), commit $(git rev-parse --short HEAD)"
echo "== one row explained: 100 trees of 31 leaves (goal: at most 100 microseconds, no allocation)"
go test -run xxx -bench Explain100x31 -benchtime 2s ./treeshap | grep Benchmark
echo "== governed and explained rows, in process, durable (goal: 8,000 rows/s)"
go test -run xxx -bench 'BenchmarkScore$' -benchtime 8x ./internal/app 2>/dev/null | grep Benchmark
echo "== one decision with its commit beside a commit alone (goal: p50 at most 1 ms apart), and 64 callers at once"
go test -run xxx -bench 'BenchmarkDecide' -benchtime 5s ./internal/app 2>/dev/null | grep Benchmark
echo "== the record alone, 64 writers, 1 KiB (goal: 15,000 records/s)"
go test -run xxx -bench 'Append' -benchtime 20000x ./internal/record 2>/dev/null | grep Benchmark
echo "== law: a question seen before, and a new one"
go test -run xxx -bench . -benchtime 1s ./internal/law | grep Benchmark
echo "== HTTP, 64 clients on the same machine (goal: 4,000 decisions/s on both databases)"
go test -run xxx -bench 'BenchmarkHTTP64' -benchtime 10000x ./internal/app 2>/dev/null | grep Benchmark
people=${FAIRTOUCH_BENCH_PEOPLE:-5000000}
echo "== may this use be made? $people people with ten permissions each (goals: p99 1 ms in process, 5 ms over HTTP at 2,000 requests/s)"
FAIRTOUCH_BENCH_PEOPLE=$people go test -run xxx -bench BenchmarkPermissions -benchtime 20000x -timeout 120m -v ./internal/app 2>/dev/null | grep -E 'Benchmark.*ns/op|permissions each'
import=${FAIRTOUCH_BENCH_IMPORT:-1000000}
echo "== a file of $import permissions imported; whoever withdrew later stays withdrawn, or it fails (goal: 1,000,000 in 300 s)"
FAIRTOUCH_BENCH_PEOPLE=$import go test -run xxx -bench BenchmarkImport -benchtime 1x -timeout 60m ./internal/app 2>/dev/null | grep 'Benchmark.*ns/op'
webhooks=${FAIRTOUCH_BENCH_WEBHOOKS:-50x20x30}
echo "== webhooks out after a withdrawal, $webhooks (subscribers x withdrawals a second x seconds), from acknowledgement to delivery (goal: p95 5,000 ms)"
FAIRTOUCH_BENCH_WEBHOOKS=$webhooks go test -run xxx -bench BenchmarkWebhooks -benchtime 1x -timeout 20m ./internal/app 2>/dev/null | grep 'Benchmark.*ns/op'
echo "== an audience of a million rehearsed (goal: 3 minutes)"
FAIRTOUCH_BENCH_AUDIENCE=1000000 go test -run xxx -bench BenchmarkRehearse -benchtime 1x -timeout 60m ./internal/app 2>/dev/null | grep 'Benchmark.*ns/op'
echo "== personal data in text, one core: speed, then accuracy (goals: 100 and 300 MB/s structured, 20 MB/s with names; F2 0.85)"
GOMAXPROCS=1 go test -run xxx -bench . -benchtime 1s ./pii | grep Benchmark
go test -v ./pii ./pii/names -run 'HeldBack|NeverSaw|Presidio' | grep -E 'F2|rows|deviat' || echo "no accuracy line was printed"
echo "== an audit of 10 million rows (goals: 2 s Parquet, 3 s CSV), and what DuckDB needs for its own finest GROUP BY over the same file (goal: 1.5)"
audits=$(mktemp -d)
FAIRTOUCH_BENCH_DIR=$audits FAIRTOUCH_BENCH_ROWS=10000000 go test -run xxx -bench Audit -benchtime 1x -timeout 30m ./internal/engine | grep Benchmark
(cd cmd/fairtouch-duckdb && CGO_ENABLED=1 FAIRTOUCH_BENCH_FILE="$audits/people-10000000.parquet" go test -count=1 -v -run SpeedBeside . | grep ratio) || echo "DuckDB was not measured: its module needs a C++ compiler"
rm -rf "$audits"
echo "== a live decision counted (goal: 200 ns an attribute), and a 10 KB e-mail read (goal: 5 ms)"
go test -run xxx -bench Live -benchtime 1s ./internal/audit | grep Benchmark
go test -run xxx -bench Email -benchtime 1s ./internal/inclusion | grep Benchmark
echo "== memory of the demo's server after its start"
dir=$(mktemp -d); bin/fairtouch --data "$dir" demo --listen 127.0.0.1:0 >"$dir/out" 2>&1 & pid=$!
for _ in $(seq 300); do grep -q '^Listening' "$dir/out" && break; sleep 0.2; done
awk '/VmRSS/{printf "resident: %.0f MB\n", $2/1024} /VmHWM/{printf "peak: %.0f MB (goal: 150)\n", $2/1024}' "/proc/$pid/status"
kill "$pid"; wait "$pid" 2>/dev/null || true; rm -rf "$dir"
