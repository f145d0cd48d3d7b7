// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.qemu;

import java.util.Optional;
import java.util.Set;

/**
 * What a backup holds the changes since.
 *
 * @param checkpoint empty for a full
 * @param whole volumes that are backed up whole all the same
 */
public record Base(Optional<String> checkpoint, Set<String> whole) {
  /** Of a full. */
  public static final Base NONE = new Base(Optional.empty(), Set.of());

  public Base {
    whole = Set.copyOf(whole);
  }

  /** The same for every volume. */
  public static Base of(Optional<String> checkpoint) {
    return new Base(checkpoint, Set.of());
  }

  /** What a volume's changes are told since; empty when all of it is backed up. */
  public Optional<String> of(String volume) {
    return checkpoint.filter(_ -> !whole.contains(volume));
  }
}
