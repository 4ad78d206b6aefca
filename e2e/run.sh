#!/usr/bin/env bash
# Starts the demo on a free port in a directory of its own, and walks it.
set -eu
cd "$(dirname "$0")/.."
dir=$(mktemp -d)
trap 'kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; rm -rf "$dir"' EXIT
bin/fairtouch --data "$dir" demo --listen 127.0.0.1:0 >"$dir/out" 2>"$dir/err" &
pid=$!
for _ in $(seq 300); do grep -q '^Listening' "$dir/out" && break; kill -0 "$pid" 2>/dev/null || { cat "$dir/err" >&2; exit 1; }; sleep 0.2; done
url=$(sed -n 's/^Listening on //p' "$dir/out")
touch_json='{"system":"lead-scorer","subject":{"external_id":"e2e-customer"},"purpose":"lead-scoring","channel":"call","locale":"en","facts":{"country":"DE","minor":false,"business":false,"first_contact":false},"features":{"job":"management","education":"tertiary","default":"no","balance":2143,"housing":"yes","loan":"no","contact":"cellular","day":5,"month":"may","campaign":1,"pdays":-1,"previous":0,"poutcome":"unknown","age":58}}'
why=$(printf '%s' "${touch_json/e2e-customer/BANK-045210}" | bin/fairtouch --data "$dir" decide -f - 2>/dev/null | sed -n 's/.*"why_url": "\([^"]*\)".*/\1/p' | head -1)
FAIRTOUCH_URL=$url FAIRTOUCH_WHY=$why node e2e/run.mjs
