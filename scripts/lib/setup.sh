# What scripts/demo, scripts/test and scripts/bench share: install what is missing, configure, build.
# Source it; it changes to the root of the checkout.

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

say() { printf '==> %s\n' "$*" >&2; }
die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

BUILD_PACKAGES=(
  cmake ninja-build g++ pkg-config ccache git ca-certificates tzdata
  libyaml-cpp-dev libpugixml-dev libsimdjson-dev nlohmann-json3-dev
  libcli11-dev libexpected-dev libhowardhinnant-date-dev libsqlite3-dev libcurl4-openssl-dev
  libicu-dev zlib1g-dev libsecret-1-dev
  libimgui-dev libglfw3-dev libstb-dev libgl-dev
  fonts-inter fonts-jetbrains-mono fonts-material-design-icons-iconfont
)
TEST_PACKAGES=(
  libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev libssl-dev
  libgl1-mesa-dri xvfb xdotool nodejs npm
)

# install_packages NAME…: only what is missing, and only once.
install_packages() {
  local missing=() package
  for package in "$@"; do
    # nodejs may come from elsewhere and npm with it; what counts is that they run.
    case "$package" in nodejs) command -v node >/dev/null && continue ;; npm) command -v npm >/dev/null && continue ;; esac
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  command -v apt-get >/dev/null || die "these packages are missing and this system has no apt-get: ${missing[*]}"
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "run as root once, or install: ${missing[*]}"
    as_root=(sudo)
  fi
  say "Installing ${#missing[@]} packages: ${missing[*]}"
  local log; log=$(mktemp)
  if ! { "${as_root[@]}" apt-get update -q &&
         "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    die "the packages could not be installed (the last lines of apt-get are above)"
  fi
  rm -f "$log"
}

# build PRESET [TARGET…]
build() {
  local preset=$1; shift
  say "Building ($preset)"
  local log=build/$preset.log
  mkdir -p build
  cmake --preset "$preset" >"$log" 2>&1 || { tail -n 20 "$log" >&2; die "configuring failed (the whole log is $log)"; }
  local targets=()
  [ $# -gt 0 ] && targets=(--target "$@")
  cmake --build --preset "$preset" -j "${JOBS:-2}" "${targets[@]}" >>"$log" 2>&1 ||
    { grep -E 'error|FAILED' "$log" | head -n 20 >&2; die "building failed (the whole log is $log)"; }
}
