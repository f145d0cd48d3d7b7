# The lab's programs, where their Go modules lie, and the one function that builds them; sourced.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # the script that sources this shares these names

modules=$root/lab/cluster/modules
build_cache=$tools_cache/lab

# Programs in the order they are built: what a control plane needs comes first.
readonly COMPONENTS=(
  etcd kube-apiserver kube-controller-manager kubectl kube-scheduler kubelet kube-proxy
  versitygw velero velero-plugin-for-aws velero-plugin-host coredns helm)

# What shares a module is built with the same versions of what it shares, which is then compiled once.
module_of() { # COMPONENT
  case $1 in
    versitygw) echo "$1" ;;
    *) echo cluster ;;
  esac
}

package_of() { # COMPONENT
  case $1 in
    etcd) echo go.etcd.io/etcd/server/v3 ;;
    kube*) echo "k8s.io/kubernetes/cmd/$1" ;;
    versitygw) echo github.com/versity/versitygw/cmd/versitygw ;;
    velero) echo github.com/vmware-tanzu/velero/cmd/velero ;;
    velero-plugin-for-aws) echo github.com/vmware-tanzu/velero-plugin-for-aws/velero-plugin-for-aws ;;
    velero-plugin-host) echo ./plugin-host ;;
    coredns) echo ./coredns ;;
    helm) echo helm.sh/helm/v3/cmd/helm ;;
    *) return 1 ;;
  esac
}

# Version of a module as the component's go.mod requires it.
version_of() { # COMPONENT MODULE-PATH
  sed -nE "s#^(require )?[[:space:]]*$2 (v[^ ]+).*#\2#p" "$modules/$(module_of "$1")/go.mod" | head -n 1
}

# What the linker writes into the program; without it programs call themselves v0.0.0 and clients complain.
ldflags_of() { # COMPONENT
  local flags="-s -w" version
  case $1 in
    kube*)
      version=$(version_of "$1" k8s.io/kubernetes)
      flags+=" -X k8s.io/component-base/version.gitVersion=$version"
      flags+=" -X k8s.io/component-base/version.gitMajor=$(cut -d. -f1 <<<"${version#v}")"
      flags+=" -X k8s.io/component-base/version.gitMinor=$(cut -d. -f2 <<<"${version#v}")"
      flags+=" -X k8s.io/client-go/pkg/version.gitVersion=$version"
      ;;
    velero)
      version=$(version_of "$1" github.com/vmware-tanzu/velero)
      flags+=" -X github.com/vmware-tanzu/velero/pkg/buildinfo.Version=$version"
      ;;
    helm)
      version=$(version_of "$1" helm.sh/helm/v3)
      flags+=" -X helm.sh/helm/v3/internal/version.version=$version"
      ;;
  esac
  echo "$flags"
}

# A main package of our own beside a go.mod: its sources.
sources_of() { # COMPONENT
  case $1 in
    velero-plugin-host) echo "$modules/cluster/plugin-host/main.go" ;;
    coredns) echo "$modules/cluster/coredns/main.go" ;;
  esac
}

# Where a component lies once it is built. A changed go.mod, go.sum or source of our own means another folder.
component_path() { # COMPONENT
  local module hash
  if [ -n "${KUBEBUILDER_ASSETS:-}" ] && [ -x "$KUBEBUILDER_ASSETS/$1" ]; then
    case $1 in
      kube-apiserver | etcd | kubectl)
        echo "$KUBEBUILDER_ASSETS/$1"
        return
        ;;
    esac
  fi
  module=$(module_of "$1")
  # shellcheck disable=SC2046 # one path without spaces, or none
  hash=$(cat "$modules/$module/go.mod" "$modules/$module/go.sum" $(sources_of "$1") | sha256sum | cut -c1-12)
  echo "$build_cache/$module-$hash/$1"
}

# Builds one component unless it is there. The program appears under its name only when complete.
build_component() { # COMPONENT PROGRESS
  local component=$1 progress=$2 program part started log
  program=$(component_path "$component")
  if is_built "$component"; then return; fi
  need_go
  mkdir -p "$(dirname "$program")"
  part=$program.part
  log=$program.log
  rm -f "$part"
  started=$SECONDS
  say "$progress building $component"
  # -mod=readonly: the build uses exactly what go.mod and go.sum name, or fails.
  # No cgo: the programs are static and do not depend on this machine's C compiler.
  if ! (cd "$modules/$(module_of "$component")" &&
    GOWORK=off GOFLAGS=-mod=readonly CGO_ENABLED=0 nice -n 5 "$GO" build -trimpath -buildvcs=false \
      -ldflags "$(ldflags_of "$component")" -o "$part" "$(package_of "$component")") >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    rm -f "$part"
    die "building $component failed: $(build_failure "$log") (all messages: $log)."
  fi
  mv "$part" "$program"
  rm -f "$log"
  say "$progress $component built in $((SECONDS - started)) s"
}

build_failure() { # LOG
  if grep -q 'checksum mismatch\|SECURITY ERROR' "$1"; then
    echo "a downloaded module does not match go.sum"
  elif grep -q 'no space left' "$1"; then
    echo "no disk space left; free some and run this again"
  elif grep -q 'dial tcp\|TLS handshake\|i/o timeout\|unexpected EOF\|connection re\|: 40[0-9] \|: 50[0-9] ' "$1"; then
    echo "a module could not be downloaded; run this again to go on from here"
  else
    echo "the compiler's messages are above"
  fi
}

# An empty file is what a crash of the machine can leave of a program.
is_built() { # COMPONENT
  local program
  program=$(component_path "$1")
  [ -x "$program" ] && [ -s "$program" ]
}

missing_components() { # COMPONENT...
  local component
  for component in "$@"; do
    is_built "$component" || echo "$component"
  done
}

# Builds those of the given components that are missing, one at a time.
build_components() { # COMPONENT...
  local missing n=0 started=$SECONDS lock component
  if [ -z "$(missing_components "$@")" ]; then return; fi
  mkdir -p "$build_cache"
  exec {lock}>"$build_cache/build.lock"
  if ! flock -n "$lock"; then
    say "another build is running; waiting for it"
    flock "$lock"
  fi
  mapfile -t missing < <(missing_components "$@")
  # An interrupted build leaves a program.part; it is built anew, never used.
  for component in "${missing[@]}"; do
    n=$((n + 1))
    build_component "$component" "[$n/${#missing[@]}]"
  done
  exec {lock}>&-
  if [ ${#missing[@]} -gt 1 ]; then
    say "${#missing[@]} components built in $((SECONDS - started)) s, kept in $build_cache"
  fi
}
