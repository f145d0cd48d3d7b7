// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.collect;

import io.virtmover.controller.location.LocationAccess;
import io.virtmover.controller.metrics.CollectMetrics;
import io.virtmover.deletion.Tombstone;
import io.virtmover.domain.BackupName;
import io.virtmover.failure.VirtMoverException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.logging.Logger;

/**
 * Tells of backups that Velero has no more although nothing has asked for their end: one that it
 * did not finish, say, because it was started again. What they need stays for ever. They are not
 * deleted: it may be that only what Velero had is lost, and their disks can be restored.
 */
final class ForgottenBackups {
  private static final Logger LOG = Logger.getLogger(ForgottenBackups.class);

  /** Where Velero's part of a location is lost, it is all of them. */
  private static final int MOST_NAMED = 20;

  private final Tombstones tombstones;
  private final CollectMetrics metrics;

  ForgottenBackups(Tombstones tombstones, CollectMetrics metrics) {
    this.tombstones = tombstones;
    this.metrics = metrics;
  }

  /** Looks for them in a location. */
  void tell(LocationAccess access, OpenLocation open) {
    var found = new TreeSet<>(open.forgotten());
    if (!found.isEmpty()) {
      // Looked for last: the plugin makes them before Velero deletes anything.
      leaveOutThoseThatGo(access, found);
    }
    metrics.forgotten(access.name(), found.size());
    found.stream().limit(MOST_NAMED).forEach(backup -> warn(access, backup));
    if (found.size() > MOST_NAMED) {
      LOG.warnf(
          "BackupStorageLocation %s has %d more such backups.",
          access.name(), found.size() - MOST_NAMED);
    }
  }

  private void leaveOutThoseThatGo(LocationAccess access, Set<BackupName> found) {
    tombstones.forEach(
        work ->
            tombstone(work)
                .filter(tombstone -> tombstone.location().equals(access.name()))
                .ifPresent(tombstone -> found.remove(tombstone.backup())));
  }

  private static Optional<Tombstone> tombstone(Work work) {
    try {
      return Optional.of(work.tombstone());
    } catch (VirtMoverException e) {
      return Optional.empty();
    }
  }

  private static void warn(LocationAccess access, BackupName backup) {
    LOG.warnf(
        "Velero does not have backup %1$s in BackupStorageLocation %2$s any more, and there is no tombstone of it, so its data stays. If nobody is to restore it, 'virtmover delete-backup --backup %1$s --delete' removes it.",
        backup, access.name());
  }
}
