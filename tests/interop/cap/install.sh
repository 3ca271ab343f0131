#!/usr/bin/env bash
# Puts the CAP service into a work folder and installs its packages there (once).
# usage: install.sh WORK_FOLDER     prints the path of Node 22; exit 77: skipped, with the reason
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$1
command -v npm >/dev/null || { echo "skipped: npm is not installed"; exit 77; }
mkdir -p "$work"
cp -r "$here"/package.json "$here"/server.js "$here"/db "$here"/srv "$work"/
if [ ! -e "$work/.installed" ] || ! cmp -s "$work/.installed" "$work/package.json"; then
  (cd "$work" && npm install --no-audit --no-fund >npm.log 2>&1) ||
    { echo "skipped: the npm packages could not be installed: $(tail -n 1 "$work/npm.log")"; exit 77; }
  cp "$work/package.json" "$work/.installed"
fi
node=$work/node_modules/node/bin/node
[ -x "$node" ] || node=$(command -v node)
case "$("$node" --version)" in v2[2-9].*|v[3-9]?.*) ;; *) echo "skipped: SAP CAP 10 needs Node 22"; exit 77 ;; esac
echo "$node"
