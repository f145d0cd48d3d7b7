// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import software.amazon.awssdk.core.exception.RetryableException;

/** A success that is not what an S3 server says when it succeeds. The message says what came. */
final class WrongAnswer extends RuntimeException {
  private final boolean passing;

  private WrongAnswer(String message, boolean passing) {
    super(message);
    this.passing = passing;
  }

  /** Somebody else answers. */
  static WrongAnswer of(String message) {
    return new WrongAnswer(message, false);
  }

  /** The answer was cut or the store stumbled: the SDK asks again. */
  static RetryableException passing(String message) {
    return RetryableException.create(message, new WrongAnswer(message, true));
  }

  boolean isPassing() {
    return passing;
  }
}
