# Builds the images of images/list and imports them into the node, each only when changed; sourced.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # names set by state.sh and the script that sources this

image_cache=$build_cache/images
declare -A image_hash=() imported=()

# buildah with a store of its own, so that the host's images stay as they are; in mounts of its own, so
# that an interrupted build leaves none.
run_buildah() {
  nice -n 5 unshare --mount buildah --root "$image_cache/store" --runroot "$image_cache/run" \
    --storage-driver overlay --log-level error "$@"
}

# Calls COMMAND with the fields of every entry.
each_image() { # COMMAND
  local line fields
  while read -r line; do
    case $line in '' | '#'*) continue ;; esac
    read -ra fields <<<"$line"
    "$1" "${fields[@]}"
  done <"$root/lab/cluster/images/list"
}

# Prints where an input lies on this machine; makes it if it is one of ours.
input_path() { # INPUT
  local folder
  case $1 in
    program:*)
      build_components "${1#*:}"
      component_path "${1#*:}"
      ;;
    rootfs:*)
      make_rootfs "${1#*:}" >&2
      rootfs_path "${1#*:}"
      ;;
    go:*)
      folder=$root/lab/cluster/${1#*:}
      build_static "$folder"
      ;;
    *) echo "$root/$1" ;;
  esac
}

# A static program of our own; prints its path.
build_static() { # FOLDER
  local name program
  name=$(basename "$1")
  program=$image_cache/programs/$name-$(content_hash "$1")/$name
  if [ ! -x "$program" ]; then
    need_go
    mkdir -p "$(dirname "$program")"
    (cd "$1" && GOWORK=off GOFLAGS=-mod=readonly CGO_ENABLED=0 "$GO" build -trimpath -buildvcs=false \
      -ldflags "-s -w" -o "$program.part" .) || die "building $1 failed; its messages are above."
    mv "$program.part" "$program"
  fi
  echo "$program"
}

content_hash() { # PATH
  tar -C "$(dirname "$1")" --sort=name --mtime=@0 --owner=0 --group=0 -cf - "$(basename "$1")" |
    sha256sum | cut -c1-12
}

# Our own file systems are many megabytes and never change under their name.
input_hash() { # INPUT PATH
  case $1 in
    rootfs:* | program:* | go:*) echo "$2" ;;
    *) content_hash "$2" ;;
  esac
}

archive_path() { # NAME
  echo "$image_cache/$(tr / - <<<"$1")-${image_hash[$1]}.tar"
}

# The mark of a built image lies with what it stands for: base images are in buildah's store alone.
built_mark() { # NAME
  if [[ $1 == base/* ]]; then
    echo "$image_cache/store/built-$(tr / - <<<"$1")-${image_hash[$1]}"
  else
    echo "$(archive_path "$1").built"
  fi
}

# Builds an image unless one from the same inputs is there.
build_image() { # NAME BASE DOCKERFILE INPUT...
  local name=$1 dockerfile=$root/lab/cluster/$3 input other path hash context started=$SECONDS
  local inputs=() paths=() images=("BASE_IMAGE=$2") hashes
  if [[ $3 == ./* ]]; then dockerfile=$root/$3; fi
  shift 3
  for input in "$@"; do
    case $input in
      image:*) images+=("${input#image:}") ;;
      *) inputs+=("$input") ;;
    esac
  done
  if [ ! -e "$dockerfile" ]; then
    say "image $name left out: $(realpath -ms --relative-to="$root" "$dockerfile") does not exist"
    return
  fi
  hashes=$(sha256sum <"$dockerfile")
  for input in "${images[@]}"; do
    other=${input#*=}
    if [ "$other" != scratch ] && [ -z "${image_hash[$other]:-}" ]; then
      say "image $name left out: its base $other was not built"
      return
    fi
    hashes+=" $input ${image_hash[$other]:-}"
  done
  for input in "${inputs[@]}"; do
    path=$(input_path "$input")
    if [ ! -e "$path" ]; then
      say "image $name left out: $(realpath -ms --relative-to="$root" "$path") does not exist (./mvnw package)"
      return
    fi
    paths+=("$path")
    hashes+=" $(input_hash "$input" "$path")"
  done
  hash=$(sha256sum <<<"$hashes" | cut -c1-12)
  image_hash[$name]=$hash
  if [ -e "$(built_mark "$name")" ]; then return; fi
  say "building image $name"
  context=$image_cache/context
  rm -rf "$context"
  mkdir -p "$context"
  for input in "${inputs[@]}"; do
    stage "$input" "${paths[0]}" "$context"
    paths=("${paths[@]:1}")
  done
  make_image "$name" "$dockerfile" "$context" "${images[@]}"
  rm -rf "$context"
  say "image $name built in $((SECONDS - started)) s"
}

stage() { # INPUT PATH CONTEXT
  local target
  case $1 in
    rootfs:*) ln "$2" "$3/rootfs.tar" 2>/dev/null || cp "$2" "$3/rootfs.tar" ;;
    */./*)
      target=$3/${1##*/./}
      mkdir -p "$(dirname "$target")"
      cp -a "$2" "$target"
      ;;
    *) cp -a "$2" "$3/" ;;
  esac
}

# The name of an image in buildah's store.
image_tag() { # NAME
  if [ "$1" = scratch ]; then
    echo scratch
  else
    echo "localhost/lab/$1:${image_hash[$1]}"
  fi
}

make_image() { # NAME DOCKERFILE CONTEXT ARG=IMAGE...
  local tag archive image images=() log=$image_cache/build.log
  tag=$(image_tag "$1")
  archive=$(archive_path "$1")
  for image in "${@:4}"; do images+=(--build-arg "${image%%=*}=$(image_tag "${image#*=}")"); done
  run_buildah bud --isolation chroot --pull-never --quiet --layers=false "${images[@]}" \
    --file "$2" --tag "$tag" "$3" >"$log" 2>&1 || {
    tail -n 8 "$log" >&2
    die "building image $1 failed; its messages: $log"
  }
  if [[ $1 != base/* ]]; then
    rm -f "$archive.part"
    run_buildah push --quiet "$tag" "docker-archive:$archive.part:docker.io/lab/$1:1" >"$log" 2>&1 || {
      tail -n 8 "$log" >&2
      die "writing image $1 failed; its messages: $log"
    }
    mv "$archive.part" "$archive"
    # Other work trees use the same cache, so what is merely different may still be wanted.
    find "$image_cache" -maxdepth 1 -name "$1-????????????.tar*" -mtime +7 -delete
  fi
  touch "$(built_mark "$1")"
}

build_images() {
  local lock
  mkdir -p "$image_cache"
  exec {lock}>"$image_cache/build.lock"
  if ! flock -n "$lock"; then
    say "another build of images is running; waiting for it"
    flock "$lock"
  fi
  each_image build_image
  exec {lock}>&-
}

# Imports an image into the node unless it has exactly that one. Sets imported[NAME] when it did.
import_image() { # NAME ...
  local name=$1 mark=$state/images/$1
  if [[ $name == base/* ]] || [ -z "${image_hash[$name]:-}" ]; then return; fi
  if [ "$(cat "$mark" 2>/dev/null)" = "${image_hash[$name]}" ] &&
    grep -qxF "docker.io/lab/$name:1" <<<"$node_images"; then return; fi
  say "importing image lab/$name:1"
  ctr_lab images import "$(archive_path "$name")" >/dev/null ||
    die "importing image $name into the node failed"
  echo "${image_hash[$name]}" >"$mark"
  imported[$name]=yes
}

import_images() {
  node_images=$(ctr_lab images ls -q)
  each_image import_image
}

show_image() { # NAME ...
  printf '%-24s %s\n' "$1" "${image_hash[$1]:-not built}"
}
