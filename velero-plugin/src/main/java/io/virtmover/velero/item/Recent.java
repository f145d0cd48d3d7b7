// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.item;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The last answer to a question that is asked again for each item of a namespace. Nothing depends
 * on it but the number of calls: an answer is kept for half a minute, and only the last one.
 */
public final class Recent<K, V> {
  private static final Duration LIFE = Duration.ofSeconds(30);

  private record Answer<K, V>(K key, V value, Instant until) {}

  private final InstantSource clock;
  private final Function<K, V> source;
  private @Nullable Answer<K, V> last;

  public Recent(InstantSource clock, Function<K, V> source) {
    this.clock = clock;
    this.source = source;
  }

  /** The answer, not older than half a minute. */
  public synchronized V get(K key) {
    var now = clock.instant();
    var answer = last;
    if (answer == null || !answer.key().equals(key) || !now.isBefore(answer.until())) {
      answer = new Answer<>(key, source.apply(key), now.plus(LIFE));
      last = answer;
    }
    return answer.value();
  }
}
