// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.WriteOutcome;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Writes documents under conditions. */
record Documents(ObjectStore store) {
  private static final long SHORTEST_PAUSE_MILLIS = 10;
  private static final long LONGEST_PAUSE_MILLIS = 2000;

  /** False if the condition did not hold; then nothing was written. */
  boolean write(
      String key, ObjectNode json, WriteCondition condition, Map<String, String> metadata) {
    var body = PartBody.of(GoJson.write(key, json));
    return store.put(key, body, condition, metadata) instanceof WriteOutcome.Written;
  }

  /** Waits a random time that grows with every lost race, so that many writers get their turn. */
  static void pauseAfter(int lostRaces) {
    var longest = Math.min(LONGEST_PAUSE_MILLIS, SHORTEST_PAUSE_MILLIS << Math.min(lostRaces, 16));
    try {
      Thread.sleep(Duration.ofMillis(ThreadLocalRandom.current().nextLong(longest + 1)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VirtMoverException(
          FailureKind.CANCELED, "Canceled while waiting for another writer of the bucket.", e);
    }
  }
}
