// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.watch.SomeKnown;
import io.virtmover.domain.VmRef;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BusyVmsTest {
  private static final Clock NOW =
      Clock.fixed(Instant.parse("2026-03-20T02:00:00Z"), ZoneOffset.UTC);
  private static final VmRef VM = new VmRef("shop", "db-01");

  @ParameterizedTest
  @CsvSource({
    "cnv,      db-01, InProgress, 2026-03-20, true",
    "cnv,      db-01, Completed,  2026-03-20, false",
    "cnv,      db-02, InProgress, 2026-03-20, false",
    "cnv,      db-01, InProgress, 2026-03-01, true",
    "kubevirt, db-01, InProgress, 2026-03-20, true",
    "kubevirt, db-01, New,        2026-03-14, true",
    "kubevirt, db-01, New,        2026-03-12, false",
    "kubevirt, db-01, InProgress, 2026-03-12, false"
  })
  void whoIsBusy(String datamover, String vm, String phase, String made, boolean isBusy) {
    // given
    var request =
        new KubernetesSerialization()
            .unmarshal(
                """
                apiVersion: velero.io/v2alpha1
                kind: DataUpload
                metadata:
                  name: du
                  creationTimestamp: "%sT01:00:00Z"
                  annotations: {virtmover.io/vm-name: %s}
                spec: {datamover: %s, sourceNamespace: shop}
                status: {phase: %s}
                """
                    .formatted(made, vm, datamover, phase),
                DataUpload.class);

    // then
    assertThat(new BusyVms(SomeKnown.of(List.of(request)), Set.of("cnv"), NOW).isBusy(VM))
        .isEqualTo(isBusy);
  }
}
