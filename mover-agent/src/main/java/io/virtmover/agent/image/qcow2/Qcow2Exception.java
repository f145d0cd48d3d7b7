// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

/**
 * Why bytes are not a qcow2 image that can be read. The caller knows whether they came from a VM or
 * from the bucket and reports it accordingly.
 */
public final class Qcow2Exception extends RuntimeException {
  /** What stands in the way. */
  public enum Reason {
    /** The bytes are wrong. */
    DAMAGED(true, false),
    /** QEMU was not done with it, or has given it up; its tables may still be right. */
    NOT_CLEAN(true, true),
    ENCRYPTED(false, false),
    EXTERNAL_DATA_FILE(false, false),
    SUBCLUSTERS(false, true),
    UNKNOWN_VERSION(false, false),
    UNKNOWN_COMPRESSION(false, false),
    UNKNOWN_FEATURE(false, false),
    EMPTY_DISK(false, false);

    private final boolean damage;
    private final boolean readByQemu;

    Reason(boolean damage, boolean readByQemu) {
      this.damage = damage;
      this.readByQemu = readByQemu;
    }

    /** Whether the bytes are wrong; else they are right but beyond what VirtMover reads. */
    public boolean isDamage() {
      return damage;
    }

    /** Whether QEMU's own tools read such an image all the same. */
    public boolean isReadByQemu() {
      return readByQemu;
    }
  }

  private final Reason reason;
  private final long hostOffset;

  private Qcow2Exception(Reason reason, long hostOffset, String message) {
    super(message);
    this.reason = reason;
    this.hostOffset = hostOffset;
  }

  static Qcow2Exception damaged(long hostOffset, String message) {
    return damaged(Reason.DAMAGED, hostOffset, message);
  }

  static Qcow2Exception damaged(Reason reason, long hostOffset, String message) {
    return new Qcow2Exception(
        reason, hostOffset, "%s (at byte %d of the image)".formatted(message, hostOffset));
  }

  static Qcow2Exception unsupported(Reason reason, long hostOffset, String message) {
    return new Qcow2Exception(reason, hostOffset, message);
  }

  public Reason reason() {
    return reason;
  }

  /** Offset in the image file of the field that is wrong. */
  public long hostOffset() {
    return hostOffset;
  }
}
