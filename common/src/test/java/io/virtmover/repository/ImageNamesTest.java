// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageNamesTest {
  @ParameterizedTest
  @CsvSource({
    "nightly-7-2026-08-22_01-00-05, nightly-7",
    "a-2026-08-22_01-00-05-2026-08-23_01-00-05, a-2026-08-22_01-00-05",
    "by-hand, by-hand",
    "2026-08-22_01-00-05, 2026-08-22_01-00-05"
  })
  void images_areCalledAfterTheBackupObjectAndTheVolume(String checkpoint, String vmBackup) {
    // given
    var name = new CheckpointName(checkpoint);
    var root = new VolumeName("root");

    // then
    assertThat(ImageNames.of(name).vmBackup()).isEqualTo(vmBackup);
    assertThat(ImageNames.of(name).image(root)).isEqualTo(vmBackup + "-root.qcow2");
    assertThat(ImageNames.imagePath(new VmRef("shop", "db-01"), name, root))
        .isEqualTo("checkpoints/shop/db-01/%s/%s-root.qcow2".formatted(checkpoint, vmBackup));
  }

  @ParameterizedTest
  @CsvSource({
    "vmb-a-root.qcow2, root",
    "vmb-a-data-disk-1.qcow2, data-disk-1",
    "vmb-a-.qcow2,",
    "vmb-a.qcow2,",
    "vmb-b-root.qcow2,",
    "vmb-a-root.raw,"
  })
  void aVolumeIsFoundInANameOfThisFormOnly(String fileName, String volume) {
    assertThat(new ImageNames("vmb-a").volume(fileName)).isEqualTo(Optional.ofNullable(volume));
  }
}
