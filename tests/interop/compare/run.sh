#!/usr/bin/env bash
# What comes and goes between two policies, against the ids of two previews.
# usage: run.sh SATCHEL SANDBOX     exit 77: skipped, with the reason
set -eu
here=$(cd "$(dirname "$0")" && pwd)
command -v node >/dev/null || { echo "skipped: node is not installed"; exit 77; }
case "$(node --version)" in v1[0-7].*) echo "skipped: this test needs Node 18"; exit 77 ;; esac
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy
export SATCHEL=$1 SANDBOX=$2
exec node --test "$here"/*_test.mjs
