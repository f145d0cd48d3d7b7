# What runs and how it is; sourced.
# shellcheck shell=bash
# shellcheck disable=SC2154  # names set by state.sh and the script that sources this

readonly DAEMONS=(
  etcd kube-apiserver kube-controller-manager kube-scheduler containerd kubelet kube-proxy coredns
  s3-http s3-https services)

show_status() {
  local component pid all=() n=0
  echo "lab          $lab"
  if [ ! -e "/run/netns/$netns" ]; then
    echo "state        down"
    return 3
  fi
  printf '\n%-26s %8s  %-9s %9s\n' COMPONENT PID STATE MEMORY
  for component in "${DAEMONS[@]}"; do
    if pid=$(pid_of "$component"); then
      printf '%-26s %8s  %-9s %5s MiB\n' "$component" "$pid" running "$(memory_of "$pid")"
    else
      printf '%-26s %8s  %-9s\n' "$component" - dead
      n=$((n + 1))
    fi
  done
  mapfile -t all < <(lab_pids)
  printf '%-26s %8s  %-9s %5s MiB\n\n' "all with pods" "${#all[@]}" processes "$(memory_of "${all[@]}")"
  echo "cpu          $(cpu_of_cgroup) % of one core, over 5 s"
  echo "node         $(node_status)"
  kube -n velero get backupstoragelocations --no-headers --request-timeout 3s \
    -o custom-columns=N:.metadata.name,P:.status.phase,L:.status.lastValidationTime 2>/dev/null |
    while read -r name phase at; do echo "location     $name $phase, looked at $at"; done || true
  echo "KubeVirt     stand-in of $(cat "$state/kubevirt")"
  echo "S3           $s3_http  $s3_https  bucket $S3_BUCKET"
  echo "S3 login     $state/s3/credentials  CA $state/s3/ca.crt  files $state/s3/data"
  echo "kubeconfig   $kubeconfig"
  echo "state folder $state"
  if [ "$n" -gt 0 ]; then return 3; fi
}

# Shared pages are counted once: the share of each process, in MiB.
memory_of() { # PID...
  local pid
  for pid in "$@"; do
    sed -n 's/^Pss: *\([0-9]*\) kB/\1/p' "/proc/$pid/smaps_rollup" 2>/dev/null || true
  done | awk '{ sum += $1 } END { printf "%d", sum / 1024 }'
}

# Time used by all processes of the lab, in clock ticks.
ticks() {
  local pid
  for pid in $(lab_pids); do
    sed -E 's/^.*\) //' "/proc/$pid/stat" 2>/dev/null | cut -d' ' -f12,13 || true
  done | awk '{ sum += $1 + $2 } END { print sum + 0 }'
}

cpu_of_cgroup() {
  local before after
  before=$(ticks)
  sleep 5
  after=$(ticks)
  awk -v used=$((after - before)) -v hertz="$(getconf CLK_TCK)" 'BEGIN { printf "%.0f", used * 100 / hertz / 5 }'
}

node_status() {
  kube get node lab --request-timeout 3s -o \
    'jsonpath={.metadata.name} {range .status.conditions[?(@.type=="Ready")]}{.reason}{end} {.status.nodeInfo.kubeletVersion} {.status.nodeInfo.containerRuntimeVersion}' \
    2>/dev/null || echo "the API server does not answer"
}
