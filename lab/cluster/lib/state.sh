# A lab's name, number, addresses and folders; sourced.
# shellcheck shell=bash
# shellcheck disable=SC2154  # names set by state.sh and the script that sources this
# shellcheck disable=SC2034  # the other files of this folder use these

lab_home=${VIRTMOVER_LAB_HOME:-/var/lib/virtmover-lab}

# Everything that has a name of its own per lab is named here.
name_lab() { # NAME
  [[ $1 =~ ^[a-z][a-z0-9-]{0,11}$ ]] ||
    die "'$1' cannot be a lab's name: use at most 12 of a-z, 0-9 and -, beginning with a letter."
  lab=$1
  state=$lab_home/$lab
  netns=virtmover-$lab
  link=vm-$lab # a network link's name has at most 15 characters
  cgroup=virtmover-lab/$lab
  kubeconfig=$state/kubeconfig
  if [ -s "$state/number" ]; then number_lab "$(cat "$state/number")"; fi
}

number_lab() { # NUMBER
  number=$1
  address=10.89.$number.1
  host_address=10.89.$number.254
  pod_cidr=10.88.$number.0/24
  # Only seen inside the namespace, so all labs share them.
  service_cidr=10.96.0.0/16
  api_service=10.96.0.1
  dns_service=10.96.0.10
  s3_http=http://$address:7070
  s3_https=https://$address:7443
}

# Finds a number whose addresses nobody on this machine uses, and remembers it for the lab's life.
choose_number() {
  local candidate other
  if [ -n "${number:-}" ]; then
    if address_used "$number"; then
      die "the address range 10.89.$number.0/24 of the lab '$lab' is in use by another network of this" \
        "machine (ip -4 address). Remove that network, or run lab/lab --name $lab reset."
    fi
    return
  fi
  for candidate in $(seq 0 250); do
    for other in "$lab_home"/*/number; do
      if [ -s "$other" ] && [ "$(cat "$other")" = "$candidate" ]; then continue 2; fi
    done
    if address_used "$candidate"; then continue; fi
    echo "$candidate" >"$state/number"
    number_lab "$candidate"
    return
  done
  die "no address range 10.89.<n>.0/24 is free on this machine."
}

address_used() { # NUMBER
  network_used "10.89.$1.1"
}

# True when another network of this machine has the address. A route to a whole company's 10.0.0.0/8 is none.
network_used() { # ADDRESS
  ip -4 -o route show to match "$1" |
    awk -v link="$link" '
      $1 != "default" && (split($1, prefix, "/") < 2 || prefix[2] >= 16) {
        for (i = 1; i < NF; i++) if ($i == "dev" && $(i + 1) != link) used = 1
      }
      END { exit !used }'
}

prepare_state() {
  local folder
  install -d -m 755 "$lab_home" "$state"
  for folder in run logs pki etcd containerd cni kubelet s3 images manifests node config; do
    install -d "$state/$folder"
  done
  chmod 700 "$state/pki"
}

# One `up`, `down` or `reset` of a lab at a time.
lock_lab() {
  install -d -m 755 "$lab_home"
  exec {lab_lock}>"$lab_home/.$lab.lock"
  if ! flock -n "$lab_lock"; then
    say "another lab/lab is working on the lab '$lab'; waiting for it"
    flock "$lab_lock"
  fi
}

need_up() {
  if [ ! -e "/run/netns/$netns" ] || [ ! -s "$kubeconfig" ]; then
    die "the lab '$lab' is not running; start it with lab/lab${lab_option:-} up."
  fi
}
