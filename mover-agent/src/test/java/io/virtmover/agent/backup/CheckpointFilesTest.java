// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointFilesTest {
  @ParameterizedTest
  @CsvSource({
    "nightly-7-2026-08-22_01-00-05, nightly-7",
    "a-2026-08-22_01-00-05-2026-08-23_01-00-05, a-2026-08-22_01-00-05",
    "by-hand, by-hand",
    "2026-08-22_01-00-05, 2026-08-22_01-00-05"
  })
  void images_areCalledAfterTheBackupObjectAndTheVolume(String checkpoint, String vmBackup) {
    // given
    var files = new CheckpointFiles(new CheckpointName(checkpoint));

    // then
    assertThat(files.vmBackup()).isEqualTo(vmBackup);
    assertThat(files.image(new VolumeName("root"))).isEqualTo(vmBackup + "-root.qcow2");
    assertThat(files.imagePath(new VmRef("shop", "db-01"), new VolumeName("root")))
        .isEqualTo("checkpoints/shop/db-01/%s/%s-root.qcow2".formatted(checkpoint, vmBackup));
  }
}
