// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image;

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

  /** Whether a number stands for a status; to be asked of one that comes from outside. */
  public static boolean isCode(int code) {
    return code >= HOLE.code && code <= DATA.code;
  }

  /** The status with a code. */
  public static ClusterStatus ofCode(int code) {
    return switch (code) {
      case 0 -> HOLE;
      case 1 -> ZERO;
      case 2 -> DATA;
      default -> throw new IllegalArgumentException("not a cluster status: " + code);
    };
  }
}
