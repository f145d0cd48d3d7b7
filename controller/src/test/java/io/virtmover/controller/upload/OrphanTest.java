// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.virtmover.controller.kubevirt.VmInstance;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OrphanTest {
  private static final String OURS =
      """
      {"metadata": {"name": "vmb-1", "labels": {"virtmover.io/vm-name": "%s"}},
       "spec": {"pvcName": "claim-1"}}""";
  private static final String THEIRS =
      "{\"metadata\": {\"name\": \"vmb-1\"}, \"spec\": {\"pvcName\": \"claim-1\"}}";

  @Test
  void oursWithoutItsTracker_isOfTheVmOfItsLabelAlone() throws IOException {
    assertThat(isOf(OURS.formatted("web-7"), Optional.empty())).isTrue();
    assertThat(isOf(OURS.formatted("db-1"), Optional.empty())).isFalse();
  }

  @Test
  void theirsWithoutItsTracker_holdsUpTheVmThatHasItsJobAlone() throws IOException {
    assertThat(isOf(THEIRS, Optional.empty())).isFalse();
    assertThat(isOf(THEIRS, Optional.of(instance(Optional.empty())))).isFalse();
    assertThat(isOf(THEIRS, Optional.of(instance(Optional.of("vmb-2"))))).isFalse();
    assertThat(isOf(THEIRS, Optional.of(instance(Optional.of("vmb-1"))))).isTrue();
  }

  @Test
  void theirsWhoseClaimIsAttached_isAboutToHaveItsJob() throws IOException {
    assertThat(isOf(THEIRS, Optional.of(instance(Optional.empty(), "claim-1")))).isTrue();
    assertThat(isOf(THEIRS, Optional.of(instance(Optional.empty(), "claim-2")))).isFalse();
  }

  private static VmInstance instance(Optional<String> backup, String... claims) {
    return new VmInstance(Instant.EPOCH, backup, Optional.empty(), Set.of(claims));
  }

  private static boolean isOf(String backup, Optional<VmInstance> instance) throws IOException {
    return Orphan.isOf(new ObjectMapper().readTree(backup), SomeUpload.VM, instance);
  }
}
