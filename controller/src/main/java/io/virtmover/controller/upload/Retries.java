// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.virtmover.controller.Keys;
import io.virtmover.controller.Naming;
import io.virtmover.controller.velero.TransferObject;
import io.virtmover.domain.FullReason;
import java.util.Optional;

/**
 * How often a backup was begun anew, and what the next try does otherwise; an annotation keeps it,
 * because what is left of the tries before is deleted.
 *
 * @param full why the next try has to be a full; empty: as the chain has it
 * @param claimFactor by how much the claim for KubeVirt is larger than at first
 */
record Retries(int count, Optional<FullReason> full, int claimFactor) {
  static final Retries NONE = new Retries(0, Optional.empty(), 1);

  /** Tries after the first. */
  static final int MOST = Naming.MOST_RETRIES;

  private static final int LARGER = 3;

  private static final ObjectMapper JSON = new ObjectMapper();

  static Retries of(TransferObject request) {
    return request.annotation(Keys.RETRIES).map(Retries::read).orElse(NONE);
  }

  private static Retries read(String text) {
    try {
      var object = JSON.readTree(text);
      return new Retries(
          Math.clamp(object.path("count").asInt(MOST), 0, MOST),
          Optional.ofNullable(object.path("full").textValue()).map(FullReason::read),
          Math.clamp(object.path("claimFactor").asInt(1), 1, LARGER));
    } catch (JsonProcessingException e) {
      // Written by hand: the tries are over rather than without an end.
      return new Retries(MOST, Optional.empty(), 1);
    }
  }

  boolean isLast() {
    return count >= MOST;
  }

  /** The next try, with as large a claim. */
  Retries again() {
    return new Retries(count + 1, full, claimFactor);
  }

  /** The next try, as a full. */
  Retries asFull(FullReason reason) {
    return new Retries(count + 1, Optional.of(reason), claimFactor);
  }

  /** Whether the claim is as large already as it gets. */
  boolean hasMoreRoom() {
    return claimFactor >= LARGER;
  }

  /** The next try, with more room. */
  Retries withMoreRoom() {
    return new Retries(count + 1, full, LARGER);
  }

  /** As the annotation has it. */
  String text() {
    var object = JSON.createObjectNode().put("count", count).put("claimFactor", claimFactor);
    full.ifPresent(reason -> object.put("full", reason.spelling()));
    return object.toString();
  }
}
