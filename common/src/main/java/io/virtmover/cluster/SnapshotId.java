// SPDX-License-Identifier: Apache-2.0
package io.virtmover.cluster;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.Optional;

/**
 * What {@code snapshotID} holds: with the location all that a restore needs, in any cluster. The
 * text is {@code virtmover:1:BACKUP/NAMESPACE/VM} and possibly {@code /VOLUME}.
 *
 * @param backup as Velero's label has it
 * @param vm in its namespace at backup time
 * @param volume the VM's volume; without it the target claim's name decides
 */
public record SnapshotId(BackupName backup, VmRef vm, Optional<VolumeName> volume) {
  private static final String OURS = "virtmover:";
  private static final String VERSION = OURS + "1:";

  /** Whether a text is of this product, of whatever version. */
  public static boolean isOurs(String text) {
    return text.startsWith(OURS);
  }

  /**
   * Reads what is ours; empty for the text of another product.
   *
   * @throws VirtMoverException {@code UNSUPPORTED} for one of a later version, {@code
   *     INVALID_REQUEST} for one that is not whole
   */
  public static Optional<SnapshotId> parse(String text) {
    if (!isOurs(text)) {
      return Optional.empty();
    }
    if (!text.startsWith(VERSION)) {
      throw new VirtMoverException(
          FailureKind.UNSUPPORTED,
          "The snapshotID '%s' is of a later version of VirtMover; update the controller."
              .formatted(text));
    }
    var parts = text.substring(VERSION.length()).split("/", -1);
    if (parts.length < 3 || parts.length > 4) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "The snapshotID '%s' is not 'virtmover:1:BACKUP/NAMESPACE/VM'; restore again from the backup."
              .formatted(text));
    }
    return Optional.of(
        new SnapshotId(
            new BackupName(parts[0]),
            new VmRef(parts[1], parts[2]),
            parts.length == 4 ? Optional.of(new VolumeName(parts[3])) : Optional.empty()));
  }

  /** As it stands in {@code snapshotID}. */
  @Override
  public String toString() {
    return VERSION + backup + "/" + vm + volume.map(name -> "/" + name).orElse("");
  }
}
