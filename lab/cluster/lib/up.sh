# Starts a lab, or what of it does not run; sourced.
# shellcheck shell=bash
# shellcheck disable=SC2154  # names set by state.sh and the script that sources this

start_lab() {
  local started=$SECONDS since
  check_host
  prepare_state
  choose_kubevirt
  need_packages
  choose_number
  build_components "${COMPONENTS[@]}"
  need_lab_classes
  build_images
  make_rootfs guest
  local building=$((SECONDS - started))
  if [ "$building" -gt 5 ]; then say "everything is built ($building s)"; fi
  started=$SECONDS
  since=$(date +%s)
  say "starting the lab '$lab' at $address"
  forget_dead
  make_cgroups
  make_network
  make_mounts
  make_identities
  start_control_plane
  start_containerd
  start_s3
  await containerd 30 "containerd answers" ctr_lab version
  import_images
  await kube-apiserver 60 "the API server is ready" api_ready
  start_controllers
  start_kubelet
  start_dns
  start_services
  install_velero
  await kubelet 60 "the node is ready" node_ready_since "$since"
  say "node ready ($((SECONDS - started)) s)"
  await coredns 30 "cluster DNS is ready" dns_ready
  await s3-http 20 "the S3 server answers" s3_answers "$s3_http"
  await s3-https 20 "the S3 server answers" s3_answers "$s3_https"
  await_services
  await_locations "$since"
  say "the lab '$lab' is up ($((SECONDS - started)) s): node ready, Velero's locations available"
  say "kubectl: lab/lab${lab_option:-} kubectl get pods -A, or KUBECONFIG=$kubeconfig"
}
