#!/usr/bin/env bash
# The figures of the README, with machine and versions. They are measured, not asserted.
set -eu
cd "$(dirname "$0")/.."
echo "machine: $(nproc) cores, $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2 | xargs), $(awk '/MemTotal/{printf "%.0f GiB", $2/1048576}' /proc/meminfo)"
echo "versions: $(go version | cut -d' ' -f3), kernel $(uname -r), commit $(git rev-parse --short HEAD)"
echo "== one row explained: 100 trees of 31 leaves (goal: at most 100 microseconds, no allocation)"
go test -run xxx -bench Explain100x31 -benchtime 2s ./treeshap | grep Benchmark
echo "== governed and explained rows, in process, durable (goal: 8,000 rows/s)"
go test -run xxx -bench 'BenchmarkScore$' -benchtime 5s ./internal/app 2>/dev/null | grep Benchmark
echo "== one decision with its commit, and 64 callers at once"
go test -run xxx -bench 'BenchmarkDecide' -benchtime 5s ./internal/app 2>/dev/null | grep Benchmark
echo "== the record alone, 64 writers, 1 KiB (goal: 15,000 records/s)"
go test -run xxx -bench 'Append' -benchtime 20000x ./internal/record 2>/dev/null | grep Benchmark
echo "== law: a question seen before, and a new one"
go test -run xxx -bench . -benchtime 1s ./internal/law | grep Benchmark
if [ -f scripts/bench-http.sh ]; then bash scripts/bench-http.sh; fi
