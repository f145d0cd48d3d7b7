# The lab's control groups: they find every process the lab ever started; sourced.
# shellcheck shell=bash
# shellcheck disable=SC2154  # names set by state.sh and the script that sources this

cgroup_version() {
  if [ -f /sys/fs/cgroup/cgroup.controllers ]; then echo 2; else echo 1; fi
}

# The roots of all hierarchies: one for version 2; for version 1 one per controller, and often a version 2
# one beside them.
cgroup_roots() {
  awk '$3 == "cgroup" || $3 == "cgroup2" { print $2 }' /proc/mounts
}

# The hierarchy that tells whose a process is. Version 1 has one per controller, and memory stays
# where the caller's is.
tracking_root() {
  if [ "$(cgroup_version)" = 2 ]; then
    echo /sys/fs/cgroup
  else
    awk '$3 == "cgroup" && $4 ~ /(^|,)pids(,|$)/ { print $2; exit }' /proc/mounts
  fi
}

# `host` holds the lab's daemons, `kubepods` beside it what the kubelet starts.
make_cgroups() {
  local root parent
  if [ "$(cgroup_version)" = 2 ]; then
    mkdir -p "/sys/fs/cgroup/$cgroup"
    for parent in "" "/${cgroup%/*}" "/$cgroup"; do
      for root in cpu cpuset memory pids io hugetlb; do
        echo "+$root" >"/sys/fs/cgroup$parent/cgroup.subtree_control" 2>/dev/null || true
      done
    done
  else
    while read -r root; do
      mkdir -p "$root/$cgroup"
      # An empty cpuset takes no process.
      if [ -e "$root/$cgroup/cpuset.cpus" ]; then
        for parent in "$root/${cgroup%/*}" "$root/$cgroup"; do
          cat "$root/cpuset.cpus" >"$parent/cpuset.cpus"
          cat "$root/cpuset.mems" >"$parent/cpuset.mems"
        done
      fi
    done < <(cgroup_roots)
  fi
  mkdir -p "$(tracking_root)/$cgroup/host"
}

# Processes of the lab's groups below SUBTREE (host, kubepods; nothing: all).
cgroup_pids() { # [SUBTREE]
  local folder
  folder=$(tracking_root)/$cgroup${1:+/$1}
  if [ ! -d "$folder" ]; then return 0; fi
  find "$folder" -name cgroup.procs -exec cat {} + 2>/dev/null | sort -un || true
}

# Groups vanish only when empty, so deepest first and again while the last processes end.
remove_cgroups() {
  local root
  for _ in $(seq 50); do
    while read -r root; do
      if [ -d "$root/$cgroup" ]; then
        find "$root/$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null || true
      fi
      # Shared by all labs; goes with the last one.
      rmdir "$root/${cgroup%/*}" 2>/dev/null || true
    done < <(cgroup_roots)
    if [ -z "$(left_cgroups)" ]; then return 0; fi
    sleep 0.1
  done
  return 1
}

left_cgroups() {
  local root
  while read -r root; do
    if [ -d "$root/$cgroup" ]; then echo "$root/$cgroup"; fi
  done < <(cgroup_roots)
}
