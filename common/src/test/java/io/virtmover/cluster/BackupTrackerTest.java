// SPDX-License-Identifier: Apache-2.0
package io.virtmover.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.virtmover.cluster.BackupTracker.Latest;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackupTrackerTest {
  private static final CheckpointName CHECKPOINT = new CheckpointName("b-2026-11-24_04-22-24");

  @Test
  void theLatestCheckpoint_isWhereTheNextIncrementBegins() throws IOException {
    // when
    var tracker =
        read(
            """
            {"checkpointRedefinitionRequired": true,
             "latestCheckpoint": {
              "name": "b-2026-11-24_04-22-24",
              "creationTime": "2026-11-24T04:22:24Z",
              "volumes": [{"volumeName": "rootdisk"}, {"volumeName": "data"}]}}
            """);

    // then
    var volumes = Set.of(new VolumeName("rootdisk"), new VolumeName("data"));
    assertThat(tracker)
        .isEqualTo(
            new BackupTracker(
                "t",
                Optional.of(
                    new Latest(
                        CHECKPOINT, volumes, Optional.of(Instant.parse("2026-11-24T04:22:24Z")))),
                true));
    assertThat(tracker.isAt(CHECKPOINT)).isTrue();
    assertThat(tracker.isAt(new CheckpointName("another"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "null", "{\"latestCheckpoint\": null}"})
  void withoutOne_itIsNowhere(String status) throws IOException {
    // when
    var tracker = read(status);

    // then
    assertThat(tracker).isEqualTo(new BackupTracker("t", Optional.empty(), false));
    assertThat(tracker.isAt(CHECKPOINT)).isFalse();
  }

  @Test
  void aNameThatIsNone_isUnsupported() {
    assertThatThrownBy(() -> read("{\"latestCheckpoint\": {\"name\": \"../b\"}}"))
        .isInstanceOf(VirtMoverException.class)
        .hasMessageContaining("VirtualMachineBackupTracker t cannot be read", "../b");
  }

  private static BackupTracker read(String status) throws IOException {
    return BackupTracker.read(
        new ObjectMapper()
            .readTree("{\"metadata\": {\"name\": \"t\"}, \"status\": %s}".formatted(status)));
  }
}
