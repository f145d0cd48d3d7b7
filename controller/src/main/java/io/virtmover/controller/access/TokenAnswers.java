// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.access;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the API server has said of tokens, for a while. Tokens themselves are not kept, and whoever
 * sends many fills no memory: beyond the bound nothing more is remembered.
 *
 * @param <A> what was said
 */
public final class TokenAnswers<A> {
  private record Kept<A>(A answer, Instant until) {}

  private final Duration lasts;
  private final int most;
  private final Map<String, Kept<A>> kept = new ConcurrentHashMap<>();

  /**
   * @param lasts how long an answer holds
   * @param most how many are remembered
   */
  public TokenAnswers(Duration lasts, int most) {
    this.lasts = lasts;
    this.most = most;
  }

  /** What was said of a token, while it holds. */
  public Optional<A> of(BearerToken token, Instant now) {
    return Optional.ofNullable(kept.get(token.fingerprint()))
        .filter(found -> found.until().isAfter(now))
        .map(Kept::answer);
  }

  /** Remembers what was said just now. */
  public void keep(BearerToken token, A answer, Instant now) {
    if (kept.size() >= most) {
      kept.values().removeIf(old -> !old.until().isAfter(now));
    }
    if (kept.size() < most) {
      kept.put(token.fingerprint(), new Kept<>(answer, now.plus(lasts)));
    }
  }
}
