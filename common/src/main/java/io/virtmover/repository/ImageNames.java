// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the images of a checkpoint are called (docs/repository-format.md, "Layout"): {@code
 * <vmBackup>-<volume>.qcow2}.
 *
 * @param vmBackup name of the VirtualMachineBackup that the checkpoint was made by; may be empty in
 *     early indexes
 */
public record ImageNames(String vmBackup) {
  static final String ENDING = ".qcow2";

  /** KubeVirt forms a checkpoint's name from the backup object's and its creation time. */
  private static final Pattern CHECKPOINT =
      Pattern.compile("(.+)-\\d{4}-\\d{2}-\\d{2}_\\d{2}-\\d{2}-\\d{2}");

  /** The names that belong to a checkpoint. */
  public static ImageNames of(CheckpointName checkpoint) {
    var name = CHECKPOINT.matcher(checkpoint.value());
    return new ImageNames(name.matches() ? name.group(1) : checkpoint.value());
  }

  /** A disk's image, as an increment on it names it. */
  public String image(VolumeName volume) {
    return image(volume.value());
  }

  String image(String volume) {
    return start() + volume + ENDING;
  }

  /** The place of a disk's image below the repository's root. */
  public static String imagePath(VmRef vm, CheckpointName checkpoint, VolumeName volume) {
    return RepositoryRoot.imagePath(vm, checkpoint, of(checkpoint).image(volume));
  }

  /** The volume whose image has this name, if it is a name of this checkpoint's form. */
  Optional<String> volume(String fileName) {
    var end = fileName.length() - ENDING.length();
    return fileName.startsWith(start()) && fileName.endsWith(ENDING) && start().length() < end
        ? Optional.of(fileName.substring(start().length(), end))
        : Optional.empty();
  }

  private String start() {
    return vmBackup + "-";
  }
}
