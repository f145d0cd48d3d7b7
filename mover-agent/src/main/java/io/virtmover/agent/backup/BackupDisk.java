// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.domain.VolumeName;
import io.virtmover.repository.CheckpointRecord;
import io.virtmover.repository.ExtentsRef;
import io.virtmover.repository.RepositoryRoot;
import io.virtmover.transfer.BackUp;
import io.virtmover.transfer.BackUpReport;
import java.util.Optional;

/**
 * One disk of a backup on its way.
 *
 * @param asked what the backup was asked for
 * @param source open; whoever has the disk closes it
 * @param imagePath where its image goes, below the repository's root
 */
record BackupDisk(BackUp.Disk asked, DiskSource source, String imagePath) implements AutoCloseable {
  VolumeName volume() {
    return asked.volume();
  }

  /** As it is told to whoever asked. */
  BackUpReport.Disk report(StoredImage image) {
    return new BackUpReport.Disk(
        volume(),
        asked.type(),
        image.geometry().virtualSize(),
        image.bytesRead(),
        image.imageSize(),
        image.reusedBytes());
  }

  /** As it is recorded in the bucket. */
  CheckpointRecord.Disk record(StoredImage image) {
    return new CheckpointRecord.Disk(
        volume(),
        asked.type(),
        asked.pvc().orElse(volume().value()),
        asked.pvcUid(),
        image.geometry().virtualSize(),
        image.geometry().clusterSize(),
        imagePath.substring(imagePath.lastIndexOf('/') + 1),
        imagePath,
        image.imageSize(),
        image.etag(),
        image.dataBytes(),
        image.zeroBytes(),
        asked.origin().mode(),
        image.fingerprint(),
        new ExtentsRef(
            image.inlineExtents(),
            image.inlineExtents().isPresent()
                ? Optional.empty()
                : Optional.of(RepositoryRoot.extentsPath(imagePath)),
            image.extentsSize(),
            image.extentsCrc32c()));
  }

  @Override
  public void close() {
    source.close();
  }
}
