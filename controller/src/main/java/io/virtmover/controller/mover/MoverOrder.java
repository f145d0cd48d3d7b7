// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.mover;

import io.virtmover.controller.location.LocationAccess;
import io.virtmover.controller.velero.TransferObject;
import io.virtmover.domain.VmRef;
import io.virtmover.transfer.MoverMemory;
import io.virtmover.transfer.Task;
import java.util.Optional;

/**
 * A transfer that a mover is to make for a request.
 *
 * @param name of the Job and of the secret with its files; also the attempt's id
 * @param request the DataUpload or DataDownload
 * @param volume the claim that is read or written
 * @param export what leads to KubeVirt's export; empty where the data comes from a claim
 * @param memory what the task takes
 */
public record MoverOrder(
    String name,
    TransferObject request,
    VmRef vm,
    Task task,
    LocationAccess location,
    Optional<MoverVolume> volume,
    Optional<ExportSecret> export,
    MoverMemory memory) {
  /**
   * What leads to KubeVirt's export.
   *
   * @param authority PEM certificates
   */
  public record ExportSecret(String authority, String token) {}
}
