// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.kubevirt;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A VirtualMachineInstance, as far as it tells who backs it up.
 *
 * @param created when the VM was started
 * @param backup the name of the backup whose job it has
 * @param claims those that are attached to it for backups; one is there before the job begins
 */
public record VmInstance(Instant created, Optional<String> backup, Set<String> claims) {
  public VmInstance {
    claims = Set.copyOf(claims);
  }

  /** Reads it. */
  public static VmInstance read(JsonNode object) {
    var claims = new HashSet<String>();
    for (var volume : object.path("spec").path("utilityVolumes")) {
      claims.add(volume.path("claimName").asText());
    }
    return new VmInstance(
        Instant.parse(object.path("metadata").path("creationTimestamp").asText()),
        Optional.ofNullable(
            object
                .path("status")
                .path("changedBlockTracking")
                .path("backupStatus")
                .path("backupName")
                .textValue()),
        claims);
  }

  /** Whether it has a backup's job, or is being made ready for it. */
  public boolean isBusyWith(String backupName, String claim) {
    return backup.equals(Optional.of(backupName)) || claims.contains(claim);
  }
}
