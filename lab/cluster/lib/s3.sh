# The lab's S3 server: one data folder, served with and without TLS; sourced.
# shellcheck shell=bash
# shellcheck disable=SC2154  # names set by state.sh and the script that sources this

readonly S3_ACCESS=lab S3_SECRET=lab-secret S3_BUCKET=velero

start_s3() {
  mkdir -p "$state/s3/data/$S3_BUCKET" "$state/s3/meta"
  # The certificate people and locations trust.
  install -m 644 "$state/pki/s3-ca.crt" "$state/s3/ca.crt"
  (
    umask 077
    printf '[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$S3_ACCESS" "$S3_SECRET" \
      >"$state/s3/credentials"
  )
  start_gateway s3-http "${s3_http#http://}"
  start_gateway s3-https "${s3_https#https://}" --cert "$state/pki/s3.crt" --key "$state/pki/s3.key"
}

start_gateway() { # COMPONENT ADDRESS OPTION...
  local component=$1 listen=$2
  shift 2
  start "$component" "$(component_path versitygw)" --access "$S3_ACCESS" --secret "$S3_SECRET" \
    --port "$listen" --quiet "$@" posix --sidecar "$state/s3/meta" "$state/s3/data"
}

# A request that carries a signature, so an answer means that S3 itself works. The digest is that of
# nothing; older curls do not send it themselves.
s3_answers() { # URL
  curl -sf -m 3 --cacert "$state/s3/ca.crt" --aws-sigv4 aws:amz:us-east-1:s3 \
    --header "x-amz-content-sha256: $(printf '' | sha256sum | cut -d' ' -f1)" \
    --user "$S3_ACCESS:$S3_SECRET" "$1/$S3_BUCKET"
}
