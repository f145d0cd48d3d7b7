// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.action;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;

/** Asked for each matching item while Velero takes a backup (Velero's version 2 of this kind). */
public non-sealed interface BackupItemAction extends Action {
  /**
   * Decides about an item. May start an operation, but not while {@code backup}'s {@code
   * status.phase} is {@code Finalizing} or {@code FinalizingPartiallyFailed}. A repeated call for
   * the same item and backup starts no second operation.
   *
   * @param item the object as earlier actions left it; may be changed and returned
   * @param backup the whole Backup, defaults filled in
   * @return at least an item
   */
  BackupResult execute(ObjectNode item, ObjectNode backup);

  /**
   * How far an operation is; asked every ten seconds, each time in a new process. An exception ends
   * the operation as failed for good: when something does not answer just now, say "not completed"
   * instead.
   */
  default OperationProgress progress(String operationId, ObjectNode backup) {
    throw noOperations(this, operationId);
  }

  /** Asks an operation to stop; returns at once, and does nothing the second time. */
  default void cancel(String operationId, ObjectNode backup) {
    throw noOperations(this, operationId);
  }

  static VirtMoverException noOperations(Action action, String operationId) {
    return new VirtMoverException(
        FailureKind.INVALID_REQUEST,
        "%s starts no operations, so it knows of none called %s"
            .formatted(action.name(), operationId));
  }
}
