// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.domain.VolumeName;
import io.virtmover.failure.Addresses;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.DiskOrigin;
import io.virtmover.transfer.DiskSize;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** What people write for a disk's source: the path of a file, or the https address of a volume. */
final class OriginWords {
  private OriginWords() {}

  /**
   * Reads a source.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} if it is neither, or its size is said in a
   *     way that does not fit
   */
  static DiskOrigin of(VolumeName volume, String source, Optional<DiskSize> size) {
    try {
      if (source.regionMatches(true, 0, "https:", 0, 6)) {
        return DiskOrigin.Export.of(source, size.orElseThrow(OriginWords::lacksSize));
      }
      if (source.contains("://")) {
        throw invalid(
            "'%s' is neither a file nor an https address; an export is read over https only."
                .formatted(Addresses.shown(source)));
      }
      return new DiskOrigin.PushedFile(Path.of(source), exactly(size));
    } catch (InvalidPathException e) {
      throw invalid(
          "Disk %s: %s is not the path of a file.".formatted(volume, Addresses.shown(source)));
    } catch (VirtMoverException e) {
      throw e.at("Disk " + volume);
    }
  }

  private static OptionalLong exactly(Optional<DiskSize> size) {
    return switch (size.orElse(null)) {
      case null -> OptionalLong.empty();
      case DiskSize.Exactly(var bytes) -> OptionalLong.of(bytes);
      case DiskSize.AtMost _ ->
          throw invalid("It is a file, which tells its size: leave out ,atMost=BYTES.");
    };
  }

  private static VirtMoverException lacksSize() {
    return invalid(
        "It comes from an export, whose map does not tell the size reliably: add ,size=BYTES, or ,atMost=BYTES with a bound, such as the claim's capacity.");
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
