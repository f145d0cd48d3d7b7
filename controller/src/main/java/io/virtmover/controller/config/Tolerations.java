// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;

/** Tolerations as a setting spells them: a JSON array. */
public final class Tolerations {
  private Tolerations() {}

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException when it is something else
   */
  public static List<Toleration> read(String json) {
    try {
      var all = new ObjectMapper().readValue(json, new TypeReference<List<Toleration>>() {});
      if (all == null || all.contains(null)) {
        throw new IllegalArgumentException(refusal(json));
      }
      return List.copyOf(all);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(refusal(json) + ": " + e.getOriginalMessage(), e);
    }
  }

  private static String refusal(String json) {
    return "'%s' is no JSON array of tolerations".formatted(json);
  }
}
