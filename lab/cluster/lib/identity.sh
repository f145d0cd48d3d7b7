# The lab's certificates, tokens and kubeconfigs; made once per lab and kept; sourced.
# shellcheck shell=bash
# shellcheck disable=SC2154  # names set by state.sh and the script that sources this

# Program, user, group: each with the rights Kubernetes gives that user, no more.
readonly IDENTITIES=(
  "admin admin system:masters"
  "kube-controller-manager system:kube-controller-manager"
  "kube-scheduler system:kube-scheduler"
  "kube-proxy system:kube-proxy"
  "kubelet system:node:lab system:nodes"
  "coredns lab:coredns")

make_authority() { # NAME-OF-FILE COMMON-NAME
  local file=$state/pki/$1
  if [ -s "$file.crt" ]; then return; fi
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=$2" \
    -addext keyUsage=critical,keyCertSign,cRLSign -keyout "$file.key" -out "$file.crt.part" 2>/dev/null
  mv "$file.crt.part" "$file.crt"
}

make_certificate() { # AUTHORITY NAME-OF-FILE SUBJECT USAGE NAMES
  local file=$state/pki/$2
  # Renewed a month before it ends; the authority stays.
  if [ -s "$file.crt" ] && openssl x509 -checkend 2592000 -noout -in "$file.crt" >/dev/null; then return; fi
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "$3" \
    -keyout "$file.key" -out "$file.csr" 2>/dev/null
  openssl x509 -req -in "$file.csr" -CA "$state/pki/$1.crt" -CAkey "$state/pki/$1.key" \
    -CAcreateserial -days 365 -out "$file.crt.part" \
    -extfile <(printf 'extendedKeyUsage=%s\n%s' "$4" "${5:+subjectAltName=$5}") 2>/dev/null
  rm -f "$file.csr"
  mv "$file.crt.part" "$file.crt"
}

make_identities() {
  make_authority ca "virtmover lab"
  make_authority s3-ca "virtmover lab S3"
  make_certificate ca apiserver /CN=kube-apiserver serverAuth \
    "IP:$address,IP:$api_service,IP:127.0.0.1,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local"
  make_certificate ca apiserver-kubelet /O=system:masters/CN=kube-apiserver clientAuth ""
  make_certificate ca kubelet /O=system:nodes/CN=system:node:lab serverAuth "IP:$address,DNS:lab"
  make_certificate s3-ca s3 /CN=s3 serverAuth "IP:$address,DNS:s3,DNS:s3.lab"
  if [ ! -s "$state/pki/sa.key" ]; then
    openssl genrsa -out "$state/pki/sa.key.part" 2048 2>/dev/null
    mv "$state/pki/sa.key.part" "$state/pki/sa.key"
  fi
  make_tokens
}

make_tokens() {
  local entry program user group
  if [ ! -s "$state/pki/tokens.csv" ]; then
    for entry in "${IDENTITIES[@]}"; do
      read -r program user group <<<"$entry"
      echo "$(openssl rand -hex 24),$user,$program,\"$group\""
    done >"$state/pki/tokens.csv.part"
    mv "$state/pki/tokens.csv.part" "$state/pki/tokens.csv"
  fi
  for entry in "${IDENTITIES[@]}"; do
    program=${entry%% *}
    write_kubeconfig "$program" "$state/pki/$program.kubeconfig"
  done
  # The same for people, where they find it.
  write_kubeconfig admin "$kubeconfig"
}

write_kubeconfig() { # PROGRAM FILE
  local token
  token=$(awk -F, -v program="$1" '$3 == program { print $1 }' "$state/pki/tokens.csv")
  (
    umask 077
    cat >"$2.part" <<END
apiVersion: v1
kind: Config
clusters:
  - name: $lab
    cluster:
      server: https://$address:6443
      certificate-authority-data: $(base64 -w0 "$state/pki/ca.crt")
users:
  - name: $1
    user:
      token: $token
contexts:
  - name: $lab
    context:
      cluster: $lab
      user: $1
current-context: $lab
END
  )
  mv "$2.part" "$2"
}
