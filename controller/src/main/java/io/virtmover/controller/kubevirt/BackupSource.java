// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.kubevirt;

import com.fasterxml.jackson.databind.JsonNode;

/** What a VirtualMachineBackup names as its source. */
public record BackupSource(boolean isTracker, String name) {
  /** Reads {@code spec.source}. */
  public static BackupSource of(JsonNode backup) {
    var source = backup.path("spec").path("source");
    return new BackupSource(
        source.path("kind").asText().equals("VirtualMachineBackupTracker"),
        source.path("name").asText());
  }
}
