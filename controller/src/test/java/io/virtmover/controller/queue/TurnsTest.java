// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.virtmover.controller.velero.DataUpload;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private final Slots slots = SomeSlots.of(1);

  @Test
  void aRequestThatIsGone_leavesItsSlotToTheNext() {
    // given
    var forgotten = new ArrayList<DataUpload>();
    var woken = new ArrayList<String>();
    var turns = new Turns<>(slots, DataUpload.class, "velero", forgotten::add);
    slots.listen("DataUpload", place -> woken.add(place.name()));
    var first = upload("a");
    slots.take(first, "default", "");
    slots.take(upload("b"), "default", "");

    // when
    turns.onResourceDeleted(first);

    // then
    assertThat(woken).containsExactly("b");
    assertThat(forgotten).containsExactly(first);
    assertThat(slots.take(upload("b"), "default", "")).isTrue();
  }

  private static DataUpload upload(String name) {
    var request = new DataUpload();
    request.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withUid("uid-" + name)
            .withCreationTimestamp("2026-03-01T02:00:00Z")
            .build());
    return request;
  }
}
