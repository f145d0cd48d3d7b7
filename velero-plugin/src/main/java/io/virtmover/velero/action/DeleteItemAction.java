// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.action;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Told of each matching item of a backup that is being deleted. An error is only logged, and the
 * backup goes all the same.
 */
public non-sealed interface DeleteItemAction extends Action {
  /**
   * An item of the backup goes.
   *
   * @param item the object as it lies in the backup
   * @param backup the Backup
   */
  void execute(ObjectNode item, ObjectNode backup);
}
