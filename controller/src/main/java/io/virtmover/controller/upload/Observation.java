// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.virtmover.cluster.VmBackup;
import io.virtmover.cluster.VmExport;
import io.virtmover.controller.mover.MoverState;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.watch.OwnWork;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that is known of a DataUpload at one moment.
 *
 * @param retries what its annotation says
 * @param tried since when this controller tries what only it gets done
 * @param obstacle what it waits for before anything of its own is made
 * @param backup its VirtualMachineBackup
 * @param export that of the backup, looked up where it matters
 * @param refusal why virt-launcher refuses to start the backup, looked up where it takes long
 * @param hasToken whether the token of the export can be read, looked up where it matters
 * @param source what has become of what the backup depends on, looked up where it takes long
 * @param trackerMade when the tracker was made that is there, looked up where it takes long
 * @param hasClaim whether the claim with KubeVirt's files is bound in the mover's namespace
 * @param isMoverOnClaim whether the mover reads a claim of its own, which stays whatever becomes of
 *     KubeVirt's backup
 * @param earlier objects of earlier tries that are still there, in words
 * @param own objects of this try that are still there, in words
 */
record Observation(
    DataUpload request,
    Retries retries,
    Map<OwnWork, Instant> tried,
    Optional<String> obstacle,
    Optional<Own> backup,
    Optional<VmExport> export,
    Optional<String> refusal,
    boolean hasToken,
    JobSource source,
    Optional<Instant> trackerMade,
    MoverState mover,
    boolean hasClaim,
    boolean isMoverOnClaim,
    List<String> earlier,
    List<String> own) {
  /** The request's VirtualMachineBackup, and what it was made for. */
  record Own(VmBackup backup, BackupPlan plan) {}

  Observation {
    tried = Map.copyOf(tried);
    earlier = List.copyOf(earlier);
    own = List.copyOf(own);
  }

  boolean hasLeftovers() {
    return !earlier.isEmpty() || !own.isEmpty();
  }
}
