// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.velero.item.Item;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether a volume meets the conditions of a policy's entry; all of them have to be met. */
final class Conditions {
  private static final int ENDS = 2;

  private Conditions() {}

  /**
   * Decides it.
   *
   * @throws VirtMoverException {@code UNSUPPORTED} for a condition that this release does not know
   */
  static boolean areMet(JsonNode conditions, PolicyVolume volume) {
    for (var condition : conditions.properties()) {
      if (!isMet(condition, volume)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isMet(Map.Entry<String, JsonNode> condition, PolicyVolume volume) {
    var wanted = condition.getValue();
    return switch (condition.getKey()) {
      case "capacity" -> isWithin(wanted.asText(), volume.capacity());
      case "storageClass" -> isListed(wanted, volume.storageClass());
      case "nfs" -> volume.source("nfs").filter(nfs -> isNfs(wanted, nfs)).isPresent();
      case "csi" -> volume.source("csi").filter(csi -> isCsi(wanted, csi)).isPresent();
      case "volumeTypes" ->
          wanted.isEmpty() || Item.texts(wanted).anyMatch(type -> volume.source(type).isPresent());
      case "pvcLabels" -> hasAll(wanted, volume.labels());
      case "pvcPhase" -> isListed(wanted, volume.phase());
      default ->
          throw new VirtMoverException(
              FailureKind.UNSUPPORTED,
              "it has the condition '%s', which this release of VirtMover does not know"
                  .formatted(condition.getKey()));
    };
  }

  private static boolean isWithin(String range, BigDecimal capacity) {
    var ends = range.split(",", -1);
    if (ends.length != ENDS) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST, "its capacity '%s' is not 'LEAST,MOST'".formatted(range));
    }
    var least = end(ends[0]);
    var most = end(ends[1]);
    return capacity.compareTo(least) >= 0 && (most.signum() == 0 || capacity.compareTo(most) <= 0);
  }

  private static BigDecimal end(String text) {
    return text.isBlank() ? BigDecimal.ZERO : Amount.read(text.strip());
  }

  private static boolean isListed(JsonNode list, Optional<String> word) {
    return list.isEmpty()
        || word.filter(text -> Item.texts(list).anyMatch(text::equals)).isPresent();
  }

  private static boolean isNfs(JsonNode wanted, JsonNode nfs) {
    return Stream.of("server", "path")
        .allMatch(
            field ->
                wanted.path(field).asText().isEmpty()
                    || wanted.path(field).asText().equals(nfs.path(field).asText()));
  }

  private static boolean isCsi(JsonNode wanted, JsonNode csi) {
    var driver = wanted.path("driver").asText();
    return (driver.isEmpty() || driver.equals(csi.path("driver").asText()))
        && hasAll(wanted.path("volumeAttributes"), csi.path("volumeAttributes"));
  }

  /** What is not there counts as the empty text, on both sides. */
  private static boolean hasAll(JsonNode wanted, JsonNode values) {
    return wanted.properties().stream()
        .allMatch(pair -> pair.getValue().asText().equals(values.path(pair.getKey()).asText()));
  }
}
