#!/usr/bin/env bash
# Installs dynamics-web-api into a work folder (once), starts the sandbox and runs the client
# against it.
# usage: run.sh WORK_FOLDER SANDBOX     exit 77: skipped, with the reason
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$1
sandbox=$2
command -v node >/dev/null || { echo "skipped: node is not installed"; exit 77; }
command -v npm >/dev/null || { echo "skipped: npm is not installed"; exit 77; }
mkdir -p "$work"
cp "$here/package.json" "$here/dynamics_test.mjs" "$work/"
if [ ! -e "$work/.installed" ] || ! cmp -s "$work/.installed" "$work/package.json"; then
  (cd "$work" && npm install --no-audit --no-fund >npm.log 2>&1) ||
    { echo "skipped: the npm packages could not be installed: $(tail -n 1 "$work/npm.log")"; exit 77; }
  cp "$work/package.json" "$work/.installed"
fi
# The client obeys proxies and knows no exceptions.
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy
cd "$work"
SANDBOX=$sandbox exec node --test --test-concurrency=1 dynamics_test.mjs
