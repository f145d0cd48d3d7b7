// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the store says about an object. User metadata keys are lower case, however the store spells
 * its headers, and without the {@code x-amz-meta-} prefix; a listing leaves them empty.
 */
public record ObjectStat(
    String key, long size, String etag, Instant modified, Map<String, String> metadata) {
  public ObjectStat {
    metadata =
        metadata.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    entry -> entry.getKey().toLowerCase(Locale.ROOT),
                    Map.Entry::getValue,
                    (one, _) -> one));
  }
}
