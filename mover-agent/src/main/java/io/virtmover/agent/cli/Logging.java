// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jboss.logmanager.handlers.ConsoleHandler;

/**
 * What libraries have to say goes to standard error; what the program has to say, it says itself.
 */
final class Logging {
  /** Says from which level on: ERROR, WARN (without it), INFO, DEBUG, TRACE. */
  static final String VARIABLE = "VIRTMOVER_LOG_LEVEL";

  private static final List<String> LEVELS = List.of("ERROR", "WARN", "INFO", "DEBUG", "TRACE");
  private static final String FORMAT = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %p %m%n";

  /**
   * Whatever the level: they would print tokens, keys for encryption and every byte of a disk. Held
   * here, because a logger that nobody holds may lose its level.
   */
  private static final List<Logger> SECRETIVE =
      List.of(
          Logger.getLogger("org.apache.hc.client5.http.headers"),
          Logger.getLogger("org.apache.hc.client5.http.wire"),
          Logger.getLogger("software.amazon.awssdk"));

  private Logging() {}

  /**
   * Sets it up.
   *
   * @return what is wrong with the environment; then it is as without the variable
   */
  static Optional<String> begin(Map<String, String> environment) {
    var asked = environment.getOrDefault(VARIABLE, "WARN");
    var isKnown = LEVELS.contains(asked);
    var context = LogContext.getLogContext();
    var handler =
        new ConsoleHandler(ConsoleHandler.Target.SYSTEM_ERR, new PatternFormatter(FORMAT));
    handler.setLevel(Level.ALL);
    var root = context.getLogger("");
    root.setLevel(context.getLevelForName(isKnown ? asked : "WARN"));
    root.setHandlers(new Handler[] {handler});
    SECRETIVE.forEach(logger -> logger.setLevel(context.getLevelForName("WARN")));
    return isKnown
        ? Optional.empty()
        : Optional.of(
            "%s is none of %s; WARN is taken.".formatted(VARIABLE, String.join(", ", LEVELS)));
  }
}
