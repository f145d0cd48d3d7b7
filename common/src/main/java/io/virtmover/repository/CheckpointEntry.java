// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A checkpoint as a VM's index lists it.
 *
 * @param timestamp RFC 3339, when the entry was written
 * @param vmBackup name of the VirtualMachineBackup; may be empty
 * @param pvcs claim names, one per file; may be short in early indexes
 * @param referencedBy Velero backups; may name some that are gone
 */
public record CheckpointEntry(
    CheckpointName id,
    BackupType type,
    Optional<CheckpointName> parent,
    String timestamp,
    String vmBackup,
    List<ImageFile> files,
    List<String> pvcs,
    List<String> referencedBy) {
  public CheckpointEntry {
    files = List.copyOf(files);
    pvcs = List.copyOf(pvcs);
    referencedBy = List.copyOf(referencedBy);
  }

  /**
   * The image of a volume, if this checkpoint has exactly one: by the name its file should have,
   * then by the recorded disk name, then by the end of the file name as early uploaders need it.
   */
  public Optional<ImageFile> imageOf(String volume) {
    var fileName = names().image(volume);
    return Stream.<Predicate<ImageFile>>of(
            file -> file.fileName().equals(fileName),
            file -> file.diskName().filter(volume::equals).isPresent(),
            file -> file.endsWith(volume))
        .map(rule -> files.stream().filter(rule).toList())
        .filter(found -> !found.isEmpty())
        .findFirst()
        .filter(found -> found.size() == 1)
        .map(List::getFirst);
  }

  /** The volume of a file, as far as its name or the index tell; early indexes shorten it. */
  public String volumeOf(ImageFile file) {
    return names().volume(file.fileName()).orElseGet(() -> file.diskName().orElse(file.fileName()));
  }

  private ImageNames names() {
    return new ImageNames(vmBackup);
  }

  /** Sum of the images' sizes in bytes. */
  public long size() {
    return files.stream().mapToLong(ImageFile::size).sum();
  }
}
