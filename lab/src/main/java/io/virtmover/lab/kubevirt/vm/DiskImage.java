// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.vm;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.virtmover.lab.kubevirt.launcher.QemuUser;
import io.virtmover.lab.qemu.VmDisk;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the disk of a volume is: the device of a block claim, {@code disk.img} in the root of a
 * file system. A file system without one gets an empty disk of the claim's size less the overhead
 * that KubeVirt reckons with.
 */
public final class DiskImage {
  static final String OVERHEAD_TEXT = "0.055";

  private static final double OVERHEAD = 0.055;
  private static final long UNIT = 1L << 20;

  private DiskImage() {}

  static VmDisk of(VmVolume volume, PersistentVolumeClaim claim, Path path, Optional<Path> backend)
      throws IOException {
    var overlay =
        backend.isPresent()
            ? Optional.of(overlayFolder(backend.get()).resolve(volume.name() + ".qcow2"))
            : Optional.<Path>empty();
    return new VmDisk(
        volume.name(),
        existingOrNew(claim, path),
        isBlock(claim) ? VmDisk.Kind.DEVICE : VmDisk.Kind.FILE,
        overlay);
  }

  /**
   * The device or file with the disk of a bound claim.
   *
   * @param path of the claim's volume
   */
  public static Path existingOrNew(PersistentVolumeClaim claim, Path path) throws IOException {
    if (isBlock(claim)) {
      return path;
    }
    var image = path.resolve("disk.img");
    if (!Files.exists(image)) {
      create(image, size(claim));
    }
    return image;
  }

  private static boolean isBlock(PersistentVolumeClaim claim) {
    return "Block".equals(claim.getSpec().getVolumeMode());
  }

  private static void create(Path image, long bytes) throws IOException {
    try (var file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(bytes);
    }
    QemuUser.own(image);
  }

  private static long size(PersistentVolumeClaim claim) {
    return usable(storage(claim.getSpec().getResources().getRequests()));
  }

  private static long usable(long bytes) {
    return (long) (bytes * (1 - OVERHEAD)) / UNIT * UNIT;
  }

  /** Bytes that the disk of a bound claim can have. */
  static Optional<Long> capacity(PersistentVolumeClaim claim) {
    return Optional.ofNullable(claim.getStatus())
        .map(status -> status.getCapacity())
        .map(DiskImage::storage)
        .map(bytes -> isBlock(claim) ? bytes : usable(bytes));
  }

  private static long storage(Map<String, Quantity> amounts) {
    var amount = amounts.get("storage");
    return amount == null ? 0 : amount.getNumericalAmount().longValueExact();
  }

  private static Path overlayFolder(Path backend) throws IOException {
    var folder = backend.resolve("cbt");
    if (!Files.isDirectory(folder)) {
      Files.createDirectory(folder);
      QemuUser.own(folder);
    }
    return folder;
  }
}
