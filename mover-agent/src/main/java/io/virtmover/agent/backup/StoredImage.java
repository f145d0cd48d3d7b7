// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.agent.image.Geometry;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A disk's image as it lies in the bucket.
 *
 * @param inlineExtents the content of the side object, where it was too small to be an object
 * @param extentsEtag of the side object, where it is one
 * @param reusedBytes what an interrupted or another run had sent already
 */
record StoredImage(
    Geometry geometry,
    long imageSize,
    String etag,
    long dataBytes,
    long zeroBytes,
    String fingerprint,
    Optional<ByteBuffer> inlineExtents,
    Optional<String> extentsEtag,
    long extentsSize,
    int extentsCrc32c,
    long bytesRead,
    long reusedBytes) {}
