# shellcheck shell=bash
# Benchmarks that are journeys on a lab of their own. Sourced, from the root of the repository.
# shellcheck source=bin/lib/tools.sh
. bin/lib/tools.sh

# number TEXT USAGE: ends with the usage unless the text is a number from 1 on.
number() {
  [[ $1 =~ ^[1-9][0-9]*$ ]] || die "$2"
}

# on_own_lab TEST OPTION...: builds what runs in the lab, and runs one journey on it.
on_own_lab() {
  local test=$1
  shift
  [ "$(id -u)" -eq 0 ] || die "this needs root for the lab cluster."
  need_jdk
  lab/cluster/build
  say "building what runs in the lab"
  ./mvnw -B -q -DskipTests package
  export VIRTMOVER_LAB=bench
  trap 'lab/lab reset' EXIT
  lab/lab reset
  lab/lab up
  ./mvnw -B -q -Dexcluded.tests=none -Dtest=none -Dit.test="$test" "$@" \
    -Djunit.jupiter.execution.timeout.default="120 m" -Dsurefire.failIfNoSpecifiedTests=false \
    -Dfailsafe.failIfNoSpecifiedTests=false -pl journeys -am verify
}
