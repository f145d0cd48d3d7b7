// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.provisioner;

import io.virtmover.lab.programs.Folders;
import io.virtmover.lab.reconcile.HostCommand;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Volumes of this host, one folder each: {@code image} is the volume, {@code mount} its mounted
 * file system or {@code device} a link to its loop device. Every method may be repeated after a
 * crash.
 */
final class VolumeStore {
  private static final int BLOCK = 4096;

  private final Path volumes;

  VolumeStore(Path volumes) {
    this.volumes = volumes;
  }

  /**
   * Makes a volume, or opens the one that exists.
   *
   * @param bytes its size, rounded up to whole blocks of 4 KiB
   * @return the path that a persistent volume of the kind {@code local} names
   */
  Path create(String name, VolumeMode mode, long bytes) throws IOException {
    var image = image(name);
    if (!Files.exists(image)) {
      Files.createDirectories(image.getParent());
      var unfinished = image.resolveSibling("image.new");
      Files.deleteIfExists(unfinished);
      setLength(unfinished, bytes);
      if (mode == VolumeMode.FILESYSTEM) {
        format(unfinished);
      }
      Files.move(unfinished, image, StandardCopyOption.ATOMIC_MOVE);
    }
    return open(name, mode);
  }

  /** Attaches and mounts a volume that exists; its path. */
  Path open(String name, VolumeMode mode) throws IOException {
    if (!Files.exists(image(name))) {
      throw new IOException("the image of volume " + name + " is gone");
    }
    var device = device(name);
    if (device.isEmpty()) {
      device = Optional.of(HostCommand.run("losetup", "--find", "--show", image(name).toString()));
    }
    return switch (mode) {
      case FILESYSTEM -> mount(name, device.get());
      case BLOCK -> link(name, device.get());
    };
  }

  /**
   * Grows a volume. A mounted file system grows where this process has CAP_SYS_RESOURCE; elsewhere
   * as soon as nobody uses it.
   *
   * @throws IOException while it cannot grow because somebody uses it
   */
  void grow(String name, VolumeMode mode, long bytes) throws IOException {
    open(name, mode);
    if (Files.size(image(name)) < bytes) {
      setLength(image(name), bytes);
    }
    var device = device(name).orElseThrow();
    HostCommand.run("losetup", "--set-capacity", device);
    if (mode == VolumeMode.FILESYSTEM) {
      growFileSystem(name, device);
    }
  }

  private void growFileSystem(String name, String device) throws IOException {
    try {
      HostCommand.run("resize2fs", device);
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("Permission denied")) {
        throw e;
      }
      var users = users(name, device);
      if (!users.isEmpty()) {
        throw new IOException(
            "a mounted file system cannot grow here (the lab runs without CAP_SYS_RESOURCE); it"
                + " grows when no pod uses it any more, now it is mounted on "
                + users,
            e);
      }
      HostCommand.run("umount", folder(name).resolve("mount").toString());
      try {
        HostCommand.run("e2fsck", "-f", "-p", device);
        HostCommand.run("resize2fs", device);
      } finally {
        mount(name, device);
      }
    }
  }

  /** Mount points of a volume other than its own. */
  private List<Path> users(String name, String device) throws IOException {
    var own = folder(name).resolve("mount");
    return MountTable.read().pointsOf(device).stream().filter(point -> !point.equals(own)).toList();
  }

  /**
   * Deletes a volume.
   *
   * @throws IOException while somebody still uses it
   */
  void delete(String name) throws IOException {
    var device = device(name);
    if (device.isPresent()) {
      var mount = folder(name).resolve("mount");
      var users = users(name, device.get());
      if (!users.isEmpty() || isBackingLoopDevice(device.get())) {
        throw new IOException(
            "volume %s is still in use %s"
                .formatted(name, users.isEmpty() ? "as a device" : users));
      }
      if (MountTable.read().contains(mount)) {
        HostCommand.run("umount", mount.toString());
      }
      HostCommand.run("losetup", "--detach", device.get());
    }
    Folders.delete(folder(name));
  }

  private Path folder(String name) {
    return volumes.resolve(name);
  }

  private Path image(String name) {
    return folder(name).resolve("image");
  }

  private static void setLength(Path file, long bytes) throws IOException {
    try (var image = new RandomAccessFile(file.toFile(), "rw")) {
      image.setLength(Math.ceilDiv(bytes, BLOCK) * BLOCK);
    }
  }

  /**
   * No journal, no reserved blocks, few inodes: nearly all of the requested size can be used, also
   * of a volume of a few MiB. The host's page cache keeps it safe as long as the host itself lives.
   */
  private static void format(Path image) throws IOException {
    HostCommand.run(
        "mkfs.ext4",
        "-q",
        "-F",
        "-b",
        "4096",
        "-m",
        "0",
        "-i",
        "32768",
        "-O",
        "^has_journal",
        image.toString());
  }

  private Optional<String> device(String name) throws IOException {
    var devices =
        HostCommand.run(
            "losetup", "--noheadings", "--output", "NAME", "--associated", image(name).toString());
    return devices.lines().map(String::strip).filter(line -> !line.isEmpty()).findFirst();
  }

  private static boolean isBackingLoopDevice(String device) throws IOException {
    var backing = HostCommand.run("losetup", "--noheadings", "--list", "--output", "BACK-FILE");
    return Arrays.stream(backing.split("\n")).anyMatch(line -> line.strip().equals(device));
  }

  private Path mount(String name, String device) throws IOException {
    var point = folder(name).resolve("mount");
    Files.createDirectories(point);
    if (!MountTable.read().contains(point)) {
      HostCommand.run("mount", "-t", "ext4", device, point.toString());
    }
    return point;
  }

  /** A persistent volume's path never changes, the number of a loop device does. */
  private Path link(String name, String device) throws IOException {
    var link = folder(name).resolve("device");
    if (!Files.isSymbolicLink(link) || !Files.readSymbolicLink(link).toString().equals(device)) {
      var next = folder(name).resolve("device.new");
      Files.deleteIfExists(next);
      Files.createSymbolicLink(next, Path.of(device));
      Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
    }
    return link;
  }
}
