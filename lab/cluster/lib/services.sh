# The Java programs of the lab: volume provisioner and KubeVirt stand-in; sourced.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # names set by state.sh and the script that sources this

readonly SERVICES_CLASS=io.virtmover.lab.cluster.ClusterServices VM_CLASS=io.virtmover.lab.cluster.VmCommand

# The class path, after building what is not there.
need_lab_classes() {
  need_jdk
  if [ ! -d "$root/lab/target/classes" ] || [ ! -d "$root/lab/target/lib" ]; then
    say "building the lab's Java programs (./mvnw package)"
    "$root/mvnw" -q -B -DskipTests package >&2 || die "the build failed; its messages are above."
  fi
  class_path="$root/lab/target/classes:$root/lab/target/lib/*"
}

java_lab() { # CLASS ARGUMENTS: prints the command, one word a line
  printf '%s\n' "$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xms32m -Xmn12m -Xmx112m -Xss512k \
    -XX:-UsePerfData --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -cp "$class_path" "$@"
}

# A copy for the running services, so that a build of the project does not pull their classes away.
stage_classes() {
  rm -rf "$state/services"
  mkdir -p "$state/services"
  cp -a --reflink=auto "$root/lab/target/classes" "$root/lab/target/lib" "$state/services/"
}

start_services() {
  local command
  if ! pid_of services >/dev/null; then
    rm -f "$state/services.ready"
    stage_classes
  fi
  class_path="$state/services/classes:$state/services/lib/*"
  mapfile -t command < <(java_lab "$SERVICES_CLASS" --kubeconfig "$kubeconfig" --state "$state" \
    --address "$address")
  start services "${command[@]}"
}

await_services() {
  await services 60 "the services are ready" test -e "$state/services.ready"
}
