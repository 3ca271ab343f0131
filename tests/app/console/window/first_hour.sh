# shellcheck shell=bash disable=SC2034,SC2154
# What the two ways through an administrator's first hour share (mouse, and keyboard alone).
# Sourced with CONSOLE SATCHEL SANDBOX [WxH SCALE] as the arguments: the window is 1280x800 at 1 unless
# they say otherwise. Sets satchel, work, url, users, mails.
set -u
console_program=$1 satchel=$2 sandbox=$3 size=${4:-1280x800} scale=${5:-1}
work=$(mktemp -d)
trap 'kill "${console:-}" "${display_server:-}" "${crm:-}" 2> /dev/null; wait 2> /dev/null; rm -rf "$work"' EXIT
. "${BASH_SOURCE[0]%/*}/driver.sh"

# The console on its start screen, and a sandbox that it does not know yet.
begin() {
  open_display "$size"
  start_crm
  cd "$work" || exit 1
  open_console --size "$size" --scale "$scale"
}

start_crm() {
  "$sandbox" --port 0 --accounts 300 --now 2026-06-01T08:00:00Z > "$work/sandbox" 2>&1 &
  crm=$!
  wait_for 60 grep -q 'http://127.0.0.1:[0-9]*[^ ]*' "$work/sandbox" || fail "the sandbox starts"
  url=$(grep -o 'http://127.0.0.1:[0-9]*[^ ]*' "$work/sandbox" | head -1)
  case $url in */api/data/*) ;; *) url=${url%/}/api/data/v9.2/ ;; esac
  export XDG_CONFIG_HOME=$work/config HOME=$work TZ=UTC
  mkdir -p "$work/published"
}

# In a narrow window the inspector lies behind a button: see_inspector COMMAND BUTTON SOMETHING-IN-IT.
see_inspector() { there "$3" || "$1" "$2"; }

# The draft is kept at once, so the file of the draft says what an edit did.
drafted() { wait_for 15 in_draft "$1"; }
in_draft() { cat "$work"/config/satchel/drafts/*.yaml | grep -q -- "$1"; }

mails=(- marta@contoso.example jana@contoso.example)
users=(- "Marta" "Jana")

# Of the last preview, as the window has it: who it is for, and the ids of every entity.
previewed() { grep -q "^preview .*${users[$1]}" "$seen"; }
keep_held() {
  wait_for 60 previewed "$1" || fail "a preview as ${users[$1]}"
  grep '^held' "$seen" > "$work/held.$1"
  [ -s "$work/held.$1" ] || fail "the preview as ${users[$1]} tells what the device holds"
}

# Every warning that wants a reason gets one; give_reasons COMMAND goes to the field.
give_reasons() {
  local rule
  while read -r rule; do "$1" "$rule"; write "Known, and meant"; done \
    < <(grep -o 'publish/reason/.*' "$seen")
}

# What is published passes the checks and previews to the same ids on the command line.
agree() {
  wait_for 30 test -s "$work/published/first-hour/current.yaml" || fail "a version is published"
  local policy=$work/published/first-hour/current.yaml n entity records hash
  "$satchel" validate "$policy" --server "$url" > "$work/validate" 2>&1 ||
    { cat "$work/validate"; fail "satchel validate passes"; }
  for n in 1 2; do
    "$satchel" preview "$policy" --server "$url" --as "${mails[$n]}" --json > "$work/json" 2> "$work/err" ||
      { cat "$work/err"; fail "satchel preview runs"; }
    while read -r _ entity records hash; do
      grep -q "\"$hash\"" "$work/json" || fail "$entity for ${users[$n]}: $records records of other ids"
    done < "$work/held.$n"
  done
  # Two users who hold the same would prove little.
  cmp -s "$work/held.1" "$work/held.2" && fail "the two users hold different records"
  grep -q '^held account [1-9]' "$work/held.1" || fail "the filter keeps accounts"
}
