// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.action;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link RestoreItemAction} answers.
 *
 * @param item what is created in the place of the given item
 * @param additionalItems what is restored before it, from the backup
 * @param skipRestore the object is not created, and later actions do not see it; an operation
 *     counts all the same
 * @param operationId the operation that was started, if one was
 * @param waitFor how long to wait at most until the additional items are ready; zero is Velero's
 *     own {@code --resource-timeout}, empty means not at all
 */
public record RestoreResult(
    ObjectNode item,
    List<ResourceIdentifier> additionalItems,
    boolean skipRestore,
    Optional<String> operationId,
    Optional<Duration> waitFor) {
  public RestoreResult {
    additionalItems = List.copyOf(additionalItems);
  }

  /** The item is created, and nothing else happens. */
  public static RestoreResult of(ObjectNode item) {
    return new RestoreResult(item, List.of(), false, Optional.empty(), Optional.empty());
  }

  /** The item is not created. */
  public static RestoreResult skipped(ObjectNode item) {
    return new RestoreResult(item, List.of(), true, Optional.empty(), Optional.empty());
  }

  public RestoreResult withAdditionalItems(List<ResourceIdentifier> items) {
    return new RestoreResult(item, items, skipRestore, operationId, waitFor);
  }

  public RestoreResult withOperation(String id) {
    return new RestoreResult(item, additionalItems, skipRestore, Optional.of(id), waitFor);
  }

  /** Additional items are waited for until {@link RestoreItemAction#areAdditionalItemsReady}. */
  public RestoreResult waitingFor(Duration atMost) {
    return new RestoreResult(item, additionalItems, skipRestore, operationId, Optional.of(atMost));
  }
}
