// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.Checksum;

/**
 * The bytes of an upload, readable more than once: a store adapter that tries again opens it again
 * and gets the same bytes.
 */
public interface PartBody {
  /** Exact number of bytes that {@link #open} delivers. */
  long length();

  /** A new stream over the bytes, from the beginning. */
  InputStream open() throws IOException;

  /** Feeds all the bytes to a checksum. */
  void addTo(Checksum checksum);

  /** A body over memory. The buffers' content must not change until the upload has ended. */
  static PartBody of(List<ByteBuffer> buffers) {
    return new BufferBody(buffers);
  }

  /** A body over one array. */
  static PartBody of(byte[] bytes) {
    return new BufferBody(List.of(ByteBuffer.wrap(bytes)));
  }
}
