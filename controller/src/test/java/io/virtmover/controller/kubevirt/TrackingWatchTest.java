// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.kubevirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.virtmover.controller.FakeApi;
import io.virtmover.controller.Keys;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrackingWatchTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofMillis(10);
  private static final VmRef VM = new VmRef("orders", "web-7");
  private static final String VM_PATH =
      "/apis/kubevirt.io/v1/namespaces/orders/virtualmachines/web-7";
  private static final String VMI_PATH =
      "/apis/kubevirt.io/v1/namespaces/orders/virtualmachineinstances/web-7";
  private static final String TRACKERS =
      "/apis/backup.kubevirt.io/v1alpha1/namespaces/orders/virtualmachinebackuptrackers";
  private static final CheckpointName CHECKPOINT = new CheckpointName("night-1");

  private FakeApi api;
  private KubeVirt kubeVirt;
  private TrackingGaps gaps;

  @BeforeEach
  void begin() throws IOException {
    api = new FakeApi();
    kubeVirt = SomeKubeVirt.of(api);
    gaps = new TrackingGaps(api.client(), kubeVirt);
  }

  @AfterEach
  void end() {
    api.close();
  }

  @Test
  void aVmThatIsNotTracked_isSeen() {
    // given
    vm("Disabled");
    tracker("t", Keys.VM_HASH, CHECKPOINT.value());
    var watch = new TrackingWatch(api.client(), gaps, PAUSE);

    // when
    watch.start();
    try {

      // then
      await(() -> noted().equals(CHECKPOINT.value()));
    } finally {
      watch.stop();
    }
    assertThat(kubeVirt.vm(VM))
        .hasValueSatisfying(
            vm -> {
              assertThat(gaps.isBehind(vm, CHECKPOINT)).isTrue();
              assertThat(gaps.isBehind(vm, new CheckpointName("night"))).isFalse();
            });
  }

  @Test
  void whatIsRefused_isTriedAgain_andCountsMeanwhile_alsoWhenTheVmIsTrackedAgain() {
    // given
    vm("PendingRestart");
    tracker("t", Keys.VM_HASH, CHECKPOINT.value());
    api.refuse("PATCH " + VM_PATH, 403, "Forbidden", "not yet");
    var watch = new TrackingWatch(api.client(), gaps, PAUSE);

    // when
    watch.start();
    try {
      await(() -> api.changes().contains("PATCH " + VM_PATH));
      vm("Enabled");
      assertThat(kubeVirt.vm(VM))
          .hasValueSatisfying(vm -> assertThat(gaps.isBehind(vm, CHECKPOINT)).isTrue());
      api.allow("PATCH " + VM_PATH);

      // then
      await(() -> noted().equals(CHECKPOINT.value()));
    } finally {
      watch.stop();
    }
  }

  @ParameterizedTest
  @CsvSource({
    // It has said otherwise, or nobody would look.
    "Enabled, '', night-1",
    "Enabled, Enabled, night-1",
    "Disabled, '', night-1",
    "PendingRestart, '', night-1",
    "IncrementalBackupFeatureGateDisabled, Enabled, ''",
    "IncrementalBackupFeatureGateDisabled, PendingRestart, night-1",
    "PendingRestart, Initializing, ''"
  })
  void whetherTheVmThatRunsIsTracked_counts(String ofVm, String ofInstance, String expected) {
    // given
    vm(ofVm);
    if (!ofInstance.isEmpty()) {
      instance(ofInstance);
    }
    tracker("t", Keys.VM_HASH, CHECKPOINT.value());

    // when
    gaps.look(VM);

    // then
    assertThat(noted()).isEqualTo(expected);
  }

  /** The one thread for looks can be held up by a look at another VM. */
  @Test
  void whoHasNotBeenLookedAt_isTakenForOneThatWasNotTracked() {
    // given
    vm("IncrementalBackupFeatureGateDisabled");
    instance("Enabled");
    tracker("t", Keys.VM_HASH, CHECKPOINT.value());

    // when
    gaps.suspect(VM);

    // then
    assertThat(isBehind()).isTrue();

    // when a look fails
    api.refuse("GET " + VM_PATH, 503, "ServiceUnavailable", "busy");
    assertThatThrownBy(() -> gaps.look(VM)).isInstanceOf(KubernetesClientException.class);
    api.allow("GET " + VM_PATH);

    // then
    assertThat(isBehind()).isTrue();

    // when one succeeds: what runs is tracked
    gaps.look(VM);

    // then
    assertThat(isBehind()).isFalse();
    assertThat(noted()).isEmpty();
  }

  private boolean isBehind() {
    return gaps.isBehind(kubeVirt.vm(VM).orElseThrow(), CHECKPOINT);
  }

  @Test
  void allTrackersCount_andNothingIsWrittenTwice() {
    // given
    vm("Disabled");
    tracker("ours", Keys.VM_HASH, CHECKPOINT.value());
    tracker("peers", Keys.peers(Keys.VM_HASH), "by-go-2");
    tracker("another", "app", "another");

    // when
    gaps.look(VM);
    gaps.look(VM);

    // then
    assertThat(noted()).isEqualTo("by-go-2,night-1");
    assertThat(api.changes()).containsExactly("PATCH " + VM_PATH);
  }

  @Test
  void withoutACheckpoint_thereIsNothingToTell() {
    // given
    vm("Disabled");

    // when
    gaps.look(VM);

    // then
    assertThat(api.changes()).isEmpty();
  }

  private void vm(String state) {
    api.put(
        VM_PATH,
        """
        {"kind": "VirtualMachine", "apiVersion": "kubevirt.io/v1",
         "metadata": {"name": "web-7", "namespace": "orders", "uid": "v", "resourceVersion": "1"},
         "status": {"changedBlockTracking": {"state": "%s"}}}"""
            .formatted(state));
  }

  private void instance(String state) {
    api.put(
        VMI_PATH,
        """
        {"kind": "VirtualMachineInstance", "apiVersion": "kubevirt.io/v1",
         "metadata": {"name": "web-7", "namespace": "orders"},
         "status": {"phase": "Running", "changedBlockTracking": {"state": "%s"}}}"""
            .formatted(state));
  }

  private void tracker(String name, String label, String checkpoint) {
    api.put(
        TRACKERS + "/" + name,
        """
        {"kind": "VirtualMachineBackupTracker", "apiVersion": "backup.kubevirt.io/v1alpha1",
         "metadata": {"name": "%s", "namespace": "orders", "labels": {"%s": "x"}},
         "spec": {"source": {"kind": "VirtualMachine", "name": "web-7"}},
         "status": {"latestCheckpoint": {"name": "%s"}}}"""
            .formatted(name, label, checkpoint));
  }

  private String noted() {
    return api.get(VM_PATH)
        .orElseThrow()
        .path("metadata")
        .path("annotations")
        .path(Keys.UNTRACKED_SINCE)
        .asText();
  }

  private static void await(BooleanSupplier isSo) {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!isSo.getAsBoolean()) {
      assertThat(System.nanoTime()).as("within %s", PATIENCE).isLessThan(deadline);
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
