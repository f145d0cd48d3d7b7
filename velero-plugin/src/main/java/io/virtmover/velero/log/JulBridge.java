// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.log;

import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;

/**
 * Brings what libraries log to our log, never above debug: Velero would count their warnings among
 * the backup's.
 */
public final class JulBridge extends Handler {
  private final Log log;

  private JulBridge(Log log) {
    this.log = log;
  }

  /** Takes the place of whatever writes the libraries' lines. */
  public static void install(Log log) {
    LogManager.getLogManager().reset();
    var root = LogManager.getLogManager().getLogger("");
    root.setLevel(Level.WARNING);
    root.addHandler(new JulBridge(log));
  }

  @Override
  public void publish(LogRecord line) {
    var thrown = line.getThrown();
    log.debug(
        new SimpleFormatter().formatMessage(line) + (thrown == null ? "" : ": " + thrown),
        Map.of("logger", String.valueOf(line.getLoggerName())));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
