# What a lab asks of the machine, looked at before anything is started; sourced.
# shellcheck shell=bash
# shellcheck disable=SC2154  # names set by state.sh and the script that sources this

# Free space in MiB for a first start (everything built) and for later ones.
readonly COLD_SPACE=15500 WARM_SPACE=3000

need_root() {
  if [ "$(uname -s)" != Linux ]; then
    die "the lab cluster needs Linux: it is a real node, with namespaces, cgroups and mounts."
  fi
  if [ "$(id -u)" -ne 0 ]; then
    die "the lab cluster needs root; run: sudo $0 $*"
  fi
}

check_host() {
  check_kernel
  check_space
  check_previous
}

check_kernel() {
  local feature
  for feature in overlay ext4; do
    if ! grep -qw "$feature" /proc/filesystems && ! modprobe "$feature" 2>/dev/null; then
      die "this kernel has no $feature file system; the lab cannot run here."
    fi
  done
  if [ ! -e /dev/loop-control ] && ! modprobe loop 2>/dev/null; then
    die "this kernel has no loop devices; the lab cannot run here."
  fi
  # Most failures here are a container without privileges, so it is tried rather than looked up.
  if ! unshare --net --mount true 2>/dev/null; then
    die "this machine allows no new network and mount namespaces (a container without privileges?)."
  fi
  if ! unshare --net ip link add lab-try type veth peer name lab-try2 2>/dev/null; then
    die "this kernel has no veth network devices; the lab cannot run here."
  fi
}

check_space() {
  local needed=$WARM_SPACE folder free
  if [ -n "$(missing_components "${COMPONENTS[@]}")" ]; then needed=$COLD_SPACE; fi
  for folder in "$lab_home" "${XDG_CACHE_HOME:-$HOME/.cache}"; do
    mkdir -p "$folder"
    free=$(df --output=avail -m "$folder" | tail -n 1)
    if [ "$free" -lt "$needed" ]; then
      die "$folder has $((free)) MiB free, the lab needs $needed MiB; free some, or set" \
        "VIRTMOVER_LAB_HOME and XDG_CACHE_HOME to another disk."
    fi
  done
}

# A lab whose recorded daemons are gone but whose processes live is a half-stopped one.
check_previous() {
  if [ ! -e "/run/netns/$netns" ] && [ -n "$(cgroup_pids)" ]; then
    die "processes of a previous lab '$lab' are still running; run lab/lab${lab_option:-} down first."
  fi
}

# Debian's packages, by the program that shows they are there. A host's own containerd or runc serves.
need_packages() {
  local pair missing=() guard=
  for pair in containerd:containerd containerd-shim-runc-v2:containerd runc:runc buildah:buildah \
    debootstrap:debootstrap ip:iproute2 iptables:iptables conntrack:conntrack mkfs.ext4:e2fsprogs \
    losetup:util-linux nsenter:util-linux curl:curl jq:jq openssl:openssl \
    qemu-img:qemu-utils qemu-system-x86_64:qemu-system-x86; do
    if ! command -v "${pair%%:*}" >/dev/null; then missing+=("${pair##*:}"); fi
  done
  if [ ! -x /usr/lib/cni/bridge ]; then missing+=(containernetworking-plugins); fi
  if [ ${#missing[@]} -eq 0 ]; then return; fi
  if ! command -v apt-get >/dev/null; then
    die "these Debian packages (or your distribution's equals) are missing: ${missing[*]}"
  fi
  say "installing ${missing[*]}"
  # containerd's package starts a service; the lab runs its own and wants none beside it.
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    guard=/usr/sbin/policy-rc.d
    printf '#!/bin/sh\nexit 101\n' >"$guard"
    chmod 755 "$guard"
  fi
  install_packages "${missing[@]}" >"$state/logs/packages.log" 2>&1 || {
    rm -f "$guard"
    die "could not install ${missing[*]}; install them by hand (apt-get install ${missing[*]})."
  }
  if [ -n "$guard" ]; then rm -f "$guard"; fi
}
