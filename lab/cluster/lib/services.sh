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

java_lab() { # [OPTIONS] CLASS ARGUMENTS: prints the command, one word a line
  printf '%s\n' "$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xms32m -Xmn12m -Xmx112m -Xss512k \
    -XX:-UsePerfData --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -cp "$class_path" "$@"
}

# The Linux that VMs can boot, where the services find it.
stage_guest() {
  local archive mark=$state/guest/archive
  archive=$(rootfs_path guest)
  if [ "$(cat "$mark" 2>/dev/null)" = "$archive" ]; then return; fi
  mkdir -p "$state/guest"
  tar -C "$state/guest" -xf "$archive"
  echo "$archive" >"$mark"
}

# A copy for the running services, so that a build of the project does not pull their classes away.
stage_classes() {
  rm -rf "$state/services"
  mkdir -p "$state/services"
  cp -a --reflink=auto "$root/lab/target/classes" "$root/lab/target/lib" "$state/services/"
}

# The KubeVirt release to behave like is chosen when a lab is new: the API server does not give up a version of a
# kind that it has stored.
choose_kubevirt() {
  local asked=${VIRTMOVER_LAB_KUBEVIRT:-}
  case ${asked:-HEAD} in
    1.8 | 1.9 | HEAD | next) ;;
    *) die "VIRTMOVER_LAB_KUBEVIRT is '$asked'; it can be 1.8, 1.9, HEAD or next." ;;
  esac
  kubevirt=$(cat "$state/kubevirt" 2>/dev/null || echo "${asked:-HEAD}")
  if [ -n "$asked" ] && [ "$asked" != "$kubevirt" ]; then
    die "the lab '$lab' behaves like KubeVirt $kubevirt; for $asked use another lab (--name NAME), or" \
      "lab/lab${lab_option:-} reset it first."
  fi
  echo "$kubevirt" >"$state/kubevirt"
}

start_services() {
  local command
  if ! pid_of services >/dev/null; then
    rm -f "$state/services.ready"
    stage_classes
    stage_guest
  fi
  class_path="$state/services/classes:$state/services/lib/*"
  # With both compilers: only the second has the processor's instructions for TLS, which exports go through.
  mapfile -t command < <(java_lab "$SERVICES_CLASS" --kubeconfig "$kubeconfig" --state "$state" \
    --address "$address" --kubevirt "$kubevirt" --guest "$state/guest")
  # glibc keeps a heap per thread; with two of them a third of the memory is saved.
  start services env MALLOC_ARENA_MAX=2 "${command[@]}"
}

await_services() {
  await services 60 "the services are ready" test -e "$state/services.ready"
}
