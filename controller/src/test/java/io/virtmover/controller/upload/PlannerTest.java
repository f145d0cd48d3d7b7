// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.controller.FakeApi;
import io.virtmover.controller.config.SomeConfig;
import io.virtmover.controller.kubevirt.SomeKubeVirt;
import io.virtmover.controller.kubevirt.TrackingGaps;
import io.virtmover.controller.location.SomeLocations;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VmRef;
import io.virtmover.objectstore.InMemoryObjectStore;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlannerTest {
  private static final VmRef VM = new VmRef("orders", "web-7");

  private FakeApi api;
  private Planner planner;

  @BeforeEach
  void begin() throws IOException {
    api = new FakeApi();
    var config = SomeConfig.with(Map.of());
    var kubeVirt = SomeKubeVirt.of(api);
    var buckets =
        SomeLocations.buckets(SomeLocations.of(api.client(), config), new InMemoryObjectStore());
    planner =
        new Planner(
            api.client(), kubeVirt, new TrackingGaps(api.client(), kubeVirt), buckets, config);
    putClaim("web-7-root", "uid-1");
    putClaim("web-7-data", "uid-2");
  }

  @AfterEach
  void end() {
    api.close();
  }

  /** A VM that is off waits for long, and can run without tracking meanwhile. */
  @ParameterizedTest
  @CsvSource({
    "uid-of-vm, du-night-0-2026-02-28_02-00-01, TRACKING_INTERRUPTED",
    "uid-of-vm, du-night-9-2026-02-27_02-00-01, ",
    "uid-of-another, '', VM_REPLACED"
  })
  void anIncrementThatWasPlanned_isNoneAnyMore(String uid, String untracked, FullReason reason) {
    // given
    api.put(
        "/apis/kubevirt.io/v1/namespaces/orders/virtualmachines/web-7",
        """
        {"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine",
         "metadata": {"name": "web-7", "namespace": "orders", "uid": "%s",
           "annotations": {"virtmover.io/untracked-since": "%s"}},
         "spec": {"template": {"spec": {"volumes": [
           {"name": "rootdisk", "persistentVolumeClaim": {"claimName": "web-7-root"}},
           {"name": "data", "persistentVolumeClaim": {"claimName": "web-7-data"}}]}}},
         "status": {"changedBlockTracking": {"state": "Enabled"}}}"""
            .formatted(uid, untracked));

    // then
    assertThat(planner.outdated(VM, SomeBackup.PUSHED_INCREMENT))
        .isEqualTo(Optional.ofNullable(reason));
    assertThat(planner.outdated(VM, SomeBackup.PUSHED)).isEmpty();
  }

  private void putClaim(String name, String uid) {
    api.put(
        "/api/v1/namespaces/orders/persistentvolumeclaims/" + name,
        """
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
         "metadata": {"name": "%s", "namespace": "orders", "uid": "%s"}}"""
            .formatted(name, uid));
  }
}
