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
 * @param warning what that job warns of while it runs: that the guest could not be frozen
 * @param claims those that are attached to it for backups; one is there before the job begins
 */
public record VmInstance(
    Instant created, Optional<String> backup, Optional<String> warning, Set<String> claims) {
  public VmInstance {
    claims = Set.copyOf(claims);
  }

  /** Reads it. */
  public static VmInstance read(JsonNode object) {
    var claims = new HashSet<String>();
    for (var volume : object.path("spec").path("utilityVolumes")) {
      claims.add(volume.path("claimName").asText());
    }
    var job = object.path("status").path("changedBlockTracking").path("backupStatus");
    return new VmInstance(
        Instant.parse(object.path("metadata").path("creationTimestamp").asText()),
        Optional.ofNullable(job.path("backupName").textValue()),
        Optional.ofNullable(job.path("backupMsg").textValue()).filter(words -> !words.isEmpty()),
        claims);
  }

  /** Whether the guest was not frozen for a backup whose job it has. */
  public boolean isUnfrozenFor(String backupName) {
    return backup.equals(Optional.of(backupName)) && warning.isPresent();
  }

  /** Whether it has a backup's job, or is being made ready for it. */
  public boolean isBusyWith(String backupName, String claim) {
    return backup.equals(Optional.of(backupName)) || claims.contains(claim);
  }
}
