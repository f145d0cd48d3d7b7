// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import org.jspecify.annotations.Nullable;

/**
 * A multipart upload is not open any more, or its parts are not those that were sent: somebody
 * completed it, aborted it, or sent other parts into it. {@code CONFLICT}.
 */
public final class UploadGoneException extends VirtMoverException {
  public UploadGoneException(String message) {
    this(message, null);
  }

  public UploadGoneException(String message, @Nullable Throwable cause) {
    super(FailureKind.CONFLICT, message, cause);
  }
}
