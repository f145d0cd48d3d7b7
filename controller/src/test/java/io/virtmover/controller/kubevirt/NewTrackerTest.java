// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.kubevirt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.virtmover.controller.Keys;
import io.virtmover.domain.VmRef;
import org.junit.jupiter.api.Test;

class NewTrackerTest {
  private static final VmRef VM = new VmRef("orders", "web-7");

  @Test
  void aTracker_isFoundByBothLabels() {
    // when
    var labels = NewTracker.of(VM).object(new ObjectMapper()).at("/metadata/labels");

    // then
    assertThat(labels.path(Keys.VM_HASH).asText())
        .hasSize(16)
        .isEqualTo(labels.path(Keys.peers(Keys.VM_HASH)).asText());
  }

  @Test
  void aVmsFirstTracker_hasTheSameNameEachTime() {
    assertThat(NewTracker.of(VM)).isEqualTo(NewTracker.of(VM));
    assertThat(NewTracker.of(VM).name()).startsWith("vmbt-web-7-");
  }
}
