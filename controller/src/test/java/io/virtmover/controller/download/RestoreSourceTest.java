// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import static io.virtmover.controller.download.SomeDownload.untouched;
import static io.virtmover.controller.download.SomeDownload.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RestoreSourceTest {
  @Test
  void shouldReadTheGoProjectsMarks() {
    // when
    var source = RestoreSource.of(untouched());

    // then
    assertThat(source)
        .isEqualTo(
            new RestoreSource(
                new BackupName("night-1"), new VmRef("orders", "web-7"), Optional.empty()));
  }

  @Test
  void shouldTakeTheSourceNamespaceWhereTheAnnotationIsMissing() {
    // given
    var request = with(untouched(), "kubevirt-datamover.io/vm-namespace", "other");

    // then
    assertThat(RestoreSource.of(request).vm()).isEqualTo(new VmRef("orders", "web-7"));
  }

  @Test
  void shouldBelieveOurSnapshotIdMoreThanMarks() {
    // given
    var request = with(untouched(), "placeholder-not-used", "virtmover:1:weekly/shop/db/data");

    // when
    var source = RestoreSource.of(request);

    // then
    assertThat(source)
        .isEqualTo(
            new RestoreSource(
                new BackupName("weekly"),
                new VmRef("shop", "db"),
                Optional.of(new VolumeName("data"))));
  }
}
