# The lab's network and mount namespaces. The host sees one veth pair and one folder; sourced.
# shellcheck shell=bash
# shellcheck disable=SC2154  # names set by state.sh and the script that sources this

# Paths that node programs have built in: in the lab's mounts they are folders of its own.
# The list is the host's path and the folder below <state>/node.
readonly PRIVATE_PATHS=(
  /run/containerd:run-containerd
  /var/lib/cni:cni
  /var/lib/kubelet:kubelet
  /var/log/containers:containers
  /var/log/pods:pods)

# The kernel settings a kubelet insists on. It finds them fulfilled inside, and the host's stay as they are.
readonly KERNEL_SETTINGS=(
  vm/overcommit_memory:1 vm/panic_on_oom:0 kernel/panic:10 kernel/panic_on_oops:1
  kernel/keys/root_maxkeys:1000000 kernel/keys/root_maxbytes:25000000)

make_network() {
  if [ ! -e "/run/netns/$netns" ]; then ip netns add "$netns"; fi
  if ! ip link show "$link" >/dev/null 2>&1; then
    ip link add "$link" type veth peer name eth0 netns "$netns"
  fi
  ip address replace "$host_address/24" dev "$link"
  ip link set "$link" up
  nsenter --net="/run/netns/$netns" bash -euc "
    ip link set lo up
    ip address replace $address/24 dev eth0
    ip link set eth0 up
    ip route replace default via $host_address
    echo 1 >/proc/sys/net/ipv4/ip_forward"
  # Tests look at pods' ports from the host. Podman likes the same range; then they do without.
  if ! network_used "${pod_cidr%/*}"; then ip route replace "$pod_cidr" via "$address" dev "$link"; fi
}

remove_network() {
  ip link delete "$link" 2>/dev/null || true
  ip netns delete "$netns" 2>/dev/null || true
}

make_mounts() {
  local pair path setting
  if [ -e "$state/node/mnt" ] && [ "$(stat -f -c %T "$state/node/mnt")" = nsfs ]; then return; fi
  for pair in "${PRIVATE_PATHS[@]}"; do
    path=${pair%%:*}
    if [ ! -d "$path" ]; then
      # A mount needs a folder to lie on; `down` of the last lab removes those we made.
      echo "$path" >>"$lab_home/.made-folders"
      mkdir -p "$path"
    fi
    mkdir -p "$state/node/${pair##*:}"
  done
  for pair in "${KERNEL_SETTINGS[@]}"; do
    setting=${pair%%:*}
    mkdir -p "$state/node/sys/$(dirname "$setting")"
    echo "${pair##*:}" >"$state/node/sys/$setting"
  done
  # A namespace's file must lie on a mount that does not propagate.
  if ! mountpoint -q "$state/node"; then
    mount --bind "$state/node" "$state/node"
    mount --make-private "$state/node"
  fi
  if mountpoint -q "$state/node/mnt.new"; then umount "$state/node/mnt.new"; fi
  : >"$state/node/mnt.new"
  # shellcheck disable=SC2016  # for the inner shell
  unshare --mount="$state/node/mnt.new" --propagation slave bash -euc '
    state=$1
    shift
    # Volumes mounted by one program of the node are seen by the others, not by the host.
    mount --make-rshared /
    for pair in "$@"; do mount --bind "$state/node/${pair##*:}" "${pair%%:*}"; done
    cd "$state/node/sys"
    find . -type f | while read -r setting; do
      if [ -e "/proc/sys/$setting" ]; then mount --bind "$setting" "/proc/sys/$setting"; fi
    done' lab-mounts "$state" "${PRIVATE_PATHS[@]}"
  # Appears under its name only when complete.
  : >"$state/node/mnt"
  mount --move "$state/node/mnt.new" "$state/node/mnt"
  rm -f "$state/node/mnt.new"
}

# Mounts of the host below the lab's folder, deepest first. Those inside end with their namespace.
lab_mounts() {
  awk -v below="$state/" 'index($5, below) == 1 { print length($5), $5 }' /proc/self/mountinfo |
    sort -rn | cut -d' ' -f2-
}

remove_mounts() {
  local path
  while read -r path; do
    umount --lazy "$(printf '%b' "$path")" 2>/dev/null || true
  done < <(lab_mounts)
}

# Loop devices whose file lies below the lab's folder, also when the file is deleted; before them those
# over such a device: the kubelet puts one over each raw block volume, and a killed one leaves it.
lab_loops() {
  local own
  own=$(losetup --list --noheadings --output NAME,BACK-FILE |
    awk -v state="$state/" 'index($2, state) == 1 { print $1 }')
  if [ -z "$own" ]; then return; fi
  losetup --list --noheadings --output NAME,BACK-INO,BACK-MAJ:MIN |
    while read -r device inode number; do
      if [ "$number" = "$(stat -c %Hd:%Ld /dev)" ] &&
        grep -qxF "$(find /dev -maxdepth 1 -inum "$inode" -name 'loop*')" <<<"$own"; then
        echo "$device"
      fi
    done
  echo "$own"
}

remove_loops() {
  local device
  while read -r device; do
    losetup --detach "$device" 2>/dev/null || true
  done < <(lab_loops)
}

# Removing a folder would take the mount of another lab on it along, so the last lab does it.
remove_made_folders() {
  local path
  if compgen -G "$lab_home/*/node/mnt" >/dev/null || [ ! -e "$lab_home/.made-folders" ]; then return 0; fi
  sort -ru "$lab_home/.made-folders" | while read -r path; do
    rmdir "$path" 2>/dev/null || true
  done
  rm -f "$lab_home/.made-folders"
}
