#!/usr/bin/env bash
# Bad input, tried with the programs themselves: files, options, disks, and servers that lie.
# usage: run.sh SATCHEL SANDBOX     exit 77: skipped, with the reason
set -eu
here=$(cd "$(dirname "$0")" && pwd)
command -v node >/dev/null || { echo "skipped: node is not installed"; exit 77; }
case "$(node --version)" in v1[0-7].*) echo "skipped: these tests need Node 18"; exit 77 ;; esac
# Loopback only; a proxy of the environment must not see it.
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy
export SATCHEL; SATCHEL=$(realpath "$1")
export SANDBOX; SANDBOX=$(realpath "$2")
exec node --test "$here"/*_test.mjs
