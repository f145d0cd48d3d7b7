// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.log;

import java.util.Locale;
import java.util.Optional;

/** The host's levels, least first. */
public enum LogLevel {
  TRACE,
  DEBUG,
  INFO,
  WARN,
  ERROR;

  /** The word of the host's log library. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The level of a word, as {@code --log-level} takes it; empty when it is none that we know. */
  public static Optional<LogLevel> of(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "trace" -> Optional.of(TRACE);
      case "debug" -> Optional.of(DEBUG);
      case "info" -> Optional.of(INFO);
      case "warn", "warning" -> Optional.of(WARN);
      case "error", "fatal", "panic" -> Optional.of(ERROR);
      default -> Optional.empty();
    };
  }
}
