#!/usr/bin/env bash
# The program itself: READY, one sentence and an exit code for what is wrong, a clean end.
# usage: program_test.sh SANDBOX
set -u
sandbox=$1
work=$(mktemp -d "${TMPDIR:-/tmp}/satchel-program-XXXXXX")
trap 'rm -rf "$work"' EXIT
failed=0
expect() {  # exit code, what stderr must hold, arguments
  local code=$1 words=$2
  shift 2
  "$sandbox" "$@" >"$work/out" 2>"$work/err"
  local got=$?
  if [ $got -ne "$code" ] || ! grep -q -- "$words" "$work/err"; then
    echo "satchel-sandbox $*: exit $got instead of $code, or no '$words' in: $(cat "$work/err")"
    failed=1
  fi
}
expect 2 "nope" --nope
expect 2 "KIND=RATE" --fault reset=2
expect 2 "REQUESTS/SECONDS" --throttle many
expect 2 "moment" --now yesterday
expect 2 "port" --port 70000
expect 3 "folder" --db "$work/missing/crm.sqlite"
"$sandbox" --help >"$work/help" || { echo "--help fails"; failed=1; }
grep -q "satchel-sandbox --port" "$work/help" || { echo "--help has no examples"; failed=1; }

mkfifo "$work/ready"
"$sandbox" --accounts 5 --db "$work/crm.sqlite" >"$work/ready" 2>/dev/null &
process=$!
read -r word url <"$work/ready"
port=${url##*127.0.0.1:}
port=${port%%/*}
[ "$word" = READY ] || { echo "no READY: $word $url"; failed=1; }
expect 3 "port" --accounts 5 --port "$port"
[ "$(stat -c %a "$work/crm.sqlite")" = 600 ] || { echo "the database is not private"; failed=1; }
kill -TERM $process
wait $process || { echo "SIGTERM is not a clean end"; failed=1; }
exit $failed
