# shellcheck shell=bash disable=SC2034,SC2046,SC2154,SC2207
# What a person at the window has: eyes (the file of --widgets), a mouse and a keyboard (xdotool).
# Sourced by the tests of the real window. Nothing here waits for a time to pass: after every click
# and key it waits until the window has taken it, drawn what came of it, and has nothing left to do.
#
# Needs: work (a folder), console_program. Sets: console, window, DISPLAY.

seen=$work/widgets

fail() {
  echo "failed: $1"
  if [ -n "${KEEP_SCREENSHOT:-}" ] && command -v import > /dev/null; then
    import -window root "$KEEP_SCREENSHOT" 2> /dev/null
  fi
  echo "--- output"; tail -5 "$work/out"
  echo "--- window"; grep -v '^control\|^hidden' "$seen"
  echo "--- controls"; grep '^control' "$seen" | cut -d' ' -f6- | tr '\n' ';'; echo
  exit 1
}

exec {pause}<> <(:)  # Nothing ever comes: reading from it waits without starting a program.
wait_for() {  # wait_for SECONDS COMMAND…
  local end=$((SECONDS + $1)); shift
  until "$@" 2> /dev/null; do
    [ $SECONDS -lt $end ] || return 1
    read -r -t 0.02 -u "$pause" || :
  done
}

open_display() {  # open_display [WxH]. Without auto-repeat: on a busy machine a key may be down for long.
  for tool in Xvfb xdotool; do
    command -v "$tool" > /dev/null || { echo "skipped: $tool is not installed (scripts/lib/setup.sh)"; exit 77; }
  done
  Xvfb -displayfd 3 -r -screen 0 "${1:-1600x1000}x24" +extension GLX +render -noreset 3> "$work/display" 2> /dev/null &
  display_server=$!
  wait_for 20 test -s "$work/display" || { echo "skipped: Xvfb does not start"; exit 77; }
  DISPLAY=:$(cat "$work/display")
  export DISPLAY
}

open_console() {  # open_console OPTION…
  rm -f "$seen"
  "$console_program" "$@" --widgets "$seen" > "$work/out" 2>&1 &
  console=$!
  wait_for 60 opened_or_gone
  test -s "$seen" || {
    grep -q "no window" "$work/out" && { echo "skipped: $(tail -1 "$work/out")"; exit 77; }
    fail "the window opens"
  }
  window=$(xdotool search --name Satchel | head -1)
  xdotool windowfocus --sync "$window"
  wait_for 30 at_rest || fail "the window comes to rest"
}

opened_or_gone() { test -s "$seen" || gone; }
# The first lines of the file, by the shell alone: they are looked at all the time.
look() {
  local name
  { read -r name clicks keys characters notches && read -r name screen && read -r name work_left &&
    read -r name focus; } < "$seen"
}
at_rest() { look && [ "$work_left" = none ]; }
taken() {  # taken COUNT NUMBER: the window has been given so much, and is done with it.
  at_rest && [ "${!1}" -ge "$2" ]
}
act() {  # act COUNT HOW-MANY XDOTOOL-ARGUMENT…
  local count=$1 more=$2 until; shift 2
  look
  until=$((count + more))  # COUNT is the name of one of look's numbers.
  xdotool "$@"
  wait_for 60 taken "$count" "$until" || fail "the window takes: $*"
}

says() { grep -qF -- "$1" "$seen"; }      # A line of the file.
shown() { grep -q "^control [0-9-]* [0-9-]* [0-9-]* [0-9-]* $(quoted "$1")\$" "$seen"; }
listed() { grep -q "^hidden .* $(quoted "$1")\$" "$seen"; }
there() { shown "$1" || listed "$1"; }
quoted() { printf %s "$1" | sed 's/[][\.*^$]/\\&/g'; }
middle() {  # middle LINE-KIND ID FIRST-FIELD: the middle of a rectangle of that line.
  awk -v kind="$1" -v id="$2" -v at="$3" '$1 == kind {
    name = $0; for (i = 0; i < (kind == "hidden" ? 9 : 5); ++i) sub(/^[^ ]* /, "", name)
    if (name == id) { print int(($at + $(at + 2)) / 2), int(($(at + 1) + $(at + 3)) / 2); exit } }' "$seen"
}

in_view() {  # in_view ID: turns the wheel until the control is to be seen.
  wait_for 30 there "$1" || fail "there is a control $1"
  local turns=0 place view
  while ! shown "$1"; do
    [ $((turns += 1)) -lt 40 ] || fail "the wheel brings $1 into view"
    place=($(middle hidden "$1" 2)); view=($(middle hidden "$1" 6))
    xdotool mousemove --window "$window" "${view[@]}"
    if [ "${place[1]}" -gt "${view[1]}" ]; then act notches 1 click 5; else act notches 1 click 4; fi
  done
}
press() {  # press ID: clicks the middle of what is seen of a control.
  in_view "$1"
  act clicks 1 mousemove --window "$window" $(middle control "$1" 2) click 1
}
pick() {  # pick BUTTON TEXT: opens a list, types, and takes what comes first.
  press "$1"; write "$2"; key Return
}
write() { act characters ${#1} type --delay 4 "$1"; }
key() { act keys 1 key "$1"; }
leave() {  # Ctrl+Q: the window closes, the draft is kept.
  xdotool key ctrl+q
  wait_for 20 gone || fail "Ctrl+Q closes the window"
  wait "$console" || fail "the console ends well, not with $?"
}
gone() { ! kill -0 "$console"; }

tab_to() {  # tab_to ID [KEY]: Tab until the control has the focus.
  wait_for 30 there "$1" || fail "there is a control $1"
  local steps=0
  until look && [ "$focus" = "$1" ]; do
    [ $((steps += 1)) -lt 150 ] || fail "the keyboard reaches $1"
    key "${2:-Tab}"
  done
}
enter() { tab_to "$1" "${2:-Tab}"; key space; }  # Presses the control, by keyboard.
