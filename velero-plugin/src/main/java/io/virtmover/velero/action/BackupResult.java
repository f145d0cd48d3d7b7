// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.action;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link BackupItemAction} answers.
 *
 * @param item what goes into the backup in the place of the given item
 * @param additionalItems what is backed up with it, within the backup's filters
 * @param operationId the operation that was started, if one was; not longer than 63 characters when
 *     it is a label too
 * @param itemsToUpdate what is fetched again, filters or not, when all operations of the backup
 *     have ended
 */
public record BackupResult(
    ObjectNode item,
    List<ResourceIdentifier> additionalItems,
    Optional<String> operationId,
    List<ResourceIdentifier> itemsToUpdate) {
  public BackupResult {
    additionalItems = List.copyOf(additionalItems);
    itemsToUpdate = List.copyOf(itemsToUpdate);
  }

  /** The item, and nothing else. */
  public static BackupResult of(ObjectNode item) {
    return new BackupResult(item, List.of(), Optional.empty(), List.of());
  }

  public BackupResult withAdditionalItems(List<ResourceIdentifier> items) {
    return new BackupResult(item, items, operationId, itemsToUpdate);
  }

  /** An operation that was started, and what it leaves for the backup when it has ended. */
  public BackupResult withOperation(String id, List<ResourceIdentifier> updates) {
    return new BackupResult(item, additionalItems, Optional.of(id), updates);
  }
}
