// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.kubevirt;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.controller.FakeApi;
import io.virtmover.domain.VmRef;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KubeVirtTest {
  private static final VmRef VM = new VmRef("orders", "web-7");
  private static final String TRACKERS =
      "/apis/backup.kubevirt.io/v1alpha1/namespaces/orders/virtualmachinebackuptrackers";

  private FakeApi api;
  private KubeVirt kubeVirt;

  @BeforeEach
  void begin() throws IOException {
    api = new FakeApi();
    kubeVirt = SomeKubeVirt.of(api);
  }

  @AfterEach
  void end() {
    api.close();
  }

  @Test
  void aBackupWhoseTrackerIsGone_getsOneOfTheSameNameForTheVm() {
    // when
    var wasBlocked = kubeVirt.unblock(VM, new BackupSource(true, "made-by-go"));

    // then
    assertThat(wasBlocked).isTrue();
    assertThat(api.get(TRACKERS + "/made-by-go"))
        .hasValueSatisfying(
            tracker -> {
              assertThat(tracker.at("/spec/source/kind").asText()).isEqualTo("VirtualMachine");
              assertThat(tracker.at("/spec/source/name").asText()).isEqualTo("web-7");
              assertThat(tracker.at("/spec/source/apiGroup").asText()).isEqualTo("kubevirt.io");
            });
    assertThat(kubeVirt.trackers(VM)).extracting(tracker -> tracker.name()).contains("made-by-go");
  }

  @Test
  void aBackupWhoseTrackerIsThere_isNotBlocked() {
    // given
    kubeVirt.remakeTracker(VM, "tracker-1");
    var before = api.changes();

    // when
    var wasBlocked = kubeVirt.unblock(VM, new BackupSource(true, "tracker-1"));

    // then
    assertThat(wasBlocked).isFalse();
    assertThat(api.changes()).isEqualTo(before);
  }

  @Test
  void aTracker_tellsWhenItWasMade() {
    // given
    api.put(
        TRACKERS + "/tracker-1",
        """
        {"kind": "VirtualMachineBackupTracker", "apiVersion": "backup.kubevirt.io/v1alpha1",
         "metadata": {"name": "tracker-1", "namespace": "orders",
           "creationTimestamp": "2026-03-01T02:00:00Z"}}""");

    // then
    assertThat(kubeVirt.trackerMade("orders", "tracker-1"))
        .contains(Instant.parse("2026-03-01T02:00:00Z"));
    assertThat(kubeVirt.trackerMade("orders", "tracker-2")).isEmpty();
  }

  @Test
  void aBackupOfTheVmItself_hasNoTracker() {
    // when
    var wasBlocked = kubeVirt.unblock(VM, new BackupSource(false, "web-7"));

    // then
    assertThat(wasBlocked).isFalse();
    assertThat(api.changes()).isEmpty();
  }

  @Test
  void aTrackerThatSomebodyElseHasMadeMeanwhile_isFine() {
    // given
    kubeVirt.remakeTracker(VM, "tracker-1");

    // when
    kubeVirt.remakeTracker(VM, "tracker-1");

    // then
    assertThat(api.changes()).hasSize(2);
  }
}
