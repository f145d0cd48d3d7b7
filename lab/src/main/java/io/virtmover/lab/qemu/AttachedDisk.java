// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.qemu;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A disk of a VM, its number there, and the names of its nodes in QEMU. */
final class AttachedDisk {
  private final VmDisk disk;
  private final int number;
  private long size;

  AttachedDisk(VmDisk disk, int number) {
    this.disk = disk;
    this.number = number;
    this.size = sizeOf(disk.data());
  }

  private static long sizeOf(Path data) {
    try (var channel = FileChannel.open(data, StandardOpenOption.READ)) {
      return channel.size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String volume() {
    return disk.volume();
  }

  Path data() {
    return disk.data();
  }

  boolean isTracked() {
    return disk.overlay().isPresent();
  }

  Path overlay() {
    return disk.overlay().orElseThrow();
  }

  long size() {
    return size;
  }

  void resized(long now) {
    size = now;
  }

  /** The guest's name for it. */
  String target() {
    return "vd" + (char) ('a' + number);
  }

  /** The disk's image; backups read it and bitmaps belong to it. */
  String node() {
    return node("disk");
  }

  /**
   * What the guest writes to. A backup puts its copy-before-write filter between this node and the
   * image, and QEMU lets nobody write to the image past the filter.
   */
  String guestNode() {
    return node("guest");
  }

  /** A node that belongs to this disk. */
  String node(String kind) {
    return kind + number;
  }

  /** Unique per backup, so that a late event of an earlier job is not taken for this one's. */
  String job(String kind, String checkpoint) {
    return kind + number + "-" + checkpoint;
  }

  /** Opens the disk in QEMU; the overlay is made when it does not exist yet. */
  void attach(Qemu qemu, int clusterSize) {
    qemu.add(node("data"), disk.kind(), data());
    if (isTracked()) {
      attachOverlay(qemu, clusterSize);
    } else {
      addRaw(qemu, node(), node("data"));
    }
    addRaw(qemu, guestNode(), node());
  }

  private static void addRaw(Qemu qemu, String node, String file) {
    qemu.execute(
        "blockdev-add",
        qemu.arguments()
            .put("driver", "raw")
            .put("node-name", node)
            .put("file", file)
            .put("discard", "unmap"));
  }

  private void attachOverlay(Qemu qemu, int clusterSize) {
    if (!Files.exists(overlay())) {
      createOverlay(qemu, clusterSize);
    } else {
      qemu.addFile(node("meta"), overlay());
    }
    qemu.execute(
        "blockdev-add",
        qemu.arguments()
            .put("driver", "qcow2")
            .put("node-name", node())
            .put("file", node("meta"))
            .put("data-file", node("data"))
            .put("discard", "unmap"));
  }

  private void createOverlay(Qemu qemu, int clusterSize) {
    try {
      Files.createFile(overlay());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    qemu.addFile(node("meta"), overlay());
    qemu.createImage(
        qemu.arguments()
            .put("driver", "qcow2")
            .put("file", node("meta"))
            .put("data-file", node("data"))
            .put("data-file-raw", true)
            .put("size", size)
            .put("cluster-size", clusterSize));
    qemu.remove(node("data"));
    trim();
    qemu.add(node("data"), disk.kind(), data());
  }

  /** Puts the disk into the machine, before it runs. */
  void plug(Qemu qemu) {
    qemu.execute(
        "device_add",
        qemu.arguments()
            .put("driver", "virtio-blk-pci")
            .put("id", node("device"))
            .put("drive", guestNode()));
  }

  /** QEMU rounds the raw file up to whole clusters of the overlay; this takes it back. */
  void trim() {
    switch (disk.kind()) {
      case FILE -> {
        try (var raw = new RandomAccessFile(data().toFile(), "rw")) {
          raw.setLength(size);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      case DEVICE -> {}
    }
  }
}
