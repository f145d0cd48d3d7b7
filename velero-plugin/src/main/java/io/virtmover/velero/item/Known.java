// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.item;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Answers to questions that are asked again for each item of a Backup. They are kept as long as the
 * process lives, which Velero starts for one Backup: all items of a VM are judged by the same. A
 * question that failed is asked again.
 */
public final class Known<K, V> {
  private final Map<K, V> answers = new ConcurrentHashMap<>();

  /** The first answer, whatever a source would say by now. */
  public V get(K key, Function<? super K, ? extends V> source) {
    return answers.computeIfAbsent(key, source);
  }
}
