// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.cluster;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jboss.logmanager.handlers.ConsoleHandler;

/** Sends the log of the lab's programs to stderr, and what libraries have to say as well. */
final class LabLogging {
  private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5p %c{1} %s%e%n";

  private LabLogging() {}

  /** Has to come before anything logs. */
  static void start() {
    System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
    var root = Logger.getLogger("");
    root.setLevel(Level.WARNING);
    Logger.getLogger("io.virtmover")
        .setLevel(Level.parse(System.getProperty("virtmover.lab.log", "INFO")));
    var console =
        new ConsoleHandler(ConsoleHandler.Target.SYSTEM_ERR, new PatternFormatter(PATTERN));
    for (var other : root.getHandlers()) {
      root.removeHandler(other);
    }
    root.addHandler(console);
  }
}
