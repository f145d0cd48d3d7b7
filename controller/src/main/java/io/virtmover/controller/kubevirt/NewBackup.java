// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.kubevirt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.Duration;
import java.util.Optional;

/**
 * A VirtualMachineBackup to be made. Nothing is ever written to it afterwards: that can turn a
 * backup that succeeded into one that failed (docs/kubevirt-backup-api.md).
 *
 * @param claim for the files, or in pull mode for what the guest overwrites meanwhile
 * @param tokenSecret secret with the token, where the data is pulled
 * @param timeToLive far above what the transfer may take: at its end KubeVirt counts a pull as
 *     complete, and from the next release on a backup of either mode as failed. Releases that know
 *     none for pushes ignore it there
 */
public record NewBackup(
    ObjectMeta metadata,
    String tracker,
    String claim,
    Optional<String> tokenSecret,
    Duration timeToLive,
    boolean isFullForced,
    boolean isQuiesced) {
  JsonNode object(ObjectMapper json) {
    var object = json.createObjectNode().put("kind", "VirtualMachineBackup");
    object.set("metadata", json.valueToTree(metadata));
    var spec =
        object
            .putObject("spec")
            .put("pvcName", claim)
            .put("mode", "Push")
            .put("ttlDuration", GoDuration.text(timeToLive));
    spec.putObject("source")
        .put("apiGroup", KubeVirtKinds.BACKUP_GROUP)
        .put("kind", "VirtualMachineBackupTracker")
        .put("name", tracker);
    tokenSecret.ifPresent(secret -> spec.put("mode", "Pull").put("tokenSecretRef", secret));
    if (isFullForced) {
      spec.put("forceFullBackup", true);
    }
    if (!isQuiesced) {
      spec.put("skipQuiesce", true);
    }
    return object;
  }
}
