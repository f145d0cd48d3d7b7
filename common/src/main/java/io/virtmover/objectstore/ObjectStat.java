// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore;

import java.time.Instant;
import java.util.Map;

/**
 * What the store says about an object. User metadata keys are lower case and without the {@code
 * x-amz-meta-} prefix; a listing leaves them empty.
 */
public record ObjectStat(
    String key, long size, String etag, Instant modified, Map<String, String> metadata) {
  public ObjectStat {
    metadata = Map.copyOf(metadata);
  }
}
