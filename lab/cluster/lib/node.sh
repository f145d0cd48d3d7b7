# Control plane and node: configuration files and start, in the order they need each other; sourced.
# shellcheck shell=bash
# shellcheck disable=SC2154  # names set by state.sh and the script that sources this

kube() { # ARGUMENTS: kubectl as the lab's administrator
  "$(component_path kubectl)" --kubeconfig "$kubeconfig" "$@"
}

start_control_plane() {
  start etcd "$(component_path etcd)" --data-dir "$state/etcd" --log-level warn \
    --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 \
    --listen-peer-urls http://127.0.0.1:2380 --unsafe-no-fsync
  # Who writes what, so that tests can count it; the node's own programs left out.
  write_config audit.yaml <<END
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted]
rules:
- level: None
  userGroups: [system:nodes, "system:serviceaccounts:kube-system"]
- level: None
  users: [system:kube-controller-manager, system:kube-scheduler, system:kube-proxy, system:apiserver]
- level: Request
  verbs: [create, update, patch, delete, deletecollection]
  resources: [{group: velero.io}, {group: backup.kubevirt.io}]
- level: Metadata
  verbs: [create, update, patch, delete, deletecollection]
- level: None
END
  start kube-apiserver "$(component_path kube-apiserver)" --etcd-servers=http://127.0.0.1:2379 \
    --cert-dir="$state/pki" --bind-address="$address" --advertise-address="$address" --secure-port=6443 \
    --tls-cert-file="$state/pki/apiserver.crt" --tls-private-key-file="$state/pki/apiserver.key" \
    --client-ca-file="$state/pki/ca.crt" \
    --kubelet-client-certificate="$state/pki/apiserver-kubelet.crt" \
    --kubelet-client-key="$state/pki/apiserver-kubelet.key" \
    --kubelet-certificate-authority="$state/pki/ca.crt" \
    --kubelet-preferred-address-types=InternalIP \
    --service-account-issuer=https://kubernetes.default.svc \
    --service-account-signing-key-file="$state/pki/sa.key" \
    --service-account-key-file="$state/pki/sa.key" \
    --service-cluster-ip-range="$service_cidr" --authorization-mode=Node,RBAC \
    --enable-admission-plugins=NodeRestriction --token-auth-file="$state/pki/tokens.csv" \
    --audit-policy-file="$state/config/audit.yaml" --audit-log-path="$state/logs/audit.log" \
    --audit-log-maxsize=100 --audit-log-maxbackup=1 --allow-privileged=true
}

api_ready() { kube get --raw /readyz; }

start_controllers() {
  start kube-controller-manager "$(component_path kube-controller-manager)" \
    --kubeconfig="$state/pki/kube-controller-manager.kubeconfig" --use-service-account-credentials \
    --service-account-private-key-file="$state/pki/sa.key" --root-ca-file="$state/pki/ca.crt" \
    --leader-elect=false --allocate-node-cidrs --cluster-cidr="$pod_cidr" --node-cidr-mask-size=24 \
    --bind-address=127.0.0.1
  start kube-scheduler "$(component_path kube-scheduler)" \
    --kubeconfig="$state/pki/kube-scheduler.kubeconfig" --leader-elect=false --bind-address=127.0.0.1
}

start_containerd() {
  local ownership=${VIRTMOVER_LAB_DEVICE_OWNERSHIP:-true}
  case $ownership in true | false) ;; *)
    die "VIRTMOVER_LAB_DEVICE_OWNERSHIP is '$ownership'; it can be true or false." ;;
  esac
  write_config containerd.toml <<END
version = 2
root = "$state/containerd/root"
state = "$state/containerd/state"
oom_score = 0
disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.devmapper"]

[grpc]
  address = "$state/containerd.sock"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "docker.io/lab/pause:1"
  # Raising a process's priority against the kernel's out-of-memory killer is refused in many containers.
  restrict_oom_score_adj = true
  # A block volume's device belongs to the pod's user; without it only root can open it.
  device_ownership_from_security_context = $ownership
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$state/config/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      Root = "$state/containerd/runc"
END
  mkdir -p "$state/config/cni"
  write_config cni/10-lab.conflist <<END
{"cniVersion": "0.4.0", "name": "virtmover-lab", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "ranges": [[{"subnet": "$pod_cidr"}]],
            "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
END
  # What changed with its configuration is started again with it.
  if changed_since_start containerd config/containerd.toml; then end_components 50 containerd; fi
  start containerd containerd -c "$state/config/containerd.toml"
  remember_start containerd config/containerd.toml
}

ctr_lab() { inside ctr -a "$state/containerd.sock" -n k8s.io "$@"; }

start_kubelet() {
  write_config kubelet.yaml <<END
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $address
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: $state/pki/ca.crt}
authorization: {mode: Webhook}
tlsCertFile: $state/pki/kubelet.crt
tlsPrivateKeyFile: $state/pki/kubelet.key
cgroupDriver: cgroupfs
cgroupRoot: /$cgroup
failSwapOn: false
containerRuntimeEndpoint: unix://$state/containerd.sock
clusterDNS: [$dns_service]
clusterDomain: cluster.local
resolvConf: $state/config/resolv.conf
healthzBindAddress: 127.0.0.1
podLogsDir: /var/log/pods
serializeImagePulls: false
shutdownGracePeriod: 0s
# Only a disk that is really full evicts: this is a guest on somebody's machine.
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%}
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
END
  echo "nameserver $address" >"$state/config/resolv.conf"
  start kubelet "$(component_path kubelet)" --config="$state/config/kubelet.yaml" \
    --kubeconfig="$state/pki/kubelet.kubeconfig" --root-dir="$state/kubelet" \
    --hostname-override=lab --node-ip="$address"
  start kube-proxy "$(component_path kube-proxy)" --kubeconfig="$state/pki/kube-proxy.kubeconfig" \
    --hostname-override=lab --proxy-mode=iptables --cluster-cidr="$pod_cidr" \
    --conntrack-max-per-core=0 --conntrack-tcp-timeout-established=0 \
    --conntrack-tcp-timeout-close-wait=0 --healthz-bind-address=127.0.0.1 \
    --metrics-bind-address=127.0.0.1
}

# True when the node said Ready after the moment $1 (seconds since 1970), not in an earlier life.
node_ready_since() { # SECONDS
  local beat
  [ "$(kube get node lab -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}')" = True ] || return 1
  beat=$(kube -n kube-node-lease get lease lab -o 'jsonpath={.spec.renewTime}')
  [ "$(date -d "$beat" +%s)" -ge "$1" ]
}

start_dns() {
  write_config Corefile <<END
.:53 {
  bind $address
  errors
  health 127.0.0.1:8080
  ready 127.0.0.1:8181
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    kubeconfig $state/pki/coredns.kubeconfig
    pods verified
  }
  cache 5
  loadbalance
}
END
  kube apply -f "$root/lab/cluster/manifests/dns.yaml" >/dev/null
  sed "s/@ADDRESS@/$address/" "$root/lab/cluster/manifests/dns-endpoints.yaml" | kube apply -f - >/dev/null
  start coredns "$(component_path coredns)" -conf "$state/config/Corefile"
}

dns_ready() { inside curl -sf -m 2 http://127.0.0.1:8181/ready; }

write_config() { # FILE: standard input becomes the file
  cat >"$state/config/$1.part"
  mv "$state/config/$1.part" "$state/config/$1"
}

changed_since_start() { # COMPONENT FILE
  pid_of "$1" >/dev/null && ! cmp -s "$state/$2" "$state/run/$1.started-with"
}

remember_start() { # COMPONENT FILE
  cp "$state/$2" "$state/run/$1.started-with"
}
