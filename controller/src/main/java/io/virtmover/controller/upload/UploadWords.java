// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.virtmover.controller.Keys;
import io.virtmover.controller.report.ToldWait;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.VirtMoverException;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** What a DataUpload says by labels and annotations. */
final class UploadWords {
  private static final String AWAITED = "Waits for KubeVirt's files: ";

  private static final String REFUSED = "Kubernetes refuses what the backup needs: ";

  private static final String PUSHES = "KubeVirt writes the VM's data to claim ";

  private static final String ANEW = "Begins anew: ";

  private UploadWords() {}

  /** The message while a quota has no room. */
  static String refused(DataUpload request, String why) {
    return ToldWait.steady(request, REFUSED + why, REFUSED);
  }

  /** The message while KubeVirt's job writes, which takes as long as there is data. */
  static String pushes(String namespace, String claim, Instant asked) {
    return "%s%s/%s, which it was asked for at %s.".formatted(PUSHES, namespace, claim, asked);
  }

  /** Whether the message is that one. */
  static boolean isPushTold(DataUpload request) {
    return request.told().startsWith(PUSHES);
  }

  /** The message of a request that is begun anew. */
  static String beginsAnew(String why) {
    return ANEW + why;
  }

  /**
   * Whether the message tells what is waited for, which must not stay when it is waited for no
   * more; what kind of backup it is, after what it comes and why it was begun anew stays true.
   */
  static boolean isWaitTold(DataUpload request) {
    var told = BackupKind.read(request.told()).rest();
    return !told.isEmpty() && !told.startsWith(Turn.COMES_AFTER) && !told.startsWith(ANEW);
  }

  /**
   * Whether the message tells a wait for KubeVirt or the mover, which have been asked: what was
   * waited for before, and a push that lasted, do not shorten our patience with them.
   */
  static boolean isWaitForOthersTold(DataUpload request) {
    return isWaitTold(request)
        && Stream.of(ToldWait.values()).noneMatch(wait -> wait.isTold(request))
        && !request.told().startsWith(REFUSED)
        && !isPushTold(request);
  }

  /** What an event tells of a tracker that was made again. */
  static String trackerMade(String name) {
    return "VirtualMachineBackupTracker %s was deleted while KubeVirt needed it; it is made again."
        .formatted(name);
  }

  /** The message while KubeVirt's files are on their way. */
  static String awaitsFiles(String why) {
    return AWAITED + why + ".";
  }

  /** Why they were not there, as that message had it; empty where it was never written. */
  static String whyAwaited(DataUpload request) {
    return Optional.of(request.told())
        .filter(message -> message.startsWith(AWAITED))
        .map(message -> message.substring(AWAITED.length()))
        .orElse("");
  }

  /** The VM; empty where no plugin of ours or the Go project's has named one. */
  static Optional<VmRef> vm(DataUpload request) {
    var namespace =
        request
            .annotation(Keys.VM_NAMESPACE)
            .or(() -> Optional.ofNullable(request.getSpec().sourceNamespace()));
    return request.annotation(Keys.VM_NAME).flatMap(name -> namespace.flatMap(in -> vm(in, name)));
  }

  /** A request that names what cannot be a VM is nobody's, and must not disturb others. */
  private static Optional<VmRef> vm(String namespace, String name) {
    try {
      return Optional.of(new VmRef(namespace, name));
    } catch (VirtMoverException e) {
      return Optional.empty();
    }
  }

  /** The Velero backup that it belongs to. */
  static Optional<BackupName> backup(DataUpload request) {
    return request.label(Keys.BACKUP).map(BackupName::new);
  }

  /** The backup storage location that it goes to. */
  static Optional<String> location(DataUpload request) {
    return Optional.ofNullable(request.getSpec().backupStorageLocation())
        .filter(name -> !name.isEmpty());
  }
}
