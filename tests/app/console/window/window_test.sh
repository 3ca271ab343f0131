#!/usr/bin/env bash
# Starts the console in a real window under Xvfb, clicks through it, looks at it, and closes it.
# window_test.sh PROGRAM
set -u
program=$1
for tool in Xvfb xdotool; do
  command -v "$tool" > /dev/null || { echo "skipped: $tool is not installed"; exit 77; }
done
work=$(mktemp -d)
trap 'kill "${console:-}" "${server:-}" 2> /dev/null; wait 2> /dev/null; rm -rf "$work"' EXIT
fail() { echo "failed: $1"; echo "--- output"; tail -5 "$work/out"; exit 1; }
wait_for() {  # wait_for SECONDS COMMAND…
  local end=$((SECONDS + $1)); shift
  until "$@" 2> /dev/null; do [ $SECONDS -lt $end ] || return 1; sleep 0.1; done
}

# Without a display: one sentence, and 3.
env -u DISPLAY "$program" > "$work/out" 2>&1
[ $? -eq 3 ] || fail "without a display the exit code is 3"
[ "$(wc -l < "$work/out")" -eq 1 ] && grep -q -- --shot "$work/out" || fail "one sentence that names --shot"

Xvfb -displayfd 3 -screen 0 1600x1000x24 +extension GLX +render -noreset 3> "$work/display" 2> /dev/null &
server=$!
wait_for 20 test -s "$work/display" || { echo "skipped: Xvfb does not start"; exit 77; }
export DISPLAY=:$(cat "$work/display") XDG_CONFIG_HOME=$work/config SATCHEL_TRACE_FRAMES=1
echo demo > "$work/field-service.yaml"
"$program" "$work/field-service.yaml" --size 1600x1000 --scale 1 > "$work/out" 2>&1 &
console=$!
wait_for 60 grep -q READY "$work/out" || {
  grep -q "no window" "$work/out" && { echo "skipped: $(tail -1 "$work/out")"; exit 77; }
  fail "the window opens"
}
window=$(xdotool search --name Satchel | head -1)
xdotool windowfocus "$window"
frames() { grep -c '^frame' "$work/out"; }
drawn_since() { [ "$(frames)" -gt "$1" ]; }
# What a user does, who looks before going on: until it has been drawn, and nothing moves any longer.
act() {
  local at; at=$(frames)
  xdotool "$@"
  wait_for 10 drawn_since "$at"
  while at=$(frames); sleep 0.3; drawn_since "$at"; do :; done
}
click() { act mousemove --window "$window" "$1" "$2"; act click 1; }
click 700 424    # The row of contact.
click 1329 175   # Online.
act mousemove --window "$window" 1599 999
act key ctrl+s
wait_for 10 grep -q "contact online" "$work/field-service.yaml" || fail "a click and Ctrl+S save the draft"
drafts() { ls "$work"/config/satchel/drafts/*.yaml; }
saved() { ! drafts; }
wait_for 10 saved > /dev/null || fail "what is saved is no draft any longer"
click 92 316     # Preview, in the rail.
act mousemove --window "$window" 1599 999

quiet() { local before; before=$(frames); sleep 3; [ "$(frames)" -eq "$before" ]; }
wait_for 30 quiet || fail "an idle window draws nothing"  # On a busy machine it is idle later.
[ "$(frames)" -gt 5 ] || fail "frames are drawn"

if command -v import > /dev/null; then
  import -window root "$work/screen.png" || fail "a screenshot can be taken"
  colours=$(identify -format %k "$work/screen.png" 2> /dev/null || echo 1000)
  [ "$colours" -gt 200 ] || fail "the window shows something ($colours colours)"
  [ -z "${KEEP_SCREENSHOT:-}" ] || cp "$work/screen.png" "$KEEP_SCREENSHOT"
fi
# kill -9 loses nothing: what was changed is there again, still unsaved.
click 92 158     # Entities, in the rail.
click 700 424    # The row of contact.
click 1526 175   # Excluded.
excluded() { drafts && ! cat "$work"/config/satchel/drafts/*.yaml | grep -q contact; }
wait_for 10 excluded > /dev/null || fail "the draft is kept at once"
kill -9 "$console"
wait "$console" 2> /dev/null
gone() { ! xdotool search --name Satchel > /dev/null 2>&1; }
wait_for 20 gone || fail "the window of a killed console goes"
"$program" "$work/field-service.yaml" --size 1600x1000 --scale 1 > "$work/out" 2>&1 &
console=$!
wait_for 60 grep -q READY "$work/out" || fail "the window opens again"
unsaved() { window=$(xdotool search --name '^•' 2> /dev/null | head -1); [ -n "$window" ]; }
wait_for 30 unsaved || fail "the unsaved draft comes back"
xdotool windowfocus "$window"
grep -q "contact online" "$work/field-service.yaml" || fail "the file is as it was saved"

xdotool key ctrl+q
wait_for 10 sh -c "! kill -0 $console" || fail "Ctrl+Q closes the window"
wait "$console"
code=$?
[ $code -eq 0 ] || fail "the window closes with exit code 0, not $code"
echo "passed"
