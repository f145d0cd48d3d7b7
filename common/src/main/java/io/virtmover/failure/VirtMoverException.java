// SPDX-License-Identifier: Apache-2.0
package io.virtmover.failure;

import org.jspecify.annotations.Nullable;

/**
 * A failure with a kind, a message for people (what happened, to what, what to do; one line), and a
 * cause. Caught once, at the edge of the program.
 */
public class VirtMoverException extends RuntimeException {
  private final FailureKind kind;

  public VirtMoverException(FailureKind kind, String message) {
    this(kind, message, null);
  }

  public VirtMoverException(FailureKind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public FailureKind kind() {
    return kind;
  }

  /** The same failure with a prefix that says where it happened. */
  public VirtMoverException at(String where) {
    return new VirtMoverException(kind, where + ": " + getMessage(), this);
  }

  @Override
  public String getMessage() {
    var message = super.getMessage();
    return message == null ? kind.name() : message;
  }
}
