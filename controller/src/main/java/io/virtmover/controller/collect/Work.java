// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.collect;

import io.fabric8.kubernetes.api.model.ConfigMap;
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
 * @param failures in a row
 * @param due when it is tried next
 */
record Work(ConfigMap object, int failures, Instant due) {
  static final String FAILURES = "virtmover.io/failures";
  static final String NEXT_TRY = "virtmover.io/next-try";
  static final String REASON = "virtmover.io/reason";

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
        object, number(notes.get(FAILURES)), time(notes.get(NEXT_TRY)).orElse(Instant.EPOCH));
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

  /** What was younger than the grace period stays the first time, and has to be asked for again. */
  Next freed(Instant now, Duration grace) {
    var allIsOld = made(now).plus(grace).plus(FIRST_PAUSE);
    return now.isBefore(allIsOld)
        ? new Next.Again(
            allIsOld, 0, "The backup is gone; what is young goes after the grace period.")
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
