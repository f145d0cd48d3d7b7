// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.objectstore.PartBody;
import java.io.IOException;
import java.io.UncheckedIOException;
import software.amazon.awssdk.core.sync.RequestBody;

/** Bodies for the SDK; each try opens them again. */
final class S3Bodies {
  private static final String OCTETS = "application/octet-stream";

  private S3Bodies() {}

  static RequestBody of(PartBody body) {
    return RequestBody.fromContentProvider(
        () -> {
          try {
            return body.open();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        body.length(),
        OCTETS);
  }
}
