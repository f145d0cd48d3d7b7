// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import org.jspecify.annotations.Nullable;

/**
 * An upload that cannot become this image: another run has ended it, or began it from something
 * else. Nothing is lost but the way so far: the disk starts again with an upload of its own.
 */
final class LostUploadException extends RuntimeException {
  LostUploadException(String why, @Nullable Throwable cause) {
    super(why, cause);
  }
}
