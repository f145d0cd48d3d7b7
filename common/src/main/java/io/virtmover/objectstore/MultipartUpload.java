// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore;

import java.time.Instant;

/** An open multipart upload: invisible to readers until completed. */
public record MultipartUpload(String key, String uploadId, Instant initiated) {}
