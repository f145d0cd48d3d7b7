// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * A restore of one disk onto a raw file or a block device.
 *
 * @param memory bytes for buffers at most; empty: what {@link MoverMemory#ofRestore} tells
 */
public record Restore(
    BackupName backup, VolumeName volume, Path target, Engine engine, OptionalLong memory)
    implements Task {
  /** How the chain becomes a disk. */
  public enum Engine {
    /** Live clusters only, straight onto the target. */
    NATIVE("native"),
    /** Download and convert with qemu-img: slow, needs space, independent. */
    QEMU_IMG("qemu-img");

    private final String spelling;

    Engine(String spelling) {
      this.spelling = spelling;
    }

    /** As requests and the command line spell it. */
    public String spelling() {
      return spelling;
    }

    /**
     * Reads {@code native} or {@code qemu-img}.
     *
     * @throws VirtMoverException {@code INVALID_REQUEST} for anything else
     */
    public static Engine parse(String text) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "native" -> NATIVE;
        case "qemu-img" -> QEMU_IMG;
        default ->
            throw new VirtMoverException(
                FailureKind.INVALID_REQUEST,
                "'%s' is not an engine: write native or qemu-img.".formatted(text));
      };
    }
  }

  /**
   * @throws VirtMoverException {@code INVALID_REQUEST} for memory that does not apply
   */
  public Restore {
    if (memory.isPresent() && engine == Engine.QEMU_IMG) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "A memory budget does not apply to the engine qemu-img; leave it out.");
    }
  }
}
