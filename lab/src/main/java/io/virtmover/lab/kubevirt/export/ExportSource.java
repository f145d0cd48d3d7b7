// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.export;

import java.util.List;
import java.util.Optional;

/** What is exported. */
sealed interface ExportSource {
  /** Whether an exporter pod makes sense already. */
  boolean isReady();

  /**
   * A pull backup.
   *
   * @param message what the backup says of its progress; absent in 1.8
   * @param vm the VM's name, for the pod to come near its launcher
   */
  record Backup(
      String name,
      String uid,
      List<String> volumes,
      String type,
      String checkpoint,
      Optional<String> message,
      String vm)
      implements ExportSource {
    @Override
    public boolean isReady() {
      return !volumes.isEmpty();
    }
  }

  /** A PVC, as clients other than backups export it. */
  record Claim(String name, boolean bound, boolean block) implements ExportSource {
    @Override
    public boolean isReady() {
      return bound;
    }
  }

  /** A source that is not there or of another kind. */
  record Unknown() implements ExportSource {
    @Override
    public boolean isReady() {
      return false;
    }
  }
}
