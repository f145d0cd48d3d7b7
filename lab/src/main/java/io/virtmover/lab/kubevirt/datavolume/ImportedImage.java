// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.datavolume;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.virtmover.lab.kubevirt.vm.DiskImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/**
 * What a DataVolume's source holds: bytes that are others for each DataVolume that is made, so that
 * an import that happens once more can be seen.
 *
 * @param seed of the bytes
 */
record ImportedImage(long seed) {
  private static final int LENGTH = 1 << 20;

  static ImportedImage of(GenericKubernetesResource volume) {
    return new ImportedImage(volume.getMetadata().getUid().hashCode());
  }

  /** Writes it to where the disk of a claim begins. */
  void writeTo(PersistentVolumeClaim claim, Path path) throws IOException {
    var bytes = new byte[LENGTH];
    new Random(seed).nextBytes(bytes);
    try (var disk =
        FileChannel.open(DiskImage.existingOrNew(claim, path), StandardOpenOption.WRITE)) {
      var rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        var _ = disk.write(rest, rest.position());
      }
      disk.force(true);
    }
  }
}
