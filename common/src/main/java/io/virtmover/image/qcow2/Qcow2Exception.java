// SPDX-License-Identifier: Apache-2.0
package io.virtmover.image.qcow2;

/**
 * Why bytes are not a qcow2 image that can be read. The caller knows whether they came from a VM or
 * from the bucket and reports it accordingly.
 */
public final class Qcow2Exception extends RuntimeException {
  /** Whether the bytes are wrong, or right but beyond what VirtMover reads. */
  public enum Reason {
    CORRUPT,
    UNSUPPORTED
  }

  private final Reason reason;
  private final long hostOffset;

  private Qcow2Exception(Reason reason, long hostOffset, String message) {
    super(message);
    this.reason = reason;
    this.hostOffset = hostOffset;
  }

  static Qcow2Exception corrupt(long hostOffset, String message) {
    return new Qcow2Exception(
        Reason.CORRUPT, hostOffset, "%s (at byte %d of the image)".formatted(message, hostOffset));
  }

  static Qcow2Exception unsupported(long hostOffset, String message) {
    return new Qcow2Exception(Reason.UNSUPPORTED, hostOffset, message);
  }

  public Reason reason() {
    return reason;
  }

  /** Offset in the image file of the field that is wrong. */
  public long hostOffset() {
    return hostOffset;
  }
}
