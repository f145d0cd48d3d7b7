# Velero as its users install it: `velero install`, an unmodified Deployment, plugins as init
# containers; only the images are built here; sourced.
# shellcheck shell=bash
# shellcheck disable=SC2154  # names set by state.sh and the script that sources this

velero_cli() { "$(component_path velero)" --kubeconfig "$kubeconfig" --namespace velero "$@"; }

install_velero() {
  local log=$state/logs/velero-install.log
  if ! kube -n velero get deployment velero >/dev/null 2>&1; then
    say "installing Velero"
    # It asks for half a core by itself; on a small node there is room for little else then.
    velero_cli install --provider aws --image lab/velero:1 --plugins lab/velero-plugin-for-aws:1 \
      --bucket "$S3_BUCKET" --prefix oadp --secret-file "$state/s3/credentials" \
      --backup-location-config "region=us-east-1,s3Url=$s3_http,s3ForcePathStyle=true" \
      --use-volume-snapshots=false --features EnableCSI --velero-pod-cpu-request 100m >"$log" 2>&1 || {
      tail -n 5 "$log" >&2
      die "velero install failed; its messages: $log"
    }
  elif [ -n "${imported[velero]:-}${imported[velero-plugin-for-aws]:-}" ]; then
    say "Velero's images have changed; restarting it"
    kube -n velero rollout restart deployment velero >/dev/null
  fi
  if ! kube -n velero get backupstoragelocation tls >/dev/null 2>&1; then
    velero_cli backup-location create tls --provider aws --bucket "$S3_BUCKET" --prefix tls \
      --config "region=us-east-1,s3Url=$s3_https,s3ForcePathStyle=true" \
      --cacert "$state/s3/ca.crt" >>"$log" 2>&1 || die "the location tls could not be made; see $log"
  fi
  # A location is looked at once a minute by default; tests that break one want to see it sooner.
  kube -n velero patch backupstoragelocation default tls --type merge \
    -p '{"spec": {"validationFrequency": "10s"}}' >/dev/null
}

# True when Velero has found the location usable after the moment $2, not in an earlier life.
location_available_since() { # LOCATION SECONDS
  local phase validated
  read -r phase validated < <(kube -n velero get backupstoragelocation "$1" \
    -o 'jsonpath={.status.phase} {.status.lastValidationTime}') || true
  [ "$phase" = Available ] && [ "$(date -d "$validated" +%s)" -ge "$2" ]
}

await_locations() { # SECONDS-OF-START
  local deadline=$((SECONDS + 120)) location
  for location in default tls; do
    until location_available_since "$location" "$1" 2>/dev/null; do
      if [ $SECONDS -ge $deadline ]; then
        kube -n velero get pods,backupstoragelocations >&2 || true
        die "Velero's location '$location' did not become Available; look at lab/lab logs velero."
      fi
      sleep 0.5
    done
  done
}
