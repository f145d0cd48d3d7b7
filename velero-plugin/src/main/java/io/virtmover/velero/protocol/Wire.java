// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.protocol;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.virtmover.velero.action.OperationProgress;
import io.virtmover.velero.action.ResourceIdentifier;
import io.virtmover.velero.action.ResourceSelector;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The ports' words in the words of the wire. */
final class Wire {
  /** Go's zero time, which Velero knows as "not known"; an absent one would be shown as 1970. */
  private static final Timestamp UNKNOWN =
      Timestamp.newBuilder().setSeconds(-62_135_596_800L).build();

  private Wire() {}

  static io.virtmover.velero.wire.ResourceSelector selector(ResourceSelector selector) {
    return io.virtmover.velero.wire.ResourceSelector.newBuilder()
        .addAllIncludedResources(selector.resources())
        .setSelector(selector.labels())
        .build();
  }

  static List<io.virtmover.velero.wire.ResourceIdentifier> identifiers(
      List<ResourceIdentifier> items) {
    return items.stream()
        .map(
            item ->
                io.virtmover.velero.wire.ResourceIdentifier.newBuilder()
                    .setGroup(item.group())
                    .setResource(item.resource())
                    .setNamespace(item.namespace())
                    .setName(item.name())
                    .build())
        .toList();
  }

  static List<ResourceIdentifier> read(List<io.virtmover.velero.wire.ResourceIdentifier> items) {
    return items.stream()
        .map(
            item ->
                new ResourceIdentifier(
                    item.getGroup(), item.getResource(), item.getNamespace(), item.getName()))
        .toList();
  }

  static io.virtmover.velero.wire.OperationProgress progress(OperationProgress progress) {
    return io.virtmover.velero.wire.OperationProgress.newBuilder()
        .setCompleted(progress.completed())
        .setErr(progress.error().orElse(""))
        .setNCompleted(progress.done())
        .setNTotal(progress.total())
        .setOperationUnits(progress.units())
        .setDescription(progress.description())
        .setStarted(timestamp(progress.started()))
        .setUpdated(timestamp(progress.updated()))
        .build();
  }

  static Duration duration(java.time.Duration duration) {
    return Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  private static Timestamp timestamp(Optional<Instant> time) {
    return time.map(
            at ->
                Timestamp.newBuilder()
                    .setSeconds(at.getEpochSecond())
                    .setNanos(at.getNano())
                    .build())
        .orElse(UNKNOWN);
  }
}
