// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import java.io.IOException;

/** An exchange was ended because the store did not keep up; another try may do better. */
final class GaveUp extends IOException {
  GaveUp(String message, Throwable cause) {
    super(message, cause);
  }
}
