#!/usr/bin/env bash
# The long runs: a million histories, a hundred crashes, a thousand tampers, fuzzing.
set -eu
cd "$(dirname "$0")/.."
fuzz=${FUZZ:-10m}
FAIRTOUCH_HISTORIES=1000000 go test -count=1 -timeout 60m ./internal/consent
FAIRTOUCH_KILLS=100 FAIRTOUCH_TAMPER=1000 go test -count=1 -timeout 90m ./internal/record
FAIRTOUCH_KILLS=100 go test -count=1 -timeout 30m -run TestKilledServer ./internal/cli
node e2e/gateway/kill.mjs bin/fairtouch 100
FAIRTOUCH_SOAK_SUBJECTS=1000000 go test -count=1 -timeout 30m ./internal/pilot
FAIRTOUCH_WITHDRAWALS=2000 go test -count=1 -timeout 30m ./internal/app
FAIRTOUCH_SIMULATIONS=2000 go test -count=1 -timeout 120m ./fairness
FAIRTOUCH_HANDOFF_RACES=10000 go test -count=1 -timeout 30m -run ProgramNever ./internal/sqlstore
go test -count=1 -timeout 30m ./internal/connectors -rapid.checks=5000
GPP_DAMAGE=10000000 go test -count=1 -timeout 60m -run Damage ./gpp
for f in FuzzLightGBM FuzzXGBoostJSON FuzzXGBoostUBJ; do
  go test -run xxx -fuzz "^$f\$" -fuzztime "$fuzz" -fuzzminimizetime 50x -parallel 2 ./treeshap
done
for f in FuzzOffsetsLieAtCharactersBorders FuzzATokenizerFileNeverPanics; do
  go test -run xxx -fuzz "^$f\$" -fuzztime "$fuzz" -parallel 2 ./pii/onnx
done
echo "soak: everything held"
