// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.queue;

import io.virtmover.controller.config.SomeConfig;
import java.util.Map;

/** Slots for tests elsewhere. */
public final class SomeSlots {
  private SomeSlots() {}

  /** As many as there can be at once; nothing runs yet. */
  public static Slots of(int cluster) {
    var slots =
        new Slots(SomeConfig.with(Map.of("limits.cluster", Integer.toString(cluster))).limits());
    slots.open();
    return slots;
  }
}
