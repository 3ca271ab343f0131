#!/usr/bin/env bash
# Two devices that edit the same records, against a real server: the sandbox or SAP CAP.
# usage: run.sh sandbox|cap CAP_FOLDER SATCHEL SANDBOX     exit 77: skipped, with the reason
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# Node 22, which reads SQLite files by itself; CAP's own serves both.
node=$("$here/../cap/install.sh" "$2") || { code=$?; echo "$node"; exit $code; }
# Loopback only; a proxy of the environment must not see it.
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy
export SATCHEL=$3 SANDBOX=$4 CAP_FOLDER=$2
files=("$here/$1_test.mjs")
# What needs no particular server, once.
[ "$1" = sandbox ] && files+=("$here/ledger_test.mjs" "$here/run_test.mjs")
exec "$node" --no-warnings --test "${files[@]}"
