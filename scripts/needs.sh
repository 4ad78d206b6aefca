#!/usr/bin/env bash
# Installs what the tests need, or says in one line what is missing.
set -eu
cd "$(dirname "$0")/.."

fail() { echo "make needs: $*" >&2; exit 1; }
command -v go >/dev/null || fail "Go 1.26 or newer is missing; install it first"
go version | grep -qE 'go1\.(2[6-9]|[3-9][0-9])' || fail "Go 1.26 or newer is needed; this is $(go version)"
command -v git >/dev/null || fail "git is missing"

have_postgres() { command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }
have_chromium() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null; }

packages=""
have_postgres || packages="$packages postgresql"
have_chromium || packages="$packages chromium"
command -v exiftool >/dev/null || packages="$packages libimage-exiftool-perl"
command -v g++ >/dev/null || packages="$packages g++"
command -v node >/dev/null || packages="$packages nodejs"
command -v npm >/dev/null || packages="$packages npm"
if [ -n "$packages" ]; then
  command -v apt-get >/dev/null || fail "missing:$packages; install them with your system's package manager"
  sudo=""; [ "$(id -u)" = 0 ] || sudo="sudo -n"
  $sudo apt-get update -qq >/dev/null 2>&1 || fail "missing:$packages; apt-get update failed (are you allowed to run it?)"
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $packages >/dev/null 2>&1 ||
    fail "missing:$packages; apt-get install failed"
fi
have_postgres || fail "PostgreSQL's initdb is missing; install the package postgresql"
have_chromium || fail "Chromium is missing; install the package chromium"

for dir in e2e e2e/gateway; do
  if [ -f $dir/package-lock.json ] && { [ ! -d $dir/node_modules ] || [ $dir/package-lock.json -nt $dir/node_modules ]; }; then
    (cd $dir && npm ci --no-audit --no-fund --loglevel=error >/dev/null) || fail "npm ci in $dir failed"
    touch $dir/node_modules
  fi
done
