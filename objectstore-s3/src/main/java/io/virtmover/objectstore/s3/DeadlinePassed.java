// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

/** An operation's time is over; no further try. */
final class DeadlinePassed extends RuntimeException {
  DeadlinePassed(String message, Throwable cause) {
    super(message, cause);
  }
}
