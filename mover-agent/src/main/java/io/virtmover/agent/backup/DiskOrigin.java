// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.domain.VolumeName;
import io.virtmover.failure.Addresses;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Where a disk's blocks are to be had. */
public sealed interface DiskOrigin {
  /**
   * A qcow2 file that KubeVirt pushed.
   *
   * @param size bytes that the guest is said to see, where that is known
   */
  record PushedFile(Path file, OptionalLong size) implements DiskOrigin {}

  /**
   * A volume behind KubeVirt's export endpoints.
   *
   * @param address https
   * @param size bytes that the guest sees, which an export's map does not tell reliably
   */
  record Export(URI address, long size) implements DiskOrigin {}

  /** Another word for it, as in the bucket: {@code push} or {@code pull}. */
  default String mode() {
    return switch (this) {
      case PushedFile _ -> "push";
      case Export _ -> "pull";
    };
  }

  /**
   * What people and requests write: the path of a file, or the https address of a volume.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} if it is neither, or the size does not fit
   */
  static DiskOrigin of(VolumeName volume, String source, OptionalLong size) {
    if (size.isPresent() && size.getAsLong() <= 0) {
      throw invalid("Disk %s cannot have a size of 0 bytes or less.".formatted(volume));
    }
    if (source.regionMatches(true, 0, "https:", 0, 6)) {
      var address = address(volume, source);
      return new Export(
          address,
          size.orElseThrow(
              () ->
                  invalid(
                      "Disk %s comes from an export: add ,size=BYTES, because an export's map does not tell the size reliably."
                          .formatted(volume))));
    }
    if (source.contains("://")) {
      throw invalid(
          "'%s' is neither a file nor an https address; an export is read over https only."
              .formatted(Addresses.shown(source)));
    }
    return new PushedFile(file(volume, source), size);
  }

  private static Path file(VolumeName volume, String source) {
    try {
      return Path.of(source);
    } catch (InvalidPathException e) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "Disk %s: %s is not the path of a file.".formatted(volume, Addresses.shown(source)),
          e);
    }
  }

  private static URI address(VolumeName volume, String source) {
    try {
      return URI.create(source);
    } catch (IllegalArgumentException e) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "Disk %s: '%s' is not an address.".formatted(volume, Addresses.shown(source)),
          e);
    }
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
