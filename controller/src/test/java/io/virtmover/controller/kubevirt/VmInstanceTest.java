// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.kubevirt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VmInstanceTest {
  private static final Instant CREATED = Instant.parse("2026-11-24T04:22:03Z");

  @Test
  void oneThatIsBackedUp_saysByWhomAndOntoWhat() throws IOException {
    // when
    var instance =
        read(
            """
            {"metadata": {"creationTimestamp": "2026-11-24T04:22:03Z"},
             "spec": {"utilityVolumes": [{"claimName": "backup-target", "type": "Backup"}]},
             "status": {"changedBlockTracking":
               {"state": "Enabled", "backupStatus": {"backupName": "backup-1"}}}}""");

    // then
    assertThat(instance)
        .isEqualTo(
            new VmInstance(
                CREATED, Optional.of("backup-1"), Optional.empty(), Set.of("backup-target")));
  }

  @Test
  void oneWhoseGuestWasNotFrozen_saysSoForThatBackup() throws IOException {
    // when
    var instance =
        read(
            """
            {"metadata": {"creationTimestamp": "2026-11-24T04:22:03Z"},
             "status": {"changedBlockTracking":
               {"state": "Enabled",
                "backupStatus": {
                  "backupName": "backup-1",
                  "backupMsg": "Guest agent is not responding"}}}}""");

    // then
    assertThat(instance.isUnfrozenFor("backup-1")).isTrue();
    assertThat(instance.isUnfrozenFor("backup-2")).isFalse();
  }

  @Test
  void oneThatIsNot_saysNothing() throws IOException {
    assertThat(read("{\"metadata\": {\"creationTimestamp\": \"2026-11-24T04:22:03Z\"}}"))
        .isEqualTo(new VmInstance(CREATED, Optional.empty(), Optional.empty(), Set.of()));
  }

  private static VmInstance read(String json) throws IOException {
    return VmInstance.read(new ObjectMapper().readTree(json));
  }
}
