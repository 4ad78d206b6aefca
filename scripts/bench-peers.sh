#!/usr/bin/env bash
# Exact contributions beside the learners' own, in interleaved rounds. It needs
# Python 3 with its venv, and puts the peers' pinned releases into a directory of
# its own; nothing else here needs Python.
set -eu
cd "$(dirname "$0")/.."
command -v python3 >/dev/null || { echo "make bench-peers needs Python 3, to ask XGBoost and LightGBM" >&2; exit 1; }
venv=${FAIRTOUCH_PEERS_VENV:-.venv/peers}
if [ ! -x "$venv/bin/python" ]; then
  python3 -m venv "$venv" || { echo "make bench-peers needs Python's venv (Debian: python3-venv)" >&2; exit 1; }
  grep -E '^(lightgbm|numpy|scipy|xgboost)==' demo/train/requirements.txt | "$venv/bin/pip" install -q -r /dev/stdin
fi
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
echo "machine: $(nproc) cores, $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2 | xargs); $(go version | cut -d' ' -f3), commit $(git rev-parse --short HEAD)"
"$venv/bin/python" scripts/bench_peers.py make "$dir"
go test -c -tags peers -o "$dir/ours" ./treeshap
for round in 1 2 3 4 5; do
  (cd treeshap && FAIRTOUCH_BENCH_PEERS="$dir" "$dir/ours" -test.run xxx -test.bench Peers -test.benchtime 0.3s -test.cpu 1) >"$dir/ours-$round.txt" || { cat "$dir/ours-$round.txt" >&2; exit 1; }
  "$venv/bin/python" scripts/bench_peers.py time "$dir" >"$dir/theirs-$round.json"
done
"$venv/bin/python" scripts/bench_peers.py report "$dir"
echo "goals: 3 for a single row, 1 in a batch. A single row of theirs goes through Python, as their users call it."
