// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.item;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.cluster.Marks;
import io.virtmover.cluster.VeleroNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Velero's Backup, as far as the plugin reads it. */
public record VeleroBackup(Item item) {
  /** Velero's own default. */
  static final String OPERATION_TIMEOUT = "4h0m0s";

  private static final String DATAMOVER = Marks.OURS + "datamover";

  /** kubevirt-velero-plugin's label on Backups that want no data. */
  private static final String OBJECTS_ONLY = "velero.kubevirt.io/metadataBackup";

  private static final String EVERYTHING = "*";

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

  /**
   * Whether its filters leave a kind of objects out.
   *
   * @param words by which people name the kind, in lower case
   */
  public boolean leavesOut(Set<String> words) {
    var included = words("includedResources", "includedNamespaceScopedResources");
    var excluded = words("excludedResources", "excludedNamespaceScopedResources");
    return (!included.isEmpty() && included.stream().noneMatch(word -> isOneOf(word, words)))
        || excluded.stream().anyMatch(word -> isOneOf(word, words));
  }

  private static boolean isOneOf(String word, Set<String> words) {
    return word.equals(EVERYTHING) || words.contains(word.toLowerCase(Locale.ROOT));
  }

  private List<String> words(String... fields) {
    var words = new ArrayList<String>();
    for (var field : fields) {
      item.spec().path(field).forEach(word -> words.add(word.asText()));
    }
    return words;
  }
}
