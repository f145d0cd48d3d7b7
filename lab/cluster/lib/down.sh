# Stops a lab, whatever state it is in, and looks whether anything is left; sourced.
# shellcheck shell=bash
# shellcheck disable=SC2154  # names set by state.sh and the script that sources this

stop_lab() {
  local try pids
  # Nobody may start anything any more; then everything that was started ends, clients before servers.
  end_components 30 kubelet services kube-scheduler kube-controller-manager kube-proxy coredns
  mapfile -t pids < <(cgroup_pids kubepods)
  end_processes 20 "${pids[@]}"
  end_components 30 containerd s3-http s3-https
  # The API server takes its time to say goodbye to clients that are gone.
  end_components 30 kube-apiserver
  end_components 50 etcd
  for try in $(seq 20); do
    mapfile -t pids < <(lab_pids)
    if [ ${#pids[@]} -eq 0 ]; then break; fi
    # Containers' shims, guests, and whatever a killed component left.
    end_processes $((try == 1 ? 10 : 0)) "${pids[@]}"
    sleep 0.1
  done
  remove_mounts
  remove_loops
  remove_network
  remove_cgroups || true
  rm -f "$state"/run/*.pid "$state"/run/*.part "$state/services.ready" "$state/containerd.sock"*
  if [ -d "$state/containerd/state" ]; then rm -rf "$state/containerd/state" "$state/containerd/runc"; fi
  # Logs of pods: they are the lab's own, and their pods are gone.
  rm -rf "$state/node/pods" "$state/node/containers" "$state/node/mnt" "$state/node/mnt.new"
  remove_made_folders
}

# Prints what a stopped lab left behind; nothing when all is well.
leftovers() {
  local pid
  for pid in $(lab_pids); do
    echo "process $pid $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | cut -c1-100)"
  done
  lab_mounts | sed 's/^/mount /'
  lab_loops | sed 's/^/loop device /'
  left_cgroups | sed 's/^/cgroup /'
  if [ -e "/run/netns/$netns" ]; then echo "network namespace $netns"; fi
  if ip link show "$link" >/dev/null 2>&1; then echo "network link $link"; fi
}

report_leftovers() {
  local left
  left=$(leftovers)
  if [ -n "$left" ]; then
    printf '%s\n' "$left" >&2
    die "the lab '$lab' could not be removed completely; the list above is left. Run lab/lab${lab_option:-} down again."
  fi
}
