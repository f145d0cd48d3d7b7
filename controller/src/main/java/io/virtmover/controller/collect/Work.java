// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.collect;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.virtmover.deletion.Tombstone;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tombstone and how its work goes: as written in its ConfigMap, so that it outlives the
 * controller.
 *
 * @param object what is needed of it
 * @param failures in a row
 * @param due when it is tried next
 * @param place that its location led to when it was first looked at
 */
record Work(ConfigMap object, int failures, Instant due, Optional<String> place) {
  static final String FAILURES = "virtmover.io/failures";
  static final String NEXT_TRY = "virtmover.io/next-try";
  static final String REASON = "virtmover.io/reason";
  static final String PLACE = "virtmover.io/place";

  private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(6);

  /** What of a VM's work comes next. */
  sealed interface Next {
    /** All is done. */
    record Done() implements Next {}

    /** It goes on later. */
    record Again(Instant at, int failures, String reason) implements Next {}
  }

  static Work of(ConfigMap object) {
    var notes = Optional.ofNullable(object.getMetadata().getAnnotations()).orElse(Map.of());
    return new Work(
        needed(object),
        number(notes.get(FAILURES)),
        time(notes.get(NEXT_TRY)).orElse(Instant.EPOCH),
        Optional.ofNullable(notes.get(PLACE)));
  }

  /** Without what Kubernetes notes beside it, which can be larger than all the rest. */
  private static ConfigMap needed(ConfigMap object) {
    var metadata = object.getMetadata();
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(metadata.getName())
        .withNamespace(metadata.getNamespace())
        .withUid(metadata.getUid())
        .withResourceVersion(metadata.getResourceVersion())
        .withCreationTimestamp(metadata.getCreationTimestamp())
        .withAnnotations(metadata.getAnnotations())
        .endMetadata()
        .withData(object.getData())
        .build();
  }

  /** The same, with the place that its location leads to unless it has one already. */
  Work at(String first) {
    return new Work(object, failures, due, place.or(() -> Optional.of(first)));
  }

  private static int number(@Nullable String text) {
    return text != null && text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
  }

  private static Optional<Instant> time(@Nullable String text) {
    try {
      return Optional.ofNullable(text).map(Instant::parse);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /**
   * What it is about.
   *
   * @throws io.virtmover.failure.VirtMoverException {@code INVALID_REQUEST} if it does not say
   */
  Tombstone tombstone() {
    return Tombstone.of(Optional.ofNullable(object.getData()).orElse(Map.of()));
  }

  boolean isDue(Instant now) {
    return !due.isAfter(now);
  }

  /** When it became due. */
  Instant waitsSince() {
    var made = made(due);
    return made.isAfter(due) ? made : due;
  }

  /**
   * What is younger than the grace period stays, and so does a VM's last chain that long after this
   * has found that nothing needs it; both have to be asked for again.
   *
   * @param hasMore whether there is such a thing
   */
  Next freed(Instant now, Duration grace, boolean hasMore) {
    return hasMore
        ? new Next.Again(
            now.plus(grace).plus(FIRST_PAUSE),
            0,
            "The backup is gone; the rest of what no backup needs goes after the grace period.")
        : new Next.Done();
  }

  /** When the backup was deleted. */
  Instant made(Instant now) {
    return time(object.getMetadata().getCreationTimestamp()).orElse(now);
  }

  Next failed(Instant now, String reason) {
    var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 10));
    var bounded = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    return new Next.Again(now.plus(bounded), failures + 1, reason);
  }

  /** Nothing is wrong, it only has to wait. */
  Next waits(Instant now, Duration pause, String reason) {
    return new Next.Again(now.plus(pause), 0, reason);
  }
}
