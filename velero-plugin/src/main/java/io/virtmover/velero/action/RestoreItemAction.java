// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.action;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Asked for each matching item while Velero restores (Velero's version 2 of this kind). */
public non-sealed interface RestoreItemAction extends Action {
  /**
   * Decides about an item.
   *
   * @param item what would be created: metadata cleaned, no status, as earlier actions left it; may
   *     be changed and returned
   * @param itemFromBackup the object as it lies in the backup, status included
   * @param restore the whole Restore
   */
  RestoreResult execute(ObjectNode item, ObjectNode itemFromBackup, ObjectNode restore);

  /** As {@link BackupItemAction#progress}. */
  default OperationProgress progress(String operationId, ObjectNode restore) {
    throw BackupItemAction.noOperations(this, operationId);
  }

  /** As {@link BackupItemAction#cancel}. */
  default void cancel(String operationId, ObjectNode restore) {
    throw BackupItemAction.noOperations(this, operationId);
  }

  /**
   * Whether what {@link RestoreResult#additionalItems} named is ready; asked each second when
   * {@link RestoreResult#waitFor} says so. Only items that were restored are named.
   */
  default boolean areAdditionalItemsReady(List<ResourceIdentifier> items, ObjectNode restore) {
    return true;
  }
}
