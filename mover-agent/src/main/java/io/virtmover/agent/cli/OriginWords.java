// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.domain.VolumeName;
import io.virtmover.failure.Addresses;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.DiskOrigin;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.OptionalLong;

/** What people write for a disk's source: the path of a file, or the https address of a volume. */
final class OriginWords {
  private OriginWords() {}

  /**
   * Reads a source.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} if it is neither, or the size does not fit
   */
  static DiskOrigin of(VolumeName volume, String source, OptionalLong size) {
    try {
      if (source.regionMatches(true, 0, "https:", 0, 6)) {
        return DiskOrigin.Export.of(source, size.orElseThrow(OriginWords::lacksSize));
      }
      if (source.contains("://")) {
        throw invalid(
            "'%s' is neither a file nor an https address; an export is read over https only."
                .formatted(Addresses.shown(source)));
      }
      return new DiskOrigin.PushedFile(Path.of(source), size);
    } catch (InvalidPathException e) {
      throw invalid(
          "Disk %s: %s is not the path of a file.".formatted(volume, Addresses.shown(source)));
    } catch (VirtMoverException e) {
      throw e.at("Disk " + volume);
    }
  }

  private static VirtMoverException lacksSize() {
    return invalid(
        "It comes from an export: add ,size=BYTES, because an export's map does not tell the size reliably.");
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
