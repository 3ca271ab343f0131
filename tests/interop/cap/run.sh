#!/usr/bin/env bash
# Runs cap_test.mjs with Node 22 against the CAP service in a work folder.
# usage: run.sh WORK_FOLDER SATCHEL CAP_WRITES     exit 77: skipped, with the reason
set -eu
here=$(cd "$(dirname "$0")" && pwd)
node=$("$here/install.sh" "$1") || { code=$?; echo "$node"; exit $code; }
# Loopback only; a proxy of the environment must not see it.
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY
exec "$node" "$here/cap_test.mjs" "$1" "$2" "$3"
