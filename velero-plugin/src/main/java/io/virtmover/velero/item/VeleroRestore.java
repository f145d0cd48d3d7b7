// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.item;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.cluster.VeleroNames;
import io.virtmover.velero.filter.NameFilter;
import io.virtmover.velero.filter.ResourceWords;

/** Velero's Restore, as far as the plugin reads it. */
public record VeleroRestore(Item item) {
  public static VeleroRestore of(ObjectNode tree) {
    return new VeleroRestore(new Item(tree));
  }

  public String name() {
    return item.name();
  }

  public String uid() {
    return item.uid();
  }

  /** Its name as labels have it. */
  public String label() {
    return VeleroNames.label(name());
  }

  /** The backup that is restored; Velero fills it in where a schedule was named. */
  public String backup() {
    return item.spec().path("backupName").asText();
  }

  /** Whether volumes get their data; what nobody has said means yes. */
  public boolean restoresVolumes() {
    return item.spec().path("restorePVs").asBoolean(true);
  }

  /** Whether its filters leave a kind of objects out, also where something brings it along. */
  public boolean leavesOut(ResourceWords kind) {
    return NameFilter.old(item.words("includedResources"), item.words("excludedResources"))
        .leavesOut(kind);
  }

  /** How long Velero waits for an operation, as Go writes it. */
  public String operationTimeout() {
    return Item.text(item.spec(), "itemOperationTimeout").orElse(VeleroBackup.OPERATION_TIMEOUT);
  }

  /** Where objects of a namespace go to. */
  public String target(String namespace) {
    return Item.text(item.spec().path("namespaceMapping"), namespace).orElse(namespace);
  }
}
