#!/usr/bin/env bash
# Gateways on loopback before a model that answers at once: ours with every
# control on and each call durable before its reply; Portkey without guards or
# log; nginx and Caddy as plain proxies. Interleaved rounds; medians at the end.
#   scripts/bench-gateway.sh [ROUNDS] [SECONDS]
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-5} secs=${2:-3}
dir=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null; wait 2>/dev/null; rm -rf "$dir"' EXIT
go build -o bin/bench-gateway ./e2e/gateway/bench
echo "machine: $(nproc) cores, $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2 | xargs); $(go version | cut -d' ' -f3), kernel $(uname -r), commit $(git rev-parse --short HEAD)"
port() { python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])'; }
wait_for() { for _ in $(seq 100); do curl -s -o /dev/null "$1" && return; sleep 0.1; done; echo "$1 does not answer" >&2; exit 1; }

mock=$(port); bin/bench-gateway mock 127.0.0.1:$mock >/dev/null & pids+=($!)
wait_for http://127.0.0.1:$mock/

declare -A url pid head
names=(fairtouch)
FAIRTOUCH_OPENAI_URL=http://127.0.0.1:$mock/v1 FAIRTOUCH_ALLOW_HOSTS=127.0.0.1 bin/fairtouch --data "$dir/data" demo --rows 20 --listen 127.0.0.1:0 >"$dir/out" 2>&1 & pid[fairtouch]=$!; pids+=($!)
for _ in $(seq 100); do grep -q '^Listening' "$dir/out" && break; sleep 0.2; done
base=$(sed -n 's/^Listening on //p' "$dir/out")
ft() { bin/fairtouch --data "$dir/data" --workspace demo "$@"; }
ft gateway bind - <<'JSON'
{"system":"copywriter","providers":["openai"],"models":["*"],"facts":{"country":"PT","business":false,"first_contact":false,"content.kind":"informational","content.claims":false,"content.editor_named":true,"content.reviewed":true}}
JSON
url[fairtouch]=$base/openai/v1/chat/completions
head[fairtouch]="-header Authorization=Bearer%$(ft keys create --scopes decide) -header X-Fairtouch-System=copywriter"

# The other proxies come from Debian's packages, unpacked and not installed.
fetch() { command -v "$1" || { (cd "$dir" && apt-get download "$1" >/dev/null 2>&1 && dpkg-deb -x "$1"_*.deb root) && ls "$dir"/root/usr/*bin/"$1"; }; }
if nginx=$(fetch nginx 2>/dev/null); then
  p=$(port); mkdir -p "$dir/nginx"
  cat >"$dir/nginx.conf" <<CONF
worker_processes 1; daemon off; pid $dir/nginx/pid; error_log $dir/nginx/error;
events { worker_connections 1024; }
http { access_log off; client_body_temp_path $dir/nginx; proxy_temp_path $dir/nginx; fastcgi_temp_path $dir/nginx; uwsgi_temp_path $dir/nginx; scgi_temp_path $dir/nginx; client_max_body_size 32m;
  upstream m { server 127.0.0.1:$mock; keepalive 64; }
  server { listen 127.0.0.1:$p; location / { proxy_pass http://m; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; } } }
CONF
  "$nginx" -c "$dir/nginx.conf" 2>/dev/null & pids+=($!); wait_for http://127.0.0.1:$p/
  names+=(nginx); url[nginx]=http://127.0.0.1:$p/v1/chat/completions; pid[nginx]=$(pgrep -P $! | head -1); head[nginx]=""
  echo "nginx: $("$nginx" -v 2>&1)"
fi
if caddy=$(fetch caddy 2>/dev/null); then
  p=$(port)
  printf '{\n admin off\n auto_https off\n}\nhttp://127.0.0.1:%s {\n reverse_proxy 127.0.0.1:%s {\n  flush_interval -1\n }\n}\n' "$p" "$mock" >"$dir/Caddyfile"
  HOME=$dir "$caddy" run --config "$dir/Caddyfile" --adapter caddyfile >/dev/null 2>&1 & pid[caddy]=$!; pids+=($!); wait_for http://127.0.0.1:$p/
  names+=(caddy); url[caddy]=http://127.0.0.1:$p/v1/chat/completions; head[caddy]=""
  echo "caddy: $("$caddy" version)"
fi
if (cd e2e/gateway/peers && npm ci --no-audit --no-fund --loglevel=error >/dev/null 2>&1); then
  p=$(port)
  (cd e2e/gateway/peers/node_modules/@portkey-ai/gateway && exec node build/start-server.js --port=$p --headless) >"$dir/portkey" 2>&1 & pid[portkey]=$!; pids+=($!); wait_for http://127.0.0.1:$p/
  names+=(portkey); url[portkey]=http://127.0.0.1:$p/v1/chat/completions
  head[portkey]="-header x-portkey-provider=openai -header x-portkey-custom-host=http://127.0.0.1:$mock/v1 -header Authorization=Bearer%x"
  echo "portkey: 1.15.2, node $(node -v)"
fi

for _ in $(seq "$rounds"); do
  for what in "small-1 -c 1" "small-32 -c 32" "dense-8 -c 8 -body dense" "stream-1 -c 1 -stream" "stream-8 -c 8 -stream"; do
    set -- $what; name=$1; shift
    for who in "${names[@]}"; do
      args=(); for h in ${head[$who]}; do args+=("${h//%/ }"); done
      echo "{\"who\":\"$who\",\"what\":\"$name\",\"r\":$(bin/bench-gateway load -url "${url[$who]}" -pid "${pid[$who]}" "${args[@]}" -d "${secs}s" "$@" || echo null)}" >>"$dir/results"
    done
  done
done
python3 - "$dir/results" <<'PY'
import collections, json, statistics, sys
rows = collections.defaultdict(list)
for line in open(sys.argv[1]):
    x = json.loads(line)
    if x["r"]: rows[x["what"], x["who"]].append(x["r"])
keys = ["cpu_us", "per_s", "p50_us", "p99_us", "first_p50_us", "rss_kb", "failed"]
print(f'{"load":10} {"gateway":10}' + "".join(f"{k:>14}" for k in keys))
for (what, who), rs in sorted(rows.items()):
    print(f"{what:10} {who:10}" + "".join(f'{int(statistics.median(r[k] for r in rs)) if k in rs[0] else "-":>14}' for k in keys))
PY
