// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.item;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.cluster.Marks;
import io.virtmover.cluster.VeleroNames;
import io.virtmover.velero.filter.NameFilter;
import io.virtmover.velero.filter.ResourceWords;
import java.util.Optional;

/** Velero's Backup, as far as the plugin reads it. */
public record VeleroBackup(Item item) {
  /** Velero's own default. */
  static final String OPERATION_TIMEOUT = "4h0m0s";

  private static final String DATAMOVER = Marks.OURS + "datamover";

  /** kubevirt-velero-plugin's label on Backups that want no data. */
  private static final String OBJECTS_ONLY = "velero.kubevirt.io/metadataBackup";

  public static VeleroBackup of(ObjectNode tree) {
    return new VeleroBackup(new Item(tree));
  }

  public String name() {
    return item.name();
  }

  public String uid() {
    return item.uid();
  }

  /** Its namespace, which is Velero's. */
  public String namespace() {
    return item.namespace();
  }

  /** Its name as labels have it, which is the name that the bucket knows. */
  public String label() {
    return VeleroNames.label(name());
  }

  /** All operations have ended, and none may be started any more. */
  public boolean isFinalizing() {
    return item.status().path("phase").asText().startsWith("Finalizing");
  }

  public String location() {
    return item.spec().path("storageLocation").asText();
  }

  /** Whether data is to be moved to the location. */
  public boolean movesData() {
    return item.spec().path("snapshotMoveData").asBoolean();
  }

  /** Whether Velero itself takes snapshots; what a policy hands over does not hang on it. */
  public boolean takesSnapshots() {
    return item.spec().path("snapshotVolumes").asBoolean(true);
  }

  /** Whether it is for objects, and not for data. */
  public boolean wantsObjectsOnly() {
    return item.label(OBJECTS_ONLY).isPresent();
  }

  /** The ConfigMap with its volume policy; Velero knows no other kind. */
  public Optional<String> policy() {
    var reference = item.spec().path("resourcePolicy");
    return reference.path("kind").asText().equalsIgnoreCase("configmap")
        ? Item.text(reference, "name")
        : Optional.empty();
  }

  /** Whether what its policy skips is ours, for a Velero that does not know {@code custom} yet. */
  public boolean handsOverWhatItSkips() {
    return item.annotation(DATAMOVER).filter(Marks.DATAMOVER::equals).isPresent();
  }

  /** How long Velero waits for an operation, as Go writes it. */
  public String operationTimeout() {
    return Item.text(item.spec(), "itemOperationTimeout").orElse(OPERATION_TIMEOUT);
  }

  /** Whether Velero's file system backup takes all volumes of pods that nothing is said about. */
  public boolean takesPodVolumes() {
    return item.spec().path("defaultVolumesToFsBackup").asBoolean();
  }

  /**
   * Whether an object is not in it whatever brings it along. Label selectors are no reason: what
   * they do not pick comes along with what they pick.
   *
   * @param policy what its resource policy says of kinds in namespaces
   */
  public boolean leavesOut(Item object, ResourceWords kind, NameFilter policy) {
    return object.isGoing()
        || object.label(Marks.EXCLUDED).filter("true"::equals).isPresent()
        || namespaces().leavesOut(object.namespace())
        || leavesOut(kind, policy);
  }

  private NameFilter namespaces() {
    return new NameFilter(item.words("includedNamespaces"), item.words("excludedNamespaces"));
  }

  /** Velero looks at the older fields, without the policy, where one of them is there. */
  private boolean leavesOut(ResourceWords kind, NameFilter policy) {
    var old = NameFilter.old(item.words("includedResources"), item.words("excludedResources"));
    var hasOld = item.spec().hasNonNull("includeClusterResources") || !old.equals(NameFilter.ALL);
    return hasOld
        ? old.leavesOut(kind)
        : new NameFilter(
                item.words("includedNamespaceScopedResources"),
                item.words("excludedNamespaceScopedResources"))
            .leavesOut(kind, policy);
  }
}
