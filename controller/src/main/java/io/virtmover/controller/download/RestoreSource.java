// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import io.virtmover.cluster.SnapshotId;
import io.virtmover.controller.Keys;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.Objects;
import java.util.Optional;

/**
 * What a DataDownload restores: by its snapshotID where that is ours, else by label and annotations
 * as the Go project's plugin sets them.
 *
 * @param vm in its namespace at backup time
 * @param volume the VM's volume, where it is said; else the target claim's name decides
 */
record RestoreSource(BackupName backup, VmRef vm, Optional<VolumeName> volume) {
  /**
   * Reads it.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} or {@code UNSUPPORTED}
   */
  static RestoreSource of(DataDownload request) {
    var id = Objects.requireNonNullElse(request.getSpec().snapshotID(), "");
    return SnapshotId.parse(id)
        .map(ours -> new RestoreSource(ours.backup(), ours.vm(), ours.volume()))
        .orElseGet(() -> ofMarks(request));
  }

  private static RestoreSource ofMarks(DataDownload request) {
    var backup = request.label(Keys.BACKUP).orElseThrow(() -> unsaid("the label " + Keys.BACKUP));
    var name =
        request
            .annotation(Keys.VM_NAME)
            .orElseThrow(() -> unsaid("the annotation " + Keys.VM_NAME));
    var namespace =
        request
            .annotation(Keys.VM_NAMESPACE)
            .or(() -> Optional.ofNullable(request.getSpec().sourceNamespace()))
            .filter(text -> !text.isEmpty())
            .orElseThrow(() -> unsaid("the annotation " + Keys.VM_NAMESPACE));
    return new RestoreSource(new BackupName(backup), new VmRef(namespace, name), Optional.empty());
  }

  private static VirtMoverException unsaid(String mark) {
    return new VirtMoverException(
        FailureKind.INVALID_REQUEST,
        ("The request does not say what to restore: its snapshotID is not VirtMover's, and it lacks %s."
                + " Its backup may have failed for this VM; restore from another one.")
            .formatted(mark));
  }
}
