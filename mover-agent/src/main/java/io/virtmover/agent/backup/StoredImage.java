// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.image.Geometry;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A disk's image as it lies in the bucket.
 *
 * @param inlineExtents the content of the side object, where it was too small to be an object
 * @param reusedBytes what an interrupted run had sent already
 * @param created whether this run made it visible, so that a failure of the backup removes it
 */
record StoredImage(
    Geometry geometry,
    long imageSize,
    String etag,
    long dataBytes,
    long zeroBytes,
    String fingerprint,
    Optional<ByteBuffer> inlineExtents,
    long extentsSize,
    int extentsCrc32c,
    long bytesRead,
    long reusedBytes,
    boolean created) {}
