// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.virtmover.controller.velero.DataUpload;
import io.virtmover.domain.VmRef;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Whose turn it is: a VM has one backup at a time, whoever asks for it, because KubeVirt mixes two
 * up (docs/kubevirt-backup-api.md).
 */
final class Turn {
  /** Oldest first; two of the same second by their names. */
  static final Comparator<DataUpload> OLDEST_FIRST =
      Comparator.comparing((DataUpload upload) -> upload.getMetadata().getCreationTimestamp())
          .thenComparing(upload -> upload.getMetadata().getName());

  /** How each obstacle begins: an order, which stays true when nothing is waited for any more. */
  static final String COMES_AFTER = "Comes after ";

  /** What a request is told that comes while all slots are taken. */
  static final String CROWDED = COMES_AFTER + "other transfers: no slot was free.";

  private Turn() {}

  /**
   * What a request has to wait for; empty when it is its turn.
   *
   * @param others unfinished requests, of any VM
   * @param liveBackups names of the VM's unfinished VirtualMachineBackups that are not the
   *     request's
   */
  static Optional<String> obstacle(
      DataUpload request, VmRef vm, List<DataUpload> others, List<String> liveBackups) {
    // The last before it: that changes least while they wait in a row.
    var older =
        others.stream()
            .filter(other -> !other.getMetadata().getUid().equals(request.getMetadata().getUid()))
            .filter(other -> UploadWords.vm(other).equals(Optional.of(vm)))
            .filter(other -> OLDEST_FIRST.compare(other, request) < 0)
            .max(OLDEST_FIRST);
    if (older.isPresent()) {
      return Optional.of(
          "%sDataUpload %s of the same VM."
              .formatted(COMES_AFTER, older.get().getMetadata().getName()));
    }
    return liveBackups.stream()
        .findFirst()
        .map(
            name ->
                "%sVirtualMachineBackup %s/%s of the same VM."
                    .formatted(COMES_AFTER, vm.namespace(), name));
  }
}
