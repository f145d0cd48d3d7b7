// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore;

import io.virtmover.failure.CleanUp;
import io.virtmover.failure.VirtMoverException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A multipart upload that does not become an object. A store may go on taking in a part whose
 * sender has gone, after the upload was aborted, and then has to be told again (Amazon S3, API
 * reference, AbortMultipartUpload).
 */
public record AbandonedUpload(ObjectStore store, MultipartUpload upload) {
  private static final int TRIES = 4;
  private static final Duration PAUSE = Duration.ofMillis(100);

  /**
   * Aborts it, also for a thread that was interrupted.
   *
   * @param hadPartsUnderWay whether a sender was stopped: then it is looked whether parts are left
   */
  public void end(boolean hadPartsUnderWay) {
    CleanUp.evenIfInterrupted(
        () -> {
          store.abortMultipart(upload);
          for (var again = 1; hadPartsUnderWay && again < TRIES; again++) {
            LockSupport.parkNanos(again * PAUSE.toNanos());
            if (!hasParts()) {
              return;
            }
            store.abortMultipart(upload);
          }
        });
  }

  /** A store that does not tell is not asked again. */
  private boolean hasParts() {
    try {
      return !store.uploadedParts(upload).isEmpty();
    } catch (VirtMoverException e) {
      return false;
    }
  }
}
