// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.Geometry;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.VolumeName;
import io.virtmover.repository.CheckpointRecord;
import io.virtmover.repository.ExtentsRef;
import io.virtmover.transfer.BackUp;
import io.virtmover.transfer.BackUpReport;
import io.virtmover.transfer.DiskOrigin;
import io.virtmover.transfer.DiskSize;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every number is another one, so that none can stand in another's place. */
class BackupDiskTest {
  private static final VolumeName VOLUME = new VolumeName("d");
  private static final String PATH = "checkpoints/shop/db-01/c1/b1-d.qcow2";

  @TempDir private Path folder;

  @Test
  void aReport_hasWhatCameOfTheDisk() {
    try (var disk = disk(BackupType.INCREMENTAL, pushed(), Optional.empty())) {
      assertThat(disk.report(image(Optional.empty())))
          .isEqualTo(new BackUpReport.Disk(VOLUME, BackupType.INCREMENTAL, 1000, 6, 2, 7));
    }
  }

  @ParameterizedTest
  @CsvSource({"true, FULL, , d, push", "false, INCREMENTAL, claim, claim, pull"})
  void aRecord_hasTheSideObjectOrItsPlace(
      boolean inline, BackupType type, String pvc, String recorded, String mode) {
    // given
    var content = Optional.of(ByteBuffer.allocate(5)).filter(_ -> inline);
    var origin =
        inline
            ? pushed()
            : new DiskOrigin.Export(
                URI.create("https://export.shop.svc/d"), new DiskSize.Exactly(1000));
    try (var disk = disk(type, origin, Optional.ofNullable(pvc))) {
      // then
      assertThat(disk.record(image(content)))
          .isEqualTo(
              new CheckpointRecord.Disk(
                  VOLUME,
                  type,
                  recorded,
                  Optional.of("uid"),
                  1000,
                  512,
                  "b1-d.qcow2",
                  PATH,
                  2,
                  "etag",
                  3,
                  4,
                  mode,
                  "print",
                  new ExtentsRef(
                      content, inline ? Optional.empty() : Optional.of(PATH + ".extents"), 5, 8)));
    }
  }

  @Test
  void aClosedDisk_hasItsSourceClosed() {
    // given
    var file = BackedUpVm.pushed(folder.resolve("closed"), 1, Optional.empty());
    var disk =
        new BackupDisk(
            BackedUpVm.disk("d", BackupType.FULL, file),
            PushSource.open(file, BackupType.FULL),
            PATH);
    assertThat(OpenFiles.of(file)).isEqualTo(1);

    // when
    disk.close();

    // then
    assertThat(OpenFiles.of(file)).isZero();
  }

  private static StoredImage image(Optional<ByteBuffer> inline) {
    return new StoredImage(
        new Geometry(1000, 9), 2, "etag", 3, 4, "print", inline, Optional.empty(), 5, 8, 6, 7);
  }

  private DiskOrigin pushed() {
    return new DiskOrigin.PushedFile(folder.resolve("pushed"), OptionalLong.empty());
  }

  private BackupDisk disk(BackupType type, DiskOrigin origin, Optional<String> pvc) {
    var file = BackedUpVm.pushed(folder.resolve("image"), 1, Optional.empty());
    return new BackupDisk(
        new BackUp.Disk(VOLUME, type, origin, pvc, Optional.of("uid")),
        PushSource.open(file, BackupType.FULL),
        PATH);
  }
}
