// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.action;

/** What actions of all kinds have: a name, and the items they are asked about. */
public sealed interface Action
    permits BackupItemAction, DeleteItemAction, ItemBlockAction, RestoreItemAction {
  /**
   * The name that Velero knows the action by. It stays the same in all releases: running operations
   * are asked for by it.
   */
  ActionName name();

  /** The items this action is asked about. Asked once per backup or restore; no API call here. */
  ResourceSelector appliesTo();
}
