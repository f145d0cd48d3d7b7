// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Where an image's side object is: inside the checkpoint record if it is small, otherwise an
 * object.
 *
 * @param inline its content
 * @param path relative to the root, where it is an object
 * @param crc32c of the whole content
 */
public record ExtentsRef(
    Optional<ByteBuffer> inline, Optional<String> path, long size, int crc32c) {}
