// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.controller.FakeApi;
import io.virtmover.controller.kubevirt.BackupSource;
import io.virtmover.controller.kubevirt.SomeKubeVirt;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrackerMendingTest {
  private static final BackupSource TRACKER = new BackupSource(true, "vmbt-web-7");
  private static final String TRACKERS =
      "/apis/backup.kubevirt.io/v1alpha1/namespaces/orders/virtualmachinebackuptrackers";

  private FakeApi api;
  private TrackerMending mending;

  @BeforeEach
  void start() throws IOException {
    api = new FakeApi();
    mending = new TrackerMending(SomeKubeVirt.of(api));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void aTrackerThatIsGone_isMadeOnce() {
    // when
    var isMade = mending.mend(SomeUpload.VM, "du-night-1", TRACKER);
    var isMadeAgain = mending.mend(SomeUpload.VM, "du-night-1", TRACKER);

    // then
    assertThat(isMade).isTrue();
    assertThat(isMadeAgain).isFalse();
    assertThat(api.get(TRACKERS + "/vmbt-web-7")).isPresent();
  }

  @Test
  void aTrackerThatMayNotBeMade_stopsNothing() {
    // given
    api.refuse("POST " + TRACKERS, 403, "Forbidden", "the namespace is being terminated");

    // then
    assertThat(mending.mend(SomeUpload.VM, "du-night-1", TRACKER)).isFalse();
  }
}
