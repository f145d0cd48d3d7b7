// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import io.virtmover.domain.VmRef;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One transfer, as a mover pod is told to make it (docs/transfer-contract.md). Files are paths
 * inside the pod; secrets come by mount only.
 *
 * @param id of the attempt; every object it writes carries it, and so do addresses
 * @param vm in its namespace at backup time
 * @param resultFile where the result goes besides standard output, for example the pod's
 *     termination message
 * @param callback where the controller is told of it, too
 */
public record TransferRequest(
    String id,
    LocationFiles location,
    VmRef vm,
    Task task,
    Optional<Path> resultFile,
    Optional<Callback> callback) {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  /**
   * @throws VirtMoverException {@code INVALID_REQUEST} for an id that does not go into an address
   */
  public TransferRequest {
    var _ = checkedId(id);
  }

  /** An attempt's id, if it is a segment of a path as it is, and not one that leads elsewhere. */
  static String checkedId(String id) {
    if (!ID.matcher(id).matches()) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "The id of an attempt begins with a letter or a digit and holds only these, '-', '.' and"
              + " '_' (ASCII).");
    }
    return id;
  }
}
