// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import io.virtmover.domain.VmRef;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One transfer, as a mover pod is told to make it (docs/transfer-contract.md). Files are paths
 * inside the pod; secrets come by mount only.
 *
 * @param id of the attempt; every object it writes carries it
 * @param vm in its namespace at backup time
 * @param resultFile where the result goes besides standard output, for example the pod's
 *     termination message
 */
public record TransferRequest(
    String id, LocationFiles location, VmRef vm, Task task, Optional<Path> resultFile) {
  /**
   * @throws VirtMoverException {@code INVALID_REQUEST} without an id
   */
  public TransferRequest {
    if (id.isEmpty()) {
      throw new VirtMoverException(FailureKind.INVALID_REQUEST, "The id of the attempt is empty.");
    }
  }
}
