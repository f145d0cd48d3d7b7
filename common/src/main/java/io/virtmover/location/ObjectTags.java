// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads {@code tagging} of a location's config, within the limits of Velero's plugin. */
final class ObjectTags {
  private static final int LEAST_TAGS = 2;
  private static final int MOST_TAGS = 10;
  private static final int LONGEST_KEY = 128;
  private static final int LONGEST_VALUE = 248;

  private ObjectTags() {}

  /**
   * The tags by key.
   *
   * @param where how messages name the location
   */
  static Map<String, String> parse(String where, String tagging) {
    var tags = new LinkedHashMap<String, String>();
    for (var pair : tagging.split("&", -1)) {
      var equals = pair.indexOf('=');
      var key = equals < 0 ? "" : pair.substring(0, equals);
      var value = pair.substring(equals + 1);
      if (key.isEmpty()
          || key.length() > LONGEST_KEY
          || value.length() > LONGEST_VALUE
          || tags.put(key, value) != null) {
        throw invalid(
            "%s: tagging '%s' is not key=value&key=value with keys of up to %d and values of up to %d characters."
                .formatted(where, tagging, LONGEST_KEY, LONGEST_VALUE));
      }
    }
    if (tags.size() < LEAST_TAGS || tags.size() > MOST_TAGS) {
      throw invalid(
          "%s: tagging needs %d to %d tags, as Velero's plugin does."
              .formatted(where, LEAST_TAGS, MOST_TAGS));
    }
    return tags;
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
