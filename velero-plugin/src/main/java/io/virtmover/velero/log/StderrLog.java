// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.log;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/**
 * Writes lines as the host reads them: {@code @message} and {@code @level}, and all fields as
 * strings, for one that is none ends the Velero server. No {@code @timestamp}: the host takes the
 * time of arrival.
 */
public final class StderrLog implements Log {
  /** The host cuts lines of 64 KiB, in bytes and after escaping, and then they are no JSON. */
  private static final int MOST_BYTES = 60 * 1024;

  private static final int MOST_MESSAGE = 6_000;
  private static final int MOST_FIELD = 2_000;

  /** Keys that the host or Velero read themselves. */
  private static final Set<String> TAKEN =
      Set.of("@message", "@level", "@timestamp", "time", "timestamp", "level", "msg");

  private final OutputStream out;
  private final LogLevel least;

  /**
   * A log.
   *
   * @param least lines below it are not written
   */
  public StderrLog(OutputStream out, LogLevel least) {
    this.out = out;
    this.least = least;
  }

  @Override
  public void write(LogLevel level, String message, Map<String, String> fields) {
    if (level.compareTo(least) >= 0) {
      var line = line(level, message, fields).getBytes(StandardCharsets.UTF_8);
      if (line.length > MOST_BYTES) {
        line = line(level, message, Map.of()).getBytes(StandardCharsets.UTF_8);
      }
      print(line);
    }
  }

  private static String line(LogLevel level, String message, Map<String, String> fields) {
    var json = new StringBuilder(256);
    json.append("{\"@level\":\"").append(level.word()).append("\",\"@message\":");
    quote(json, message, MOST_MESSAGE);
    fields.forEach(
        (key, value) -> {
          json.append(',');
          quote(json, TAKEN.contains(key) ? key + "_" : key, MOST_FIELD);
          json.append(':');
          quote(json, value, MOST_FIELD);
        });
    return json.append('}').append(System.lineSeparator()).toString();
  }

  private static void quote(StringBuilder json, String text, int most) {
    json.append('"');
    var shown = text.length() > most ? text.substring(0, most) + "…" : text;
    JsonStringEncoder.getInstance().quoteAsString(shown, json);
    json.append('"');
  }

  /** Whole lines only, whichever thread writes; a log that nobody reads stops nobody. */
  private synchronized void print(byte[] line) {
    try {
      out.write(line);
      out.flush();
    } catch (IOException e) {
      // The host is gone, and the process ends soon.
    }
  }
}
