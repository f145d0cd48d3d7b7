// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.repository.RepositoryRoot;
import java.util.regex.Pattern;

/** What a checkpoint's images are called (docs/repository-format.md). */
record CheckpointFiles(CheckpointName checkpoint) {
  /** KubeVirt forms a checkpoint's name from the backup object's and its creation time. */
  private static final Pattern NAME =
      Pattern.compile("(.+)-\\d{4}-\\d{2}-\\d{2}_\\d{2}-\\d{2}-\\d{2}");

  /** The backup object that the checkpoint was made by. */
  String vmBackup() {
    var name = NAME.matcher(checkpoint.value());
    return name.matches() ? name.group(1) : checkpoint.value();
  }

  /** A disk's image, as an increment on it names it. */
  String image(VolumeName volume) {
    return vmBackup() + "-" + volume + ".qcow2";
  }

  /** The image's place below the repository's root. */
  String imagePath(VmRef vm, VolumeName volume) {
    return RepositoryRoot.imagePath(vm, checkpoint, image(volume));
  }
}
