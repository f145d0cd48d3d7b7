// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A log that remembers. */
public final class RecordedLog implements Log {
  private record Line(LogLevel level, String message, Map<String, String> fields) {}

  private final List<Line> lines = new ArrayList<>();

  @Override
  public void write(LogLevel level, String message, Map<String, String> fields) {
    lines.add(new Line(level, message, fields));
  }

  /** Messages that Velero counts as warnings. */
  public List<String> warnings() {
    return lines.stream().filter(line -> line.level() == LogLevel.WARN).map(Line::message).toList();
  }

  /** The reasons of these warnings. */
  public List<String> reasons() {
    return lines.stream()
        .filter(line -> line.level() == LogLevel.WARN)
        .map(line -> String.valueOf(line.fields().get("reason")))
        .toList();
  }
}
