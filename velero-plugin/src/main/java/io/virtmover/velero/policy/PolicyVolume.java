// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.virtmover.velero.item.Item;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * A claim and its volume, as policies look at them: almost everything is the volume's, so a claim
 * without one meets few conditions.
 *
 * @param volume the PersistentVolume of a bound claim
 */
public record PolicyVolume(Item claim, Optional<Item> volume) {
  /** The volume of a claim that is bound. */
  public static Optional<String> volumeName(Item claim) {
    return claim.status().path("phase").asText().equals("Bound")
        ? Item.text(claim.spec(), "volumeName")
        : Optional.empty();
  }

  BigDecimal capacity() {
    return volume
        .flatMap(found -> Item.text(found.spec().path("capacity"), "storage"))
        .map(Amount::read)
        .orElse(BigDecimal.ZERO);
  }

  Optional<String> storageClass() {
    return volume.flatMap(found -> Item.text(found.spec(), "storageClassName"));
  }

  /** What the volume says of its source, where it is of this type. */
  Optional<JsonNode> source(String type) {
    return volume.map(found -> found.spec().path(type)).filter(JsonNode::isObject);
  }

  JsonNode labels() {
    return claim.tree().path("metadata").path("labels");
  }

  Optional<String> phase() {
    return Item.text(claim.status(), "phase");
  }
}
