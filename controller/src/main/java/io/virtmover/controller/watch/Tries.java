// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.watch;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Since when this process has tried to get something done. It is not kept: the time in which no
 * controller was there must count against no deadline, and another one begins to count anew.
 *
 * <p>What is tried without success is tried again within half a minute. So what was not tried for
 * longer was done, or could not be tried; when it is to be done once more, that is another matter,
 * and counts from then.
 */
@ApplicationScoped
public class Tries {
  /** Longer than any pause between two tries of the same. */
  static final Duration PAUSE = Duration.ofMinutes(5);

  /** Up to this long after a try counts as trying, where it is only queued for afterwards. */
  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(30);

  private record Series(Instant since, Instant last, boolean isPaused) {
    boolean goesOnAt(Instant begin) {
      return !begin.isAfter(last.plus(PAUSE));
    }

    /** As if it had been tried without a pause until then. */
    Instant sinceAt(Instant now) {
      return isPaused ? now.minus(Duration.between(since, last)) : since;
    }

    Series pausedAt(Instant now) {
      var counted = isPaused ? last : earlier(last.plus(BETWEEN_TRIES), now);
      return new Series(now.minus(Duration.between(since, counted)), now, true);
    }

    private static Instant earlier(Instant one, Instant other) {
      return one.isBefore(other) ? one : other;
    }
  }

  private final Map<String, Map<OwnWork, Series>> all = new ConcurrentHashMap<>();

  /**
   * Since when each work of an attempt is being tried; without those that are not.
   *
   * @param now when the pass began that asks
   */
  public Map<OwnWork, Instant> of(String attempt, Instant now) {
    var since = new EnumMap<OwnWork, Instant>(OwnWork.class);
    all.getOrDefault(attempt, Map.of())
        .forEach(
            (work, series) -> {
              if (series.goesOnAt(now)) {
                since.put(work, series.sinceAt(now));
              }
            });
    return Map.copyOf(since);
  }

  /**
   * Notes a try.
   *
   * @param begin when the pass began: a try can take long
   * @param now when it is known not to be done
   */
  public void tried(String attempt, OwnWork work, Instant begin, Instant now) {
    all.computeIfAbsent(attempt, _ -> new ConcurrentHashMap<>())
        .compute(
            work,
            (_, before) ->
                new Series(
                    before != null && before.goesOnAt(begin) ? before.sinceAt(begin) : begin,
                    now,
                    false));
  }

  /**
   * Notes that nothing could be tried, because it is others' turn: the time stands still, and
   * nothing is forgotten. It is to be noted again before {@link #PAUSE} is over.
   */
  public void pause(String attempt, Instant now) {
    all.computeIfPresent(
        attempt,
        (_, works) -> {
          works.replaceAll((_, series) -> series.goesOnAt(now) ? series.pausedAt(now) : series);
          return works;
        });
  }

  /**
   * The same.
   *
   * @return since when it is tried in a row
   */
  public Instant triedSince(String attempt, OwnWork work, Instant begin, Instant now) {
    tried(attempt, work, begin, now);
    return of(attempt, now).getOrDefault(work, now);
  }

  /** Notes that it was done: should it be tried once more, that counts from then. */
  public void done(String attempt, OwnWork work) {
    all.computeIfPresent(
        attempt,
        (_, works) -> {
          works.remove(work);
          return works;
        });
  }

  /** Forgets an attempt that is over. */
  public void forget(String attempt) {
    all.remove(attempt);
  }
}
