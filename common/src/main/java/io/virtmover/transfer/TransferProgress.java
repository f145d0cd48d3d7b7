// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;

/**
 * How far a transfer is, as a mover tells it (docs/transfer-contract.md).
 *
 * @param id of the attempt
 * @param bytesDone moved, or found not to need it
 * @param totalBytes known to be moved by now; it can grow while a transfer looks at its disks
 */
public record TransferProgress(String id, long bytesDone, long totalBytes) {
  /**
   * @throws VirtMoverException {@code INVALID_REQUEST} for numbers that no transfer can have
   */
  public TransferProgress {
    var _ = TransferRequest.checkedId(id);
    if (bytesDone < 0 || totalBytes < 0) {
      throw invalid("A progress cannot have fewer than 0 bytes.");
    }
    if (bytesDone > totalBytes) {
      throw invalid("A progress cannot have more bytes done than there are in total.");
    }
  }

  /** A transfer that has done more than it expected has done all of it. */
  public static TransferProgress limited(String id, long bytesDone, long totalBytes) {
    return new TransferProgress(id, Math.min(bytesDone, totalBytes), totalBytes);
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
