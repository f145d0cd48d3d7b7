# File systems that base images are made of: here, in the place of a registry; sourced.
# shellcheck shell=bash
# shellcheck disable=SC2154  # names set by state.sh and the script that sources this

readonly DEBIAN_SUITE=bookworm
debian_mirror=${VIRTMOVER_DEBIAN_MIRROR:-}

# What identifies a file system; a new one is made when it changes.
rootfs_key() { # NAME
  case $1 in
    debian) echo "$DEBIAN_SUITE" ;;
    glibc) echo "$DEBIAN_SUITE-$(declare -f make_glibc | sha256sum | cut -c1-8)" ;;
    guest) echo "$DEBIAN_SUITE-$({ declare -f make_guest && cat "$root/lab/cluster/guest/init"; } | sha256sum | cut -c1-8)" ;;
    java | jdk)
      need_jdk
      echo "$(sed -n 's/^JAVA_RUNTIME_VERSION="\(.*\)"/\1/p' "$JAVA_HOME/release" | tr -c 'a-zA-Z0-9.\n' -)-$(
        declare -f "make_$1" | sha256sum | cut -c1-8)"
      ;;
  esac
}

rootfs_path() { # NAME
  echo "$build_cache/images/rootfs-$1-$(rootfs_key "$1").tar"
}

# Makes one unless it is there.
make_rootfs() { # NAME
  local file folder started=$SECONDS
  file=$(rootfs_path "$1")
  if [ -s "$file" ]; then return; fi
  case $1 in glibc | guest) make_rootfs debian ;; esac
  folder=$build_cache/images/rootfs-$1.part
  rm -rf "$folder"
  mkdir -p "$folder"
  say "making the file system $1"
  "make_$1" "$folder"
  tar --numeric-owner --sort=name --mtime=@0 -C "$folder" -cf "$file.part" .
  mv "$file.part" "$file"
  rm -rf "$folder"
  say "file system $1 made in $((SECONDS - started)) s"
}

make_debian() { # FOLDER
  local log=$build_cache/images/debootstrap.log
  # A namespace of its own takes its mounts along when it is interrupted.
  unshare --mount nice -n 5 debootstrap --variant=minbase "$DEBIAN_SUITE" "$1" ${debian_mirror:+"$debian_mirror"} \
    >"$log" 2>&1 || {
    tail -n 3 "$log" >&2
    die "debootstrap failed; its messages: $log. VIRTMOVER_DEBIAN_MIRROR names another."
  }
  rm -rf "${1:?}"/var/cache/apt/archives/*.deb "${1:?}"/var/lib/apt/lists/* "${1:?}"/dev/*
}

# The libraries a program linked against glibc, or a Java runtime, may ask for.
make_glibc() { # FOLDER
  local libraries=usr/lib/x86_64-linux-gnu wanted=() library
  for library in ld-linux-x86-64.so.2 libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1 \
    libresolv.so.2 libnss_dns.so.2 libnss_files.so.2 libgcc_s.so.1 'libz.so.1*' 'libstdc++.so.6*'; do
    wanted+=("./$libraries/$library")
  done
  tar -C "$1" -xf "$(rootfs_path debian)" --wildcards "${wanted[@]}" ./lib ./lib64 ./usr/lib64 \
    ./usr/share/zoneinfo/UTC ./usr/share/zoneinfo/Etc/UTC 2>/dev/null || true
  if [ ! -e "$1/$libraries/libc.so.6" ] || [ ! -e "$1/lib64/ld-linux-x86-64.so.2" ]; then
    die "the C library was not found in the Debian file system"
  fi
  mkdir -p "$1"/{etc/ssl/certs,home/nonroot,proc,sys,dev}
  # Many programs need a /tmp; its mode is lost when a Dockerfile copies the folder itself.
  install -d -m 1777 "$1/tmp"
  chown 65532:65532 "$1/home/nonroot"
  printf 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n' \
    >"$1/etc/passwd"
  printf 'root:x:0:\nnonroot:x:65532:\n' >"$1/etc/group"
  printf 'hosts: files dns\n' >"$1/etc/nsswitch.conf"
}

make_java() { # FOLDER
  need_jdk
  mkdir -p "$1/opt"
  nice -n 5 "$JAVA_HOME/bin/jlink" --add-modules \
    java.se,jdk.crypto.ec,jdk.httpserver,jdk.jfr,jdk.management,jdk.management.agent,jdk.naming.dns,jdk.net,jdk.unsupported,jdk.zipfs \
    --strip-debug --no-header-files --no-man-pages --output "$1/opt/java" ||
    die "jlink of $JAVA_HOME failed; its messages are above."
}

# The whole JDK, for images that make a runtime of their own: jlink misses each file of it.
make_jdk() { # FOLDER
  need_jdk
  mkdir -p "$1/opt/java"
  tar -C "$JAVA_HOME" --dereference --exclude=./lib/src.zip -cf - . | tar -C "$1/opt/java" -xf -
}

# Kernel and initial file system of the Linux that VMs can boot: Debian's kernel, its busybox and guest/init.
make_guest() { # FOLDER
  local debian=$1/debian initrd=$1/tree module n=0 busybox log=$build_cache/images/guest.log
  mkdir -p "$debian" "$initrd"/{bin,modules,proc,sys,dev,mnt,tmp}
  tar -C "$debian" -xf "$(rootfs_path debian)"
  cp /etc/resolv.conf "$debian/etc/resolv.conf"
  # shellcheck disable=SC2016  # for the shell inside
  unshare --mount sh -c 'mount --rbind /dev "$0/dev" && exec chroot "$0" sh -ec "$1"' "$debian" '
    cd /root
    apt-get update -qq
    kernel=$(apt-cache depends linux-image-cloud-amd64 | sed -n "s/^ *Depends: \(linux-image-6[^ ]*\)$/\1/p")
    apt-get download -qq -o APT::Sandbox::User=root "$kernel" busybox-static
    for package in *.deb; do dpkg-deb -x "$package" out; done' >"$log" 2>&1 || {
    tail -n 3 "$log" >&2
    die "Debian's kernel package could not be had; messages: $log"
  }
  busybox=$debian/root/out/bin/busybox
  cp "$busybox" "$initrd/bin/"
  # Numbered, because each needs those before it.
  for module in virtio virtio_ring virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk; do
    n=$((n + 1))
    find "$debian/root/out/lib/modules" -name "$module.ko" -exec cp {} "$initrd/modules/$n-$module.ko" \;
  done
  install -m 755 "$root/lab/cluster/guest/init" "$initrd/init"
  (cd "$initrd" && find . | sort | "$busybox" cpio -o -H newc 2>/dev/null) | gzip -1n >"$1/initrd"
  cp "$debian"/root/out/boot/vmlinuz-* "$1/vmlinuz"
  rm -rf "$debian" "$initrd"
}
