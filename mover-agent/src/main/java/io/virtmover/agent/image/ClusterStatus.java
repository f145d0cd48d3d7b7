// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;

/** What an image knows about a cluster. */
public enum ClusterStatus {
  /** Absent here: in a full it reads as zeros, in an increment the parent has it. */
  HOLE(0),
  /** Reads as zeros, whatever the parent has. */
  ZERO(1),
  /** Stored in this image. */
  DATA(2);

  private final int code;

  ClusterStatus(int code) {
    this.code = code;
  }

  /** The number that stands for it in memory and in {@code .extents} objects; never changes. */
  public int code() {
    return code;
  }

  /** The status with a code. */
  public static ClusterStatus ofCode(int code) {
    return switch (code) {
      case 0 -> HOLE;
      case 1 -> ZERO;
      case 2 -> DATA;
      default ->
          throw new VirtMoverException(
              FailureKind.CORRUPT_BACKUP, "%d is not a cluster status.".formatted(code));
    };
  }
}
